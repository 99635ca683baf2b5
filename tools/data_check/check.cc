#include "data_check/check.h"

#include <algorithm>
#include <unordered_map>

#include "transform/data/file.h"
#include "transform/error.h"

namespace magik::data_check {
namespace {

using rt::ElementType;
using transform::fail;
using Found = DumpFolder::Found;

// The values to walk over, and where they were taken from.
std::vector<rt::DumpedValue> list_order(const DumpFolder& a, const DumpFolder& b, const rt::Graph* model,
                                        Check& check) {
  check.knows_inputs = model != nullptr || a.has_index() || b.has_index();
  if (model != nullptr) {
    check.order = "from the model";
    return rt::list_values(*model);
  }
  for (const DumpFolder* folder : {&a, &b}) {
    if (!folder->has_index()) continue;
    check.order = "from " + folder->index_file().string();
    return folder->index();
  }
  check.order = "guessed from the times of the files in A; --model MODEL tells the real one";
  return a.values_of_files();
}

// What the file's elements are: as said, if that fits its size.
ElementType type_of_file(ElementType said, const rt::Shape& shape, size_t bytes) {
  const auto elements = static_cast<size_t>(shape.elements());
  for (const ElementType type : {said, ElementType::kUint8, ElementType::kUint16, ElementType::kFloat32}) {
    if (type != ElementType::kNone && bytes == elements * rt::element_size(type)) return type;
  }
  return ElementType::kNone;
}

bool same_bytes(const std::filesystem::path& a, const std::filesystem::path& b) {
  return transform::read_file(a.string()) == transform::read_file(b.string());
}

bool weights_differ(const DumpFolder& a, const DumpFolder& b, const Result& result) {
  for (const char* kind : {"weight", "bt"}) {
    const auto file_a = a.companion(result.file_a, kind), file_b = b.companion(result.file_b, kind);
    if (!file_a.empty() && !file_b.empty() && !same_bytes(file_a, file_b)) return true;
  }
  return false;
}

void compare_files(const Found& a, const Found& b, Result& result) {
  result.file_a = a.file;
  result.file_b = b.file;
  const std::vector<uint8_t> bytes_a = transform::read_file(a.file.string());
  const std::vector<uint8_t> bytes_b = transform::read_file(b.file.string());
  result.bytes_a = bytes_a.size();
  result.bytes_b = bytes_b.size();
  if (a.entry != nullptr) {
    result.value.type = a.entry->type;
    result.value.shape = a.entry->shape;
  }
  result.value.type = type_of_file(result.value.type, result.value.shape, bytes_a.size());
  if (result.value.type == ElementType::kNone) {
    result.value.shape = {static_cast<int32_t>(bytes_a.size())};  // unknown: bytes
  }
  if (bytes_a.size() != bytes_b.size()) {
    result.state = State::kSizesDiffer;
    return;
  }
  result.difference = compare(bytes_a, bytes_b, result.value.type);
  result.state = result.difference.equal() ? State::kEqual : State::kDiffers;
}

using ResultsByName = std::unordered_map<std::string, const Result*>;

void add_once(std::vector<std::string>& names, const std::string& name) {
  if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
}

void add_once(std::vector<std::string>& names, const std::vector<std::string>& more) {
  for (const std::string& name : more) add_once(names, name);
}

void trace_inputs(const ResultsByName& before, Result& result) {
  for (const std::string& name : result.value.inputs) {
    const auto found = before.find(name);
    if (found == before.end()) {
      add_once(result.unknown_inputs, name);
    } else if (found->second->off()) {
      add_once(result.different_inputs, name);
    } else if (found->second->state == State::kEqual) {
      add_once(result.equal_inputs, name);
    } else if (found->second->value.inputs.empty()) {
      add_once(result.unknown_inputs, name);
    } else {
      add_once(result.equal_inputs, found->second->equal_inputs);
      add_once(result.different_inputs, found->second->different_inputs);
      add_once(result.unknown_inputs, found->second->unknown_inputs);
    }
  }
}

}  // namespace

size_t Check::count(State state) const {
  return static_cast<size_t>(
      std::count_if(results.begin(), results.end(), [&](const Result& result) { return result.state == state; }));
}

bool Check::all_equal() const {
  return std::none_of(results.begin(), results.end(), [](const Result& result) { return result.off(); });
}

Check check_dumps(const DumpFolder& a, const DumpFolder& b, const rt::Graph* model) {
  Check check;
  const std::vector<rt::DumpedValue> order = list_order(a, b, model, check);
  const std::vector<Found> in_a = a.find(order), in_b = b.find(order);
  check.only_in_a = a.others(in_a);
  check.only_in_b = b.others(in_b);
  check.results.resize(order.size());
  ResultsByName before;
  size_t compared = 0;
  for (size_t i = 0; i < order.size(); ++i) {
    Result& result = check.results[i];
    result.value = order[i];
    const bool is_input = order[i].op == rt::kInputOp;
    if (!is_input) result.node = ++check.nodes;
    const bool has_a = !in_a[i].file.empty(), has_b = !in_b[i].file.empty();
    if (has_a && has_b) {
      compare_files(in_a[i], in_b[i], result);
      result.weights_differ = weights_differ(a, b, result);
      compared += !is_input;
    } else if (has_a && !in_b[i].left_out && !is_input) {
      check.only_in_a.push_back(order[i].name);
    } else if (has_b && !in_a[i].left_out && !is_input) {
      check.only_in_b.push_back(order[i].name);
    }
    trace_inputs(before, result);
    before.emplace(order[i].name, &result);
  }
  if (compared == 0) {
    fail("{} and {} have no node in common: were both dumps made from the same model?", a.path().string(),
         b.path().string());
  }
  return check;
}

}  // namespace magik::data_check

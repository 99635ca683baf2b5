#include "run/inputs.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "run/image_input.h"
#include "transform/data/input_bytes.h"
#include "transform/data/npy.h"
#include "venus/core/tensor_bytes.h"

namespace magik::run {
namespace {

using rt::Result;
using rt::Status;
using transform::FileElements;

bool ends_with(const std::string& text, const char* suffix) {
  const size_t length = std::strlen(suffix);
  return text.size() >= length && text.compare(text.size() - length, length, suffix) == 0;
}

const rt::Value& input_value(const rt::Graph& graph, size_t input) {
  return graph.values[static_cast<size_t>(graph.inputs[input])];
}

// The value as it is now: its shape may have been changed since the model was loaded.
rt::Value current_value(const rt::Network& network, size_t input) {
  rt::Value value = input_value(network.graph(), input);
  value.shape = network.input(input).shape;
  return value;
}

Result<FileElements> read_bin(const std::string& path, const rt::Value& input) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), std::fclose);
  if (!file) return Status::error("%s: cannot open the file: %s", path.c_str(), std::strerror(errno));
  FileElements elements;
  uint8_t block[1 << 16];
  for (size_t count; (count = std::fread(block, 1, sizeof block, file.get())) != 0;) {
    elements.bytes.insert(elements.bytes.end(), block, block + count);
  }
  if (std::ferror(file.get())) return Status::error("%s: cannot read the file", path.c_str());
  Result<rt::ElementType> type = transform::element_type_of_file(path, elements.bytes.size(), input);
  if (!type.ok()) return type.take_status();
  elements.type = type.value();
  return elements;
}

std::string shape_text(const std::vector<int64_t>& shape) {
  std::string text;
  for (const int64_t dim : shape) text += (text.empty() ? "" : "x") + std::to_string(dim);
  return text.empty() ? "scalar" : text;
}

Result<FileElements> read_array(const std::string& path, const rt::Value& input) {
  Result<transform::NpyArray> read = transform::read_npy(path);
  if (!read.ok()) return read.take_status();
  transform::NpyArray array = read.take();
  const std::vector<int64_t> stored(input.shape.begin(), input.shape.end());
  const std::vector<int64_t> source = transform::source_shape(input.shape, input.source_axes);
  if (array.shape != source && array.shape != stored) {
    return Status::error("%s: its shape is %s, the input %s takes %s%s%s", path.c_str(),
                         shape_text(array.shape).c_str(), input.name.c_str(), shape_text(source).c_str(),
                         source == stored ? "" : " or ", source == stored ? "" : shape_text(stored).c_str());
  }
  return FileElements{array.type, std::move(array.bytes), array.shape == source};
}

Result<std::vector<uint8_t>> load_file(const std::string& file, const rt::Value& input,
                                       const rt::Preprocessing& preprocessing) {
  const bool is_array = ends_with(file, ".npy");
  if (!is_array && !ends_with(file, ".bin")) return load_image(file, input, preprocessing);
  Result<FileElements> elements = is_array ? read_array(file, input) : read_bin(file, input);
  if (!elements.ok()) return elements.take_status();
  return transform::to_input(file, elements.value(), input);
}

std::string names_of(const rt::Graph& graph, const std::vector<size_t>& inputs) {
  std::string names;
  for (const size_t i : inputs) names += (names.empty() ? "" : ", ") + input_value(graph, i).name;
  return names;
}

}  // namespace

Result<std::vector<Item>> make_items(const rt::Graph& graph, const Arguments& arguments) {
  std::vector<size_t> all(graph.inputs.size()), open;
  for (size_t i = 0; i < all.size(); ++i) all[i] = i;
  Item item;
  item.files.resize(all.size());
  for (const auto& named : arguments.named_inputs) {
    const auto found =
        std::find_if(all.begin(), all.end(), [&](size_t i) { return input_value(graph, i).name == named.first; });
    if (found == all.end()) {
      return Status::error("--input: the network has no input %s, its inputs are %s", named.first.c_str(),
                           names_of(graph, all).c_str());
    }
    std::string& file = item.files[*found];
    if (!file.empty()) {
      return Status::error("--input: %s is given twice, as %s and as %s; several files of one input are INPUTs",
                           named.first.c_str(), file.c_str(), named.second.c_str());
    }
    file = named.second;
    if (item.file.empty()) item.file = named.second;
  }
  for (const size_t i : all) {
    if (item.files[i].empty()) open.push_back(i);
  }
  if (open.empty() && arguments.inputs.empty()) return std::vector<Item>{item};
  if (open.size() != 1 || arguments.inputs.empty()) {
    return Status::error("%zu INPUTs for %zu inputs that --input does not name (%s): expected INPUTs for exactly one",
                         arguments.inputs.size(), open.size(), names_of(graph, open).c_str());
  }
  std::vector<Item> items;
  for (const std::string& file : arguments.inputs) {
    item.file = item.files[open[0]] = file;
    items.push_back(item);
  }
  return items;
}

Status load_item(const Item& item, const rt::Network& network) {
  for (size_t i = 0; i < item.files.size(); ++i) {
    Result<std::vector<uint8_t>> bytes =
        load_file(item.files[i], current_value(network, i), network.graph().preprocessing[i]);
    if (!bytes.ok()) return bytes.take_status();
    rt::copy_to_tensor(bytes.value().data(), network.input(i));
  }
  return {};
}

}  // namespace magik::run

#include "operators/case.h"

#include <algorithm>
#include <cstring>

#include "operators/bytes.h"
#include "venus/core/operator.h"
#include "venus/core/tensor_bytes.h"

namespace magik::check {
namespace {

using rt::ValueId;

// Static objects of other files use it while they are made.
std::vector<OperatorCases>& registry() {
  static std::vector<OperatorCases> cases;
  return cases;
}

// A network around one node.
class CaseGraph {
 public:
  explicit CaseGraph(const TestNode& node) {
    rt::Node copy = node.node;
    for (size_t i = 0; i < node.inputs.size(); ++i) {
      const OwnedTensor& input = node.inputs[i];
      copy.inputs[i] = input.type == ElementType::kNone ? rt::kNoValue : add_source("in" + std::to_string(i), input);
    }
    for (size_t i = 0; i < node.outputs.size(); ++i) {
      copy.outputs[i] = add_value("out" + std::to_string(i), node.outputs[i]);
      graph_.outputs.push_back(copy.outputs[i]);
    }
    graph_.nodes.push_back(std::move(copy));
  }

  // Lets output 0 be a part of a wider tensor, so that its rows lie apart.
  void widen(Dice& dice, const OwnedTensor& output) {
    OwnedTensor beside = output;
    beside.shape[beside.shape.rank() - 1] = static_cast<int32_t>(output.pitch - output.shape.back());
    beside = random_tensor(dice.engine, output.type, beside.shape, output.quantization);
    OwnedTensor wide = output;
    wide.shape[wide.shape.rank() - 1] = static_cast<int32_t>(output.pitch);
    rt::Node concat;
    concat.op = concat.name = "Concat";
    concat.attributes.set("axis", -1);
    concat.inputs = {graph_.outputs[0], add_source("beside", beside)};
    concat.outputs = {add_value("wide", wide)};
    graph_.outputs = concat.outputs;
    graph_.nodes.push_back(std::move(concat));
  }

  Case take(std::string name) {
    return {std::move(name), std::make_shared<const rt::Graph>(std::move(graph_)), std::move(inputs_)};
  }

 private:
  ValueId add_value(std::string name, const OwnedTensor& tensor) {
    rt::Value value;
    value.name = std::move(name);
    value.type = tensor.type;
    value.shape = tensor.shape;
    value.quantization = tensor.quantization;
    return graph_.add_value(std::move(value));
  }

  // A constant or an input.
  ValueId add_source(std::string name, OwnedTensor tensor) {
    const ValueId id = add_value(std::move(name), tensor);
    if (tensor.constant) {
      const std::vector<uint8_t> bytes = rt::dense_bytes(tensor.view());
      graph_.values[static_cast<size_t>(id)].constant = rt::Constant::copy_bytes(bytes.data(), bytes.size());
      return id;
    }
    // An RGB image lies in pixels of 4 bytes.
    const bool pixels = tensor.type == ElementType::kUint8 && tensor.shape.back() == 3 && tensor.pitch == 4;
    graph_.inputs.push_back(id);
    graph_.preprocessing.emplace_back();
    if (pixels) graph_.preprocessing.back() = {rt::InputKind::kPixels, "RGB", "STRETCH", {}, {}};
    inputs_.push_back(std::move(tensor));
    return id;
  }

  rt::Graph graph_;
  std::vector<OwnedTensor> inputs_;
};

}  // namespace

OperatorCases::OperatorCases(const char* op, int count, MakeNode make) : op_(op), count_(count), make_(make) {
  registry().push_back(*this);
}

Result<Case> OperatorCases::make(int index) const {
  const std::string name = op_ + "/" + std::to_string(index);
  Dice dice{std::mt19937(static_cast<uint32_t>(checksum(name.data(), name.size())))};
  Result<TestNode> node = make_(dice, op_);
  if (!node.ok()) return Status::error("%s: %s", name.c_str(), node.message().c_str());
  CaseGraph graph(node.value());
  const OwnedTensor& output = node.value().outputs[0];
  if (output.shape.rank() > 0 && output.pitch > output.shape.back()) graph.widen(dice, output);
  return graph.take(name);
}

Result<std::vector<OperatorCases>> all_cases() {
  std::vector<OperatorCases> sorted;
  for (const rt::Operator* op : rt::operator_list()) {
    const auto found = std::find_if(registry().begin(), registry().end(),
                                    [&](const OperatorCases& cases) { return cases.op() == op->name; });
    if (found == registry().end() || found->count() < 1) {
      return Status::error("operator %s has no cases: add a line to a file in tests/operators/cases", op->name);
    }
    sorted.push_back(*found);
  }
  for (const OperatorCases& cases : registry()) {
    const auto same = [&](const OperatorCases& other) { return other.op() == cases.op(); };
    if (rt::find_operator(cases.op()) == nullptr) {
      return Status::error("tests/operators/cases has cases of %s, which is no operator", cases.op().c_str());
    }
    if (std::count_if(registry().begin(), registry().end(), same) > 1) {
      return Status::error("operator %s has two lines in tests/operators/cases", cases.op().c_str());
    }
  }
  return sorted;
}

}  // namespace magik::check

#include "transform/passes/rewrite.h"

#include <algorithm>
#include <cmath>

namespace magik::transform {

const rt::Node* producer_of(const rt::Graph& graph, const GraphIndex& index, rt::ValueId id) {
  const int node = id == rt::kNoValue ? -1 : index.producer(id);
  return node < 0 ? nullptr : &graph.nodes[static_cast<size_t>(node)];
}

rt::ValueId input_of(const rt::Node& node, size_t position) {
  return position < node.inputs.size() ? node.inputs[position] : rt::kNoValue;
}

bool is_constant(const rt::Graph& graph, rt::ValueId id) {
  return id != rt::kNoValue && value_of(graph, id).is_constant();
}

std::optional<float> scalar_of(const rt::Graph& graph, rt::ValueId id) {
  if (!is_constant(graph, id)) return {};
  const rt::Value& value = value_of(graph, id);
  if (value.type != rt::ElementType::kFloat32 || value.shape.elements() != 1) return {};
  return *value.constant.as<float>();
}

bool is_scalar(const rt::Graph& graph, rt::ValueId id, float expected) {
  const std::optional<float> scalar = scalar_of(graph, id);
  return scalar && std::fabs(*scalar - expected) <= 1e-3f * std::fabs(expected);
}

rt::ValueId add_floats(rt::Graph& graph, const std::string& name, const rt::Shape& shape,
                       const std::vector<float>& values) {
  rt::Value value;
  value.name = name;
  value.type = rt::ElementType::kFloat32;
  value.shape = shape;
  value.constant = constant_of(values);
  return graph.add_value(std::move(value));
}

rt::ValueId add_ints(rt::Graph& graph, const std::string& name, const std::vector<int32_t>& values) {
  rt::Value value;
  value.name = name;
  value.type = rt::ElementType::kInt32;
  value.shape = {static_cast<int32_t>(values.size())};
  value.constant = rt::Constant::copy_of(values.data(), values.size());
  return graph.add_value(std::move(value));
}

bool is_input_normalization(const rt::Graph& graph, const rt::Node& node) {
  return node.op == "BatchNormScale" &&
         std::find(graph.inputs.begin(), graph.inputs.end(), node.inputs[0]) != graph.inputs.end() &&
         node.name == value_of(graph, node.inputs[0]).name + "/BatchNormScale";
}

void fuse_into(rt::Node& first, rt::Node& second) {
  first.name = second.name;
  first.outputs = std::move(second.outputs);
  second.outputs.clear();
}

bool bypass(rt::Graph& graph, const GraphIndex& index, const rt::Node& node) {
  const rt::ValueId from = node.outputs[0], to = node.inputs[0];
  if (index.is_output(from)) {
    const int producer = index.producer(to);
    if (producer < 0 || index.is_output(to)) return false;
    rt::Node& owner = graph.nodes[static_cast<size_t>(producer)];
    if (is_input_normalization(graph, owner)) return false;
    const std::string name = value_of(graph, from).name;
    // Nobody reads `from` any more, so that names stay unique once it is removed.
    value_of(graph, to).name = name;
    value_of(graph, to).source_axes = value_of(graph, from).source_axes;
    if (owner.outputs.back() == to) owner.name = name;
  }
  replace_uses(graph, from, to);
  return true;
}

namespace {

bool ends_with(const std::string& text, const std::string& suffix) {
  return text.size() > suffix.size() && text.compare(text.size() - suffix.size(), suffix.size(), suffix) == 0;
}

}  // namespace

bool is_layout_name(const std::string& name) { return source_name(name) != name; }

std::string source_name(const std::string& name) {
  for (const std::string& suffix : {kNhwcSuffix, kSourceSuffix, kPermutedSuffix}) {
    if (ends_with(name, suffix)) return source_name(name.substr(0, name.size() - suffix.size()));
  }
  return name;
}

std::vector<uint8_t> permuted_source_axes(const std::vector<uint8_t>& base, const Permutation& perm) {
  Permutation axes = perm;
  if (!base.empty()) axes = compose(Permutation(base.begin(), base.end()), perm);
  if (is_identity(axes)) return {};
  return {axes.begin(), axes.end()};
}

}  // namespace magik::transform

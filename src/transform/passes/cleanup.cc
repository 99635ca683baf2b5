#include <algorithm>
#include <cstring>
#include <map>
#include <set>
#include <string_view>
#include <tuple>

#include "transform/passes/passes.h"
#include "transform/passes/rewrite.h"

namespace magik::transform {
namespace {

bool is_reshape(const rt::Node& node) {
  return node.op == "Reshape" || node.op == "Flatten" || node.op == "Squeeze" || node.op == "Unsqueeze";
}

bool is_filled_with(const rt::Graph& graph, rt::ValueId id, float number) {
  if (!is_constant(graph, id) || value_of(graph, id).type != rt::ElementType::kFloat32) return false;
  const std::vector<float> values = floats_of(value_of(graph, id));
  return std::all_of(values.begin(), values.end(), [&](float v) { return v == number; });
}

bool all_positive(const std::vector<int64_t>& numbers) {
  return std::all_of(numbers.begin(), numbers.end(), [](int64_t n) { return n > 0; });
}

// Whether the only output equals input 0.
bool does_nothing(const rt::Graph& graph, const rt::Node& node) {
  if (node.inputs.empty() || node.inputs[0] == rt::kNoValue || node.outputs.size() != 1) return false;
  const rt::Value& input = value_of(graph, node.inputs[0]);
  const rt::Value& output = value_of(graph, node.outputs[0]);
  if (input.shape != output.shape || input.type != output.type) return false;
  const auto& attributes = node.attributes;
  if (node.op == "Identity" || node.op == "Cast" || node.op == "Expand" || node.op == "Tile" || node.op == "Resize" ||
      node.op == "Split" || is_reshape(node)) {
    return true;
  }
  if (node.op == "Concat") return node.inputs.size() == 1;
  if (node.op == "Pad") {
    const std::vector<int64_t> pads = attributes.integers("pads");
    return std::all_of(pads.begin(), pads.end(), [](int64_t p) { return p == 0; });
  }
  if (node.op == "Slice") return all_positive(attributes.integers("steps"));
  if (!attributes.text("activation").empty()) return false;
  if (node.op == "EltwiseAdd" || node.op == "EltwiseSub") return is_filled_with(graph, node.inputs[1], 0.0f);
  if (node.op == "EltwiseMul" || node.op == "EltwiseDiv") return is_filled_with(graph, node.inputs[1], 1.0f);
  return false;
}

// Adding zero and multiplying by one are recognised by their second operand.
bool put_constants_second(rt::Graph& graph) {
  bool changed = false;
  for (rt::Node& node : graph.nodes) {
    if ((node.op == "EltwiseAdd" || node.op == "EltwiseMul") && is_constant(graph, node.inputs[0]) &&
        !is_constant(graph, node.inputs[1])) {
      std::swap(node.inputs[0], node.inputs[1]);
      changed = true;
    }
  }
  return changed;
}

bool remove_idle(rt::Graph& graph) {
  bool changed = false;
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    if (!does_nothing(graph, graph.nodes[i])) continue;
    const GraphIndex index(graph);
    const bool read = index.is_output(graph.nodes[i].outputs[0]) || !index.consumers(graph.nodes[i].outputs[0]).empty();
    changed |= read && bypass(graph, index, graph.nodes[i]);
  }
  return changed;
}

// Arithmetic broadcasts its operands by itself, and a small operand is less to move and to permute.
bool read_before_expanding(rt::Graph& graph) {
  const GraphIndex index(graph);
  bool changed = false;
  for (rt::Node& node : graph.nodes) {
    if (node.op.rfind("Eltwise", 0) != 0) continue;
    const rt::Shape& output = value_of(graph, node.outputs[0]).shape;
    for (const size_t side : {0u, 1u}) {
      const rt::Node* expand = producer_of(graph, index, node.inputs[side]);
      if (expand == nullptr || expand->op != "Expand") continue;
      const bool is_enough = value_of(graph, node.inputs[1 - side]).shape == output &&
                             value_of(graph, expand->inputs[0]).shape.rank() == output.rank();
      if (!is_enough) continue;
      node.inputs[side] = expand->inputs[0];
      changed = true;
    }
  }
  return changed;
}

// The later of two reshapes reads the input of the earlier one. It keeps its type where it means the same there.
bool merge_reshapes(rt::Graph& graph) {
  const GraphIndex index(graph);
  bool changed = false;
  for (rt::Node& node : graph.nodes) {
    if (!is_reshape(node)) continue;
    const rt::Node* earlier = producer_of(graph, index, node.inputs[0]);
    if (earlier == nullptr || !is_reshape(*earlier)) continue;
    node.inputs[0] = earlier->inputs[0];
    const rt::Shape& from = value_of(graph, node.inputs[0]).shape;
    const rt::Shape& to = value_of(graph, node.outputs[0]).shape;
    changed = true;
    if (node.op == "Flatten") {
      const int axis = static_cast<int>(node.attributes.integer("axis", 1));
      if (axis <= from.rank() && from.elements(0, axis) == to[0]) continue;
    }
    std::vector<int64_t> dims(to.begin(), to.end());
    if (from.rank() > 0 && !dims.empty() && from[0] == to[0]) dims[0] = 0;
    node.op = "Reshape";
    node.attributes = {};
    node.attributes.set("shape", dims);
  }
  return changed;
}

bool share_constants(rt::Graph& graph) {
  using Key = std::tuple<rt::ElementType, std::string, std::string_view>;
  std::map<Key, rt::ValueId> first;
  bool changed = false;
  for (size_t i = 0; i < graph.values.size(); ++i) {
    const rt::Value& value = graph.values[i];
    if (!value.is_constant() || value.quantization.enabled()) continue;
    const std::string_view bytes(value.constant.as<char>(), value.constant.bytes);
    const auto id = static_cast<rt::ValueId>(i);
    const auto [known, added] = first.insert({{value.type, value.shape.text(), bytes}, id});
    if (added) continue;
    const GraphIndex index(graph);
    if (index.consumers(id).empty() && !index.is_output(id)) continue;
    replace_uses(graph, id, known->second);
    changed = true;
  }
  return changed;
}

// A value whose name says that it is another tensor in another layout takes that tensor's name once it is gone.
bool shorten_layout_names(rt::Graph& graph) {
  std::set<std::string> names;
  for (const rt::Value& value : graph.values) names.insert(value.name);
  bool changed = false;
  for (rt::Node& node : graph.nodes) {
    rt::Value& value = value_of(graph, node.outputs.back());
    if (!is_layout_name(value.name) || !names.insert(source_name(value.name)).second) continue;
    value.name = node.name = source_name(value.name);
    changed = true;
  }
  return changed;
}

}  // namespace

bool cleanup(rt::Graph& graph) {
  bool changed = put_constants_second(graph);
  changed |= remove_idle(graph);
  changed |= read_before_expanding(graph);
  changed |= merge_reshapes(graph);
  changed |= remove_idle(graph);  // reshapes that undid each other
  changed |= share_constants(graph);
  const size_t nodes = graph.nodes.size();
  remove_dead(graph);
  changed |= nodes != graph.nodes.size();
  changed |= shorten_layout_names(graph);
  sort_topologically(graph);
  return changed;
}

}  // namespace magik::transform

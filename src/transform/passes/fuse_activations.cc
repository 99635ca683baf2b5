#include <cfloat>

#include "transform/passes/passes.h"
#include "transform/passes/rewrite.h"

namespace magik::transform {
namespace {

constexpr size_t kSlopes = 3;  // input of Conv2D and MatMul

bool add_slopes(rt::Graph& graph, rt::Node& node, const rt::Node& prelu) {
  if (!is_constant(graph, prelu.inputs[1])) return false;
  const rt::Value& slopes = value_of(graph, prelu.inputs[1]);
  const int32_t channels = value_of(graph, node.outputs[0]).shape.back();
  std::vector<float> values = floats_of(slopes);
  if (values.size() == 1) values.assign(static_cast<size_t>(channels), values[0]);
  node.inputs.resize(kSlopes + 1, rt::kNoValue);
  node.inputs[kSlopes] = add_floats(graph, std::string(slopes.name), {channels}, values);
  node.attributes.set("activation", "prelu");
  return true;
}

bool set_activation(rt::Graph& graph, rt::Node& node, const rt::Node& activation) {
  const bool weighted = node.op != "EltwiseAdd";
  if (activation.op == "Relu") {
    node.attributes.set("activation", "relu");
  } else if (activation.op == "Clip") {
    const float min = activation.attributes.number("min", -FLT_MAX), max = activation.attributes.number("max", FLT_MAX);
    const bool relu = min == 0.0f && max >= FLT_MAX;
    node.attributes.set("activation", relu ? "relu" : "clip");
    if (!relu) {
      node.attributes.set("act_min", min);
      node.attributes.set("act_max", max);
    }
  } else if (activation.op == "LeakyRelu" && weighted) {
    node.attributes.set("activation", "leaky_relu");
    node.attributes.set("act_alpha", activation.attributes.number("alpha", 0.01f));
  } else if (activation.op == "PRelu" && weighted) {
    return add_slopes(graph, node, activation);
  } else {
    return false;
  }
  return true;
}

bool takes_activation(const rt::Graph& graph, const rt::Node& node) {
  return (node.op == "Conv2D" || node.op == "MatMul" || node.op == "EltwiseAdd") &&
         node.attributes.text("activation").empty() &&
         value_of(graph, node.outputs[0]).type == rt::ElementType::kFloat32;
}

}  // namespace

bool fuse_activations(rt::Graph& graph) {
  const GraphIndex index(graph);
  bool changed = false;
  for (rt::Node& activation : graph.nodes) {
    if (activation.inputs.empty()) continue;
    const int producer = index.producer(activation.inputs[0]);
    if (producer < 0 || !index.has_single_use(activation.inputs[0])) continue;
    rt::Node& node = graph.nodes[static_cast<size_t>(producer)];
    if (!takes_activation(graph, node) || !set_activation(graph, node, activation)) continue;
    fuse_into(node, activation);
    changed = true;
  }
  remove_dead(graph);
  return changed;
}

}  // namespace magik::transform

#include <algorithm>

#include "transform/passes/passes.h"
#include "transform/passes/rewrite.h"
#include "transform/passes/weights.h"

namespace magik::transform {
namespace {

bool is_pixel_input(const rt::Graph& graph, rt::ValueId id) {
  const auto input = std::find(graph.inputs.begin(), graph.inputs.end(), id);
  const auto position = static_cast<size_t>(input - graph.inputs.begin());
  return input != graph.inputs.end() && position < graph.preprocessing.size() &&
         graph.preprocessing[position].kind == rt::InputKind::kPixels;
}

// The pixel that the normalisation maps to the old padding value, for each channel.
void normalize_padding(rt::Node& conv, const std::vector<float>& scale, const std::vector<float>& bias) {
  const std::vector<float> old = conv.attributes.numbers("pad_value", std::vector<float>(scale.size(), 0.0f));
  std::vector<float> pad_value(scale.size());
  for (size_t c = 0; c < scale.size(); ++c) pad_value[c] = (old[c] - bias[c]) / scale[c];
  conv.attributes.set("pad_value", pad_value);
}

bool fold(rt::Graph& graph, const GraphIndex& index, rt::Node& node) {
  const rt::ValueId output = node.outputs[0];
  if (!is_input_normalization(graph, node) || !is_pixel_input(graph, node.inputs[0]) || node.inputs.size() != 3 ||
      index.is_output(output)) {
    return false;
  }
  const std::vector<float> scale = floats_of(value_of(graph, node.inputs[1]));
  const std::vector<float> bias = floats_of(value_of(graph, node.inputs[2]));
  if (std::find(scale.begin(), scale.end(), 0.0f) != scale.end()) return false;
  const std::vector<int>& consumers = index.consumers(output);
  const bool foldable = std::all_of(consumers.begin(), consumers.end(), [&](int consumer) {
    const rt::Node& conv = graph.nodes[static_cast<size_t>(consumer)];
    return conv.op == "Conv2D" && conv.inputs[0] == output && Weights::of(graph, conv);
  });
  if (!foldable) return false;

  for (const int consumer : consumers) {
    rt::Node& conv = graph.nodes[static_cast<size_t>(consumer)];
    Weights weights = *Weights::of(graph, conv);
    weights.scale_inputs(scale, bias);
    weights.store(graph, conv);
    if (has_padding(conv)) normalize_padding(conv, scale, bias);
  }
  node.inputs.resize(1);
  return true;
}

}  // namespace

bool fold_input_normalization(rt::Graph& graph) {
  const GraphIndex index(graph);
  bool changed = false;
  for (rt::Node& node : graph.nodes) changed |= fold(graph, index, node);
  remove_dead(graph);
  return changed;
}

}  // namespace magik::transform

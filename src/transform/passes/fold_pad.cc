#include <algorithm>
#include <cfloat>
#include <optional>

#include "transform/passes/passes.h"
#include "transform/passes/rewrite.h"

namespace magik::transform {
namespace {

using Pads = std::vector<int64_t>;

// [top, left, bottom, right] of a Pad that adds constant rows and columns to an NHWC value.
std::optional<Pads> image_pads(const rt::Node& pad) {
  const Pads pads = pad.attributes.integers("pads");
  if (pad.attributes.text("mode", "constant") != "constant" || pads.size() != 8) return {};
  if (pads[0] != 0 || pads[3] != 0 || pads[4] != 0 || pads[7] != 0) return {};
  const Pads result = {pads[1], pads[2], pads[5], pads[6]};
  // Negative pads crop.
  if (std::any_of(result.begin(), result.end(), [](int64_t p) { return p < 0; })) return {};
  return result;
}

bool is_zero(const Pads& pads) {
  return std::all_of(pads.begin(), pads.end(), [](int64_t p) { return p == 0; });
}

bool is_never_negative(const rt::Node& node) {
  const std::string activation = node.attributes.text("activation");
  return node.op == "Relu" || node.op == "Sigmoid" || activation == "relu" ||
         (node.op == "Clip" && node.attributes.number("min", -FLT_MAX) >= 0.0f) ||
         (activation == "clip" && node.attributes.number("act_min", -FLT_MAX) >= 0.0f);
}

bool fold_into_conv(const rt::Graph& graph, rt::Node& conv, float value, bool own_pads) {
  const std::vector<float> pad_value = conv.attributes.numbers("pad_value");
  if (own_pads)
    return std::all_of(pad_value.begin(), pad_value.end(), [&](float p) { return p == value; }) &&
           (!pad_value.empty() || value == 0.0f);
  if (value == 0.0f) {
    conv.attributes.erase("pad_value");
  } else {
    const rt::Shape& input = value_of(graph, conv.inputs[0]).shape;
    conv.attributes.set("pad_value", std::vector<float>(static_cast<size_t>(input.back()), value));
  }
  return true;
}

// The pool divides by the full kernel then, as it did with the zeros in its input.
bool fold_into_average_pool(rt::Node& pool, float value, bool own_pads) {
  const bool counts = pool.attributes.integer("count_include_pad", 0) != 0;
  if (value != 0.0f || (own_pads && !counts) || pool.attributes.integer("ceil_mode", 0) != 0) return false;
  pool.attributes.set("count_include_pad", 1);
  return true;
}

// Max pooling ignores its padding: the padded value must never be the only greatest one, and no window may lie outside.
bool fold_into_max_pool(const rt::Node& pool, const Pads& sum, float value, const rt::Node* producer) {
  const Pads kernel = pool.attributes.integers("kernel");
  const Pads dilations = pool.attributes.integers("dilations", {1, 1});
  if (pool.attributes.integer("ceil_mode", 0) != 0 || dilations != Pads{1, 1}) return false;
  for (size_t i = 0; i < sum.size(); ++i) {
    if (sum[i] >= kernel[i % 2]) return false;
  }
  return value <= -FLT_MAX || (value <= 0.0f && producer != nullptr && is_never_negative(*producer));
}

bool fold(const rt::Graph& graph, const GraphIndex& index, const rt::Node& pad, rt::Node& node) {
  const std::optional<Pads> pads = image_pads(pad);
  const std::string automatic = node.attributes.text("auto_pad");
  if (!pads || (!automatic.empty() && automatic != "VALID")) return false;
  const Pads own = automatic.empty() ? node.attributes.integers("pads", {0, 0, 0, 0}) : Pads{0, 0, 0, 0};
  Pads sum(4);
  for (size_t i = 0; i < sum.size(); ++i) sum[i] = own[i] + (*pads)[i];

  const float value = pad.attributes.number("value", 0.0f);
  const bool foldable =
      (node.op == "Conv2D" && fold_into_conv(graph, node, value, !is_zero(own))) ||
      (node.op == "AveragePool" && fold_into_average_pool(node, value, !is_zero(own))) ||
      (node.op == "MaxPool" && fold_into_max_pool(node, sum, value, producer_of(graph, index, pad.inputs[0])));
  if (!foldable) return false;
  node.attributes.erase("auto_pad");
  node.attributes.set("pads", sum);
  node.inputs[0] = pad.inputs[0];
  return true;
}

}  // namespace

bool fold_pad(rt::Graph& graph) {
  const GraphIndex index(graph);
  bool changed = false;
  for (rt::Node& node : graph.nodes) {
    if (node.inputs.empty()) continue;
    const rt::Node* pad = producer_of(graph, index, node.inputs[0]);
    if (pad != nullptr && pad->op == "Pad") changed |= fold(graph, index, *pad, node);
  }
  remove_dead(graph);
  return changed;
}

}  // namespace magik::transform

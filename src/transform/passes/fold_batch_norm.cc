#include <algorithm>
#include <optional>

#include "transform/passes/passes.h"
#include "transform/passes/rewrite.h"
#include "transform/passes/weights.h"

namespace magik::transform {
namespace {

// y = x * scale + bias per channel, the last axis.
struct Affine {
  rt::ValueId x = rt::kNoValue;
  std::vector<float> scale, bias;
};

// A constant as one number per channel; nothing where it varies along other axes.
std::optional<std::vector<float>> per_channel(const rt::Graph& graph, rt::ValueId id, int32_t channels) {
  if (!is_constant(graph, id) || value_of(graph, id).type != rt::ElementType::kFloat32) return {};
  const rt::Value& value = value_of(graph, id);
  if (value.shape.elements() == 1) {
    return std::vector<float>(static_cast<size_t>(channels), *value.constant.as<float>());
  }
  if (value.shape.elements() != channels || value.shape.back() != channels) return {};
  return floats_of(value);
}

std::optional<Affine> batch_norm_scale(const rt::Graph& graph, const rt::Node& node, int32_t channels) {
  Affine affine{node.inputs[0], std::vector<float>(static_cast<size_t>(channels), 1.0f),
                std::vector<float>(static_cast<size_t>(channels), 0.0f)};
  for (const size_t position : {1u, 2u}) {
    const rt::ValueId input = input_of(node, position);
    if (input == rt::kNoValue) continue;
    const auto numbers = per_channel(graph, input, channels);
    if (!numbers) return {};
    (position == 1 ? affine.scale : affine.bias) = *numbers;
  }
  return affine;
}

std::optional<Affine> affine_of(const rt::Graph& graph, const rt::Node& node) {
  const rt::Value& output = value_of(graph, node.outputs[0]);
  if (output.type != rt::ElementType::kFloat32 || output.shape.rank() < 2) return {};
  const int32_t channels = output.shape.back();
  if (node.op == "BatchNormScale") return batch_norm_scale(graph, node, channels);

  const bool add = node.op == "EltwiseAdd", sub = node.op == "EltwiseSub";
  const bool mul = node.op == "EltwiseMul", div = node.op == "EltwiseDiv";
  if ((!add && !sub && !mul && !div) || !node.attributes.text("activation").empty()) return {};
  const bool constant_first = is_constant(graph, node.inputs[0]);
  const rt::ValueId x = node.inputs[constant_first ? 1 : 0];
  const auto numbers = per_channel(graph, node.inputs[constant_first ? 0 : 1], channels);
  if (!numbers || value_of(graph, x).shape != output.shape || (div && constant_first)) return {};

  Affine affine{x, std::vector<float>(numbers->size(), 1.0f), std::vector<float>(numbers->size(), 0.0f)};
  for (size_t c = 0; c < numbers->size(); ++c) {
    const float number = (*numbers)[c];
    if (mul) affine.scale[c] = number;
    if (div) affine.scale[c] = 1.0f / number;
    if (add) affine.bias[c] = number;
    if (sub) affine.bias[c] = constant_first ? number : -number;
    if (sub && constant_first) affine.scale[c] = -1.0f;
  }
  return affine;
}

void make_batch_norm_scale(rt::Graph& graph, rt::Node& node, const Affine& affine) {
  const rt::Shape shape = {static_cast<int32_t>(affine.scale.size())};
  node.op = "BatchNormScale";
  node.attributes = {};
  node.inputs = {affine.x, add_floats(graph, node.name + "/scale", shape, affine.scale),
                 add_floats(graph, node.name + "/bias", shape, affine.bias)};
}

// conv, affine -> conv
bool fold_into_producer(rt::Graph& graph, const GraphIndex& index, rt::Node& node, const Affine& affine) {
  const int producer = index.producer(affine.x);
  if (producer < 0 || !index.has_single_use(affine.x)) return false;
  rt::Node& weighted = graph.nodes[static_cast<size_t>(producer)];
  std::optional<Weights> weights = Weights::of(graph, weighted);
  if (!weights || !weighted.attributes.text("activation").empty()) return false;
  weights->scale_outputs(affine.scale, affine.bias);
  weights->store(graph, weighted);
  fuse_into(weighted, node);
  return true;
}

// affine, affine -> affine. The input's normalisation keeps its name.
bool merge_with_producer(rt::Graph& graph, const GraphIndex& index, rt::Node& node, const Affine& affine) {
  const int producer = index.producer(affine.x);
  if (producer < 0 || !index.has_single_use(affine.x)) return false;
  rt::Node& first = graph.nodes[static_cast<size_t>(producer)];
  std::optional<Affine> merged = first.op == "BatchNormScale" ? affine_of(graph, first) : std::nullopt;
  if (!merged) return false;
  const bool keep_name = is_input_normalization(graph, first);
  if (keep_name && index.is_output(node.outputs[0])) return false;
  for (size_t c = 0; c < affine.scale.size(); ++c) {
    merged->scale[c] *= affine.scale[c];
    merged->bias[c] = merged->bias[c] * affine.scale[c] + affine.bias[c];
  }
  make_batch_norm_scale(graph, first, *merged);
  if (keep_name) {
    replace_uses(graph, node.outputs[0], first.outputs[0]);
  } else {
    fuse_into(first, node);
  }
  return true;
}

// affine, convs without padding -> convs
bool fold_into_consumers(rt::Graph& graph, const GraphIndex& index, const rt::Node& node, const Affine& affine) {
  const rt::ValueId output = node.outputs[0];
  if (node.op != "BatchNormScale" || is_input_normalization(graph, node) || index.is_output(output)) return false;
  const std::vector<int>& consumers = index.consumers(output);
  const bool foldable = std::all_of(consumers.begin(), consumers.end(), [&](int consumer) {
    const rt::Node& weighted = graph.nodes[static_cast<size_t>(consumer)];
    return weighted.inputs[0] == output && Weights::of(graph, weighted) && !has_padding(weighted);
  });
  if (!foldable) return false;
  for (const int consumer : consumers) {
    rt::Node& weighted = graph.nodes[static_cast<size_t>(consumer)];
    Weights weights = *Weights::of(graph, weighted);
    weights.scale_inputs(affine.scale, affine.bias);
    weights.store(graph, weighted);
    weighted.inputs[0] = affine.x;
  }
  return true;
}

bool fold_one(rt::Graph& graph) {
  const GraphIndex index(graph);
  for (rt::Node& node : graph.nodes) {
    const std::optional<Affine> affine = affine_of(graph, node);
    if (!affine) continue;
    if (fold_into_producer(graph, index, node, *affine) || merge_with_producer(graph, index, node, *affine) ||
        fold_into_consumers(graph, index, node, *affine)) {
      return true;
    }
    if (node.op != "BatchNormScale") {
      make_batch_norm_scale(graph, node, *affine);
      return true;
    }
  }
  return false;
}

}  // namespace

bool fold_batch_norm(rt::Graph& graph) {
  bool changed = false;
  while (fold_one(graph)) {
    remove_dead(graph);
    changed = true;
  }
  return changed;
}

}  // namespace magik::transform

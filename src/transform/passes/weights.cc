#include "transform/passes/weights.h"

#include <algorithm>

#include "transform/passes/rewrite.h"

namespace magik::transform {
namespace {

constexpr size_t kWeight = 1, kBias = 2;

bool is_float_constant(const rt::Graph& graph, rt::ValueId id) {
  return is_constant(graph, id) && value_of(graph, id).type == rt::ElementType::kFloat32;
}

}  // namespace

std::optional<Weights> Weights::of(const rt::Graph& graph, const rt::Node& node) {
  if (node.op != "Conv2D" && node.op != "MatMul") return {};
  if (!is_float_constant(graph, node.inputs[kWeight])) return {};
  const rt::ValueId bias = input_of(node, kBias);
  if (bias != rt::kNoValue && !is_float_constant(graph, bias)) return {};

  Weights weights;
  weights.shape_ = value_of(graph, node.inputs[kWeight]).shape;
  weights.groups_ = static_cast<size_t>(node.attributes.integer("group", 1));
  weights.weight_ = floats_of(value_of(graph, node.inputs[kWeight]));
  weights.bias_.assign(weights.outputs(), 0.0f);
  if (bias != rt::kNoValue) weights.bias_ = floats_of(value_of(graph, bias));
  return weights;
}

void Weights::scale_outputs(const std::vector<float>& scale, const std::vector<float>& bias) {
  const size_t row = weight_.size() / outputs();
  for (size_t o = 0; o < outputs(); ++o) {
    for (size_t i = 0; i < row; ++i) weight_[o * row + i] *= scale[o];
    bias_[o] = static_cast<float>(static_cast<double>(bias_[o]) * scale[o] + bias[o]);
  }
}

void Weights::scale_inputs(const std::vector<float>& scale, const std::vector<float>& bias) {
  const size_t row = weight_.size() / outputs(), channels = static_cast<size_t>(shape_.back());
  const size_t outputs_per_group = outputs() / groups_;
  for (size_t o = 0; o < outputs(); ++o) {
    const size_t first_channel = o / outputs_per_group * channels;
    double sum = bias_[o];
    for (size_t i = 0; i < row; ++i) {
      float& weight = weight_[o * row + i];
      const size_t channel = first_channel + i % channels;
      sum += static_cast<double>(weight) * bias[channel];
      weight *= scale[channel];
    }
    bias_[o] = static_cast<float>(sum);
  }
}

void Weights::store(rt::Graph& graph, rt::Node& node) const {
  const auto name_of = [&](size_t position, const char* suffix) {
    const rt::ValueId id = input_of(node, position);
    return id == rt::kNoValue ? node.name + suffix : value_of(graph, id).name;
  };
  if (node.inputs.size() <= kBias) node.inputs.resize(kBias + 1, rt::kNoValue);
  node.inputs[kWeight] = add_floats(graph, name_of(kWeight, "/weight"), shape_, weight_);
  node.inputs[kBias] = add_floats(graph, name_of(kBias, "/bias"), {shape_[0]}, bias_);
}

bool has_padding(const rt::Node& conv) {
  const std::string automatic = conv.attributes.text("auto_pad");
  const std::vector<int64_t> pads = conv.attributes.integers("pads");
  return (!automatic.empty() && automatic != "VALID") ||
         std::any_of(pads.begin(), pads.end(), [](int64_t pad) { return pad != 0; });
}

}  // namespace magik::transform

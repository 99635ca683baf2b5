#include "venus/ops/conv2d_params.h"

#include "venus/ops/checks.h"

namespace magik::rt {
namespace {

bool is_matmul(const Tensor& weight) { return weight.shape.rank() == 2; }

Status read_weight(const NodeTensors& tensors, Conv2DParams& params) {
  const Tensor& x = tensors.inputs[Conv2DParams::kX];
  const Tensor& weight = tensors.inputs[Conv2DParams::kWeight];
  if (!weight.constant) return Status::error("the weights must be constant");
  if (x.type == ElementType::kFloat32 && weight.type == ElementType::kFloat32) {
    if (tensors.outputs[0].type != ElementType::kFloat32) return no_kernel_for_types(tensors);
    params.arithmetic = Conv2DParams::Arithmetic::kFloat;
    params.weight_f = weight.as<float>();
    return {};
  }
  if (weight.type != ElementType::kInt8) return no_kernel_for_types(tensors);
  params.weight_q = weight.as<int8_t>();
  MAGIK_RETURN_IF_ERROR(check_activation(x, "input 0"));
  params.x_zero_point = x.zero_point();
  const int64_t bits = tensors.node->attributes.integer("accumulator_bits", 32);
  if (bits != 32 && bits != 64) {
    return Status::error("attribute 'accumulator_bits' is %lld; it must be 32 or 64", static_cast<long long>(bits));
  }
  params.arithmetic = bits == 32 ? Conv2DParams::Arithmetic::kInt32 : Conv2DParams::Arithmetic::kInt64;
  return {};
}

Status read_bias(const NodeTensors& tensors, Conv2DParams& params) {
  if (!tensors.has_input(Conv2DParams::kBias)) return {};
  const Tensor& bias = tensors.inputs[Conv2DParams::kBias];
  const ElementType expected = params.is_float() ? ElementType::kFloat32 : ElementType::kInt32;
  if (!bias.constant || bias.type != expected || bias.elements() != params.out_channels) {
    return Status::error("the bias must be a constant of %d %s values, but it is %s of shape %s", params.out_channels,
                         element_type_name(expected), element_type_name(bias.type), bias.shape.text().c_str());
  }
  if (params.is_float()) {
    params.bias_f = bias.as<float>();
  } else {
    params.bias_q = bias.as<int32_t>();
  }
  return {};
}

Status read_padding(const NodeTensors& tensors, Conv2DParams& params) {
  const size_t channels = static_cast<size_t>(params.in_channels);
  std::vector<float> values = tensors.node->attributes.numbers("pad_value");
  if (values.empty()) values.assign(channels, 0.0f);
  if (values.size() != channels) {
    return Status::error("attribute 'pad_value' has %zu values, but the input has %zu channels", values.size(),
                         channels);
  }
  for (float value : values) {
    if (!(absolute(value) < kInfinity)) return Status::error("attribute 'pad_value' has a value that is not finite");
  }
  if (params.is_float()) {
    for (float value : values) params.uniform_padding &= value == 0;
    params.pad_values = std::move(values);
    return {};
  }
  const Tensor& x = tensors.inputs[Conv2DParams::kX];
  const OutputRange levels{static_cast<float>(-x.zero_point()), static_cast<float>(x.max_level() - x.zero_point()),
                           x.zero_point()};
  for (float value : values) {
    const int32_t level = quantize_clamped(value / x.scale(), levels);
    params.uniform_padding &= level == x.zero_point();
    params.pad_levels.push_back(static_cast<uint16_t>(level));
  }
  return {};
}

// The slope of channel `o` for negative values; call it only where the activation has slopes.
Result<const float*> find_slopes(const NodeTensors& tensors, const Conv2DParams& params) {
  if (params.activation.kind == Activation::Kind::kLeaky) return static_cast<const float*>(nullptr);
  if (!tensors.has_input(Conv2DParams::kSlopes)) return Status::error("activation 'prelu' needs its slopes as input 3");
  const Tensor& slopes = tensors.inputs[Conv2DParams::kSlopes];
  if (!slopes.constant || slopes.type != ElementType::kFloat32 || slopes.elements() != params.out_channels) {
    return Status::error("the slopes of 'prelu' must be a constant of %d float32 values, but they are %s of shape %s",
                         params.out_channels, element_type_name(slopes.type), slopes.shape.text().c_str());
  }
  return slopes.as<float>();
}

Status read_multipliers(const NodeTensors& tensors, Conv2DParams& params) {
  const Tensor& x = tensors.inputs[Conv2DParams::kX];
  const Quantization& weight = *tensors.inputs[Conv2DParams::kWeight].quantization;
  const size_t channels = static_cast<size_t>(params.out_channels);
  if (weight.scale.size() != 1 && (weight.axis != 0 || weight.scale.size() != channels)) {
    return Status::error("the weights have %zu scales along axis %d; expected are one, or %zu along axis 0",
                         weight.scale.size(), weight.axis, channels);
  }
  for (int32_t zero_point : weight.zero_point) {
    if (zero_point != 0) return Status::error("the weights have zero point %d; it must be 0", zero_point);
  }
  for (size_t o = 0; o < channels; ++o) {
    const float w_scale = weight.scale.size() == 1 ? weight.scale[0] : weight.scale[o];
    params.multiplier.push_back(scale_ratio(x.scale(), w_scale, params.quantized_output ? params.tail.scale : 1.0f));
    MAGIK_RETURN_IF_ERROR(check_multiplier(params.multiplier.back()));
  }
  return {};
}

Status read_slopes(const NodeTensors& tensors, Conv2DParams& params) {
  if (!params.activation.has_slope()) return {};
  Result<const float*> slopes = find_slopes(tensors, params);
  if (!slopes.ok()) return slopes.take_status();
  const Quantization& weight = *tensors.inputs[Conv2DParams::kWeight].quantization;
  for (int32_t o = 0; o < params.out_channels; ++o) {
    float slope = slopes.value() ? slopes.value()[o] : params.activation.alpha;
    if (params.quantized_output) {
      const float w_scale = weight.scale[weight.scale.size() == 1 ? 0 : static_cast<size_t>(o)];
      slope = slope_multiplier(tensors.inputs[Conv2DParams::kX].scale(), w_scale, params.tail.scale, slope);
    }
    if (!(absolute(slope) < kInfinity)) {
      return Status::error("the slope for negative values of channel %d is not finite", o);
    }
    params.slope.push_back(slope);
  }
  return {};
}

}  // namespace

Result<Conv2DParams> make_conv2d_params(const NodeTensors& tensors) {
  const Tensor& weight = tensors.inputs[Conv2DParams::kWeight];
  const Attributes& attributes = tensors.node->attributes;
  Conv2DParams params;
  Result<Window> window = is_matmul(weight) ? Window{} : parse_window(attributes, weight.shape[1], weight.shape[2]);
  if (!window.ok()) return window.take_status();
  params.window = window.value();
  params.group = is_matmul(weight) ? 1 : static_cast<int32_t>(attributes.integer("group", 1));
  params.in_channels = tensors.inputs[Conv2DParams::kX].shape.back();
  params.out_channels = weight.shape[0];
  MAGIK_RETURN_IF_ERROR(read_weight(tensors, params));
  MAGIK_RETURN_IF_ERROR(read_bias(tensors, params));
  MAGIK_RETURN_IF_ERROR(read_padding(tensors, params));

  Result<Activation> activation = parse_activation(attributes);
  if (!activation.ok()) return activation.take_status();
  params.activation = activation.value();
  params.quantized_output = tensors.outputs[0].type != ElementType::kFloat32;
  if (params.quantized_output) {
    Result<LevelTail> tail = make_level_tail(tensors, params.activation, Conv2DParams::kTable);
    if (!tail.ok()) return tail.take_status();
    params.tail = tail.value();
  }
  if (!params.is_float()) MAGIK_RETURN_IF_ERROR(read_multipliers(tensors, params));
  MAGIK_RETURN_IF_ERROR(read_slopes(tensors, params));
  return params;
}

Result<Conv2DGeometry> resolve_conv2d(const Conv2DParams& params, const NodeTensors& tensors) {
  const Tensor& x = tensors.inputs[Conv2DParams::kX];
  Conv2DGeometry result;
  if (is_matmul(tensors.inputs[Conv2DParams::kWeight])) {
    result.y.input = result.y.output = static_cast<int32_t>(x.rows());
    return result;
  }
  result.batch = x.shape[0];
  for (int axis = 0; axis < 2; ++axis) {
    Result<WindowAxis> resolved = resolve_window(params.window, axis, x.shape[1 + axis]);
    if (!resolved.ok()) return resolved.take_status();
    (axis == 0 ? result.y : result.x) = resolved.value();
  }
  return result;
}

}  // namespace magik::rt

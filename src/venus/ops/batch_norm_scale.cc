// y = x * scale + bias, one scale and bias per channel. Also how pixels and quantized values become float.
#include <vector>

#include "venus/ops/checks.h"
#include "venus/ops/infer.h"
#include "venus/ops/map_rows.h"

namespace magik::rt::ops {
namespace {

Status infer(InferContext& context) {
  MAGIK_RETURN_IF_ERROR(check_arity(context, 1, 3));
  MAGIK_RETURN_IF_ERROR(check_type(context, 0, kActivationTypes));
  const Shape& x = context.inputs[0].shape;
  for (size_t i = 1; i < context.inputs.size(); ++i) {
    if (!context.has_input(i)) continue;
    MAGIK_RETURN_IF_ERROR(check_type(context, i, {ElementType::kFloat32}));
    if (context.inputs[i].shape.elements() != x.back()) {
      return Status::error("input %zu has %lld values, but input 0 has %d channels", i,
                           static_cast<long long>(context.inputs[i].shape.elements()), x.back());
    }
  }
  return set_output(context, 0, ElementType::kFloat32, dims_of(x));
}

bool is_identity(const NodeTensors& tensors) { return !tensors.has_input(1) && !tensors.has_input(2); }

Alias alias(const NodeTensors& tensors) {
  const Tensor& x = tensors.inputs[0];
  const Tensor& y = tensors.outputs[0];
  const bool equal = x.type == y.type && *x.quantization == *y.quantization;
  return is_identity(tensors) && equal ? Alias::kView : Alias::kNone;
}

// t = float(x - zero) * factor[c] + term[c]; a quantized output rounds it. Without bias nothing is added.
struct Params {
  int32_t zero = 0;
  std::vector<float> factor;
  std::vector<float> term;  // empty without bias
  OutputRange range{};      // quantized output
};

template <typename X, typename Y>
class BatchNormScale : public ElementwiseKernel {
 public:
  explicit BatchNormScale(Params params) : params_(std::move(params)) {}

  void run(const NodeTensors& tensors, const RunContext& context) override {
    map_rows<X, Y>(tensors, context, [this](X x, int32_t c) {
      const float t = static_cast<float>(x - params_.zero) * params_.factor[c];
      return output_element<Y>(params_.term.empty() ? t : t + params_.term[c], params_.range);
    });
  }

 private:
  Params params_;
};

template <typename X>
Result<std::unique_ptr<Kernel>> make(const NodeTensors& tensors, Params params) {
  switch (tensors.outputs[0].type) {
    case ElementType::kFloat32:
      return std::make_unique<BatchNormScale<X, float>>(std::move(params));
    case ElementType::kUint8:
      return std::make_unique<BatchNormScale<X, uint8_t>>(std::move(params));
    case ElementType::kUint16:
      return std::make_unique<BatchNormScale<X, uint16_t>>(std::move(params));
    default:
      return no_kernel_for_types(tensors);
  }
}

// Scales and biases as real numbers: constants of the node.
Result<std::vector<float>> read_constants(const NodeTensors& tensors, size_t index, float otherwise) {
  std::vector<float> values(static_cast<size_t>(tensors.inputs[0].shape.back()), otherwise);
  if (!tensors.has_input(index)) return values;
  const Tensor& input = tensors.inputs[index];
  if (!input.constant || input.type != ElementType::kFloat32) {
    return Status::error("input %zu must be a float32 constant", index);
  }
  values.assign(input.as<float>(), input.as<float>() + values.size());
  return values;
}

Result<std::unique_ptr<Kernel>> create(const NodeTensors& tensors) {
  const Tensor& x = tensors.inputs[0];
  const Tensor& y = tensors.outputs[0];
  const bool pixels = x.type == ElementType::kUint8 && !x.quantized();
  float x_scale = 1, y_scale = 1;
  Params params;
  if (x.type != ElementType::kFloat32 && !pixels) {
    MAGIK_RETURN_IF_ERROR(check_activation(x, "input 0"));
    x_scale = x.scale();
    params.zero = x.zero_point();
  }
  if (y.type != ElementType::kFloat32) {
    if (x.type == ElementType::kFloat32) return no_kernel_for_types(tensors);
    MAGIK_RETURN_IF_ERROR(check_activation(y, "output"));
    y_scale = y.scale();
    params.range = full_range(y);
  }
  Result<std::vector<float>> scale = read_constants(tensors, 1, 1.0f);
  if (!scale.ok()) return scale.take_status();
  for (float s : scale.value()) params.factor.push_back(scale_ratio(x_scale, s, y_scale));
  if (tensors.has_input(2)) {
    Result<std::vector<float>> bias = read_constants(tensors, 2, 0.0f);
    if (!bias.ok()) return bias.take_status();
    for (float b : bias.value()) params.term.push_back(scale_ratio(b, y_scale));
  }
  switch (x.type) {
    case ElementType::kFloat32:
      return make<float>(tensors, std::move(params));
    case ElementType::kUint8:
      return make<uint8_t>(tensors, std::move(params));
    case ElementType::kUint16:
      return make<uint16_t>(tensors, std::move(params));
    default:
      return no_kernel_for_types(tensors);
  }
}

}  // namespace

extern const Operator kBatchNormScale = {"BatchNormScale", infer, create, alias};

}  // namespace magik::rt::ops

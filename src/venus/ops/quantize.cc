// Between float and levels: Quantize, Dequantize, Requantize.
#include "venus/ops/checks.h"
#include "venus/ops/infer.h"
#include "venus/ops/map_rows.h"

namespace magik::rt::ops {
namespace {

// Levels are 8 or 16 bits wide as the network says; shape inference only knows that they are levels.
Status infer_quantize(InferContext& context) {
  MAGIK_RETURN_IF_ERROR(check_arity(context, 1, 1));
  MAGIK_RETURN_IF_ERROR(check_type(context, 0, {ElementType::kFloat32}));
  return set_output(context, 0, ElementType::kUint8, dims_of(context.inputs[0].shape));
}
Status infer_dequantize(InferContext& context) {
  MAGIK_RETURN_IF_ERROR(check_arity(context, 1, 1));
  MAGIK_RETURN_IF_ERROR(check_type(context, 0, {ElementType::kUint8, ElementType::kUint16}));
  return set_output(context, 0, ElementType::kFloat32, dims_of(context.inputs[0].shape));
}
Status infer_requantize(InferContext& context) {
  MAGIK_RETURN_IF_ERROR(check_arity(context, 1, 1));
  MAGIK_RETURN_IF_ERROR(check_type(context, 0, {ElementType::kUint8, ElementType::kUint16}));
  return set_output(context, 0, context.inputs[0].type, dims_of(context.inputs[0].shape));
}

// The three conversions of one element. `scale` is the output's, the input's, or the ratio of both.
struct Params {
  float scale = 1;
  int32_t x_zero = 0;
  OutputRange range{};
};
template <typename Y>
Y convert(const Params& p, float x) {
  return static_cast<Y>(quantize_clamped(x / p.scale, p.range));
}
template <typename Y, typename Level>
Y convert(const Params& p, Level x) {
  return output_element<Y>(static_cast<float>(x - p.x_zero) * p.scale, p.range);
}

template <typename X, typename Y>
class Conversion : public ElementwiseKernel {
 public:
  explicit Conversion(const Params& params) : params_(params) {}

  void run(const NodeTensors& tensors, const RunContext& context) override {
    map_rows<X, Y>(tensors, context, [this](X x, int32_t) { return convert<Y>(params_, x); });
  }

 private:
  Params params_;
};

template <typename X>
Result<std::unique_ptr<Kernel>> make_to_levels(const NodeTensors& tensors, const Params& params) {
  if (tensors.outputs[0].type == ElementType::kUint8) return std::make_unique<Conversion<X, uint8_t>>(params);
  return std::make_unique<Conversion<X, uint16_t>>(params);
}

Result<std::unique_ptr<Kernel>> create_quantize(const NodeTensors& tensors) {
  const Tensor& y = tensors.outputs[0];
  if (tensors.inputs[0].type != ElementType::kFloat32) return no_kernel_for_types(tensors);
  MAGIK_RETURN_IF_ERROR(check_activation(y, "output"));
  return make_to_levels<float>(tensors, {y.scale(), 0, full_range(y)});
}

Result<std::unique_ptr<Kernel>> create_dequantize(const NodeTensors& tensors) {
  const Tensor& x = tensors.inputs[0];
  if (tensors.outputs[0].type != ElementType::kFloat32) return no_kernel_for_types(tensors);
  MAGIK_RETURN_IF_ERROR(check_activation(x, "input 0"));
  const Params params{x.scale(), x.zero_point(), {}};
  if (x.type == ElementType::kUint8) return std::make_unique<Conversion<uint8_t, float>>(params);
  return std::make_unique<Conversion<uint16_t, float>>(params);
}

Result<std::unique_ptr<Kernel>> create_requantize(const NodeTensors& tensors) {
  const Tensor& x = tensors.inputs[0];
  const Tensor& y = tensors.outputs[0];
  MAGIK_RETURN_IF_ERROR(check_activation(x, "input 0"));
  MAGIK_RETURN_IF_ERROR(check_activation(y, "output"));
  const Params params{scale_ratio(x.scale(), y.scale()), x.zero_point(), full_range(y)};
  MAGIK_RETURN_IF_ERROR(check_multiplier(params.scale));
  if (x.type == ElementType::kUint8) return make_to_levels<uint8_t>(tensors, params);
  return make_to_levels<uint16_t>(tensors, params);
}

}  // namespace

extern const Operator kQuantize = {"Quantize", infer_quantize, create_quantize};
extern const Operator kDequantize = {"Dequantize", infer_dequantize, create_dequantize};
extern const Operator kRequantize = {"Requantize", infer_requantize, create_requantize};

}  // namespace magik::rt::ops

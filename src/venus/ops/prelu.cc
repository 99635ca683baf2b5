// y = x for x >= 0, else x * slope[c]. Quantized: a second multiplier for levels below the zero point.
#include <vector>

#include "venus/ops/checks.h"
#include "venus/ops/infer.h"
#include "venus/ops/map_rows.h"

namespace magik::rt::ops {
namespace {

Status infer(InferContext& context) {
  MAGIK_RETURN_IF_ERROR(check_arity(context, 2, 2));
  MAGIK_RETURN_IF_ERROR(check_type(context, 0, kActivationTypes));
  MAGIK_RETURN_IF_ERROR(check_type(context, 1, {ElementType::kFloat32}));
  const int64_t slopes = context.inputs[1].shape.elements();
  const int32_t channels = context.inputs[0].shape.back();
  if (slopes != 1 && slopes != channels) {
    return Status::error("has %lld slopes; expected are 1 or one for each of the %d channels",
                         static_cast<long long>(slopes), channels);
  }
  return set_output(context, 0, context.inputs[0].type, dims_of(context.inputs[0].shape));
}

struct Params {
  int32_t zero = 0;
  float positive = 1;           // multipliers of float(x - zero)
  std::vector<float> negative;  // one per channel
  OutputRange range{};          // quantized output
};

inline float load(float x, int32_t /*zero*/) { return x; }
template <typename Level>
float load(Level x, int32_t zero) {
  return static_cast<float>(x - zero);
}

template <typename X, typename Y>
class PRelu : public ElementwiseKernel {
 public:
  explicit PRelu(Params params) : params_(std::move(params)) {}

  void run(const NodeTensors& tensors, const RunContext& context) override {
    map_rows<X, Y>(tensors, context, [this](X x, int32_t c) {
      const float value = load(x, params_.zero);
      return output_element<Y>(value * (value < 0 ? params_.negative[c] : params_.positive), params_.range);
    });
  }

 private:
  Params params_;
};

template <typename X>
Result<std::unique_ptr<Kernel>> make_quantized(const NodeTensors& tensors, Params params) {
  if (tensors.outputs[0].type == ElementType::kUint8) return std::make_unique<PRelu<X, uint8_t>>(std::move(params));
  return std::make_unique<PRelu<X, uint16_t>>(std::move(params));
}

Result<std::unique_ptr<Kernel>> create(const NodeTensors& tensors) {
  const Tensor& x = tensors.inputs[0];
  const Tensor& slopes = tensors.inputs[1];
  const Tensor& y = tensors.outputs[0];
  if (!slopes.constant) return Status::error("the slopes must be constant");
  Params params;
  float x_scale = 1, y_scale = 1;
  if (x.type != ElementType::kFloat32) {
    MAGIK_RETURN_IF_ERROR(check_activation(x, "input 0"));
    MAGIK_RETURN_IF_ERROR(check_activation(y, "output"));
    x_scale = x.scale();
    y_scale = y.scale();
    params.zero = x.zero_point();
    params.range = full_range(y);
  } else if (y.type != ElementType::kFloat32) {
    return no_kernel_for_types(tensors);
  }
  params.positive = scale_ratio(x_scale, y_scale);
  MAGIK_RETURN_IF_ERROR(check_multiplier(params.positive));
  for (int32_t c = 0; c < x.shape.back(); ++c) {
    params.negative.push_back(scale_ratio(slopes.as<float>()[slopes.elements() == 1 ? 0 : c], x_scale, y_scale));
  }
  if (x.type == ElementType::kFloat32) return std::make_unique<PRelu<float, float>>(std::move(params));
  if (x.type == ElementType::kUint8) return make_quantized<uint8_t>(tensors, std::move(params));
  return make_quantized<uint16_t>(tensors, std::move(params));
}

}  // namespace

extern const Operator kPRelu = {"PRelu", infer, create};

}  // namespace magik::rt::ops

// Softmax and LogSoftmax along one axis, in float:
//   m = max x, e_i = exp(x_i - m), s = sum of e_i in order; y_i = e_i / s, or (x_i - m) - log(s).
// A quantized input is dequantized first: float(q - z) * s_x; a quantized output ends with t = y / s_y.
#include "venus/core/math.h"
#include "venus/ops/axis_lanes.h"
#include "venus/ops/checks.h"
#include "venus/ops/infer.h"

namespace magik::rt::ops {
namespace {

Result<int> axis_of(const Node& node, const Shape& shape) {
  return normalize_axis(node.attributes.integer("axis", -1), shape.rank());
}

Status infer(InferContext& context) {
  MAGIK_RETURN_IF_ERROR(check_arity(context, 1, 1));
  MAGIK_RETURN_IF_ERROR(check_type(context, 0, kActivationTypes));
  Result<int> axis = axis_of(context.node, context.inputs[0].shape);
  if (!axis.ok()) return axis.take_status();
  return set_output(context, 0, context.inputs[0].type, dims_of(context.inputs[0].shape));
}

float load(const Tensor& x, int64_t i) {
  switch (x.type) {
    case ElementType::kUint8:
      return static_cast<float>(x.as<uint8_t>()[i] - x.zero_point()) * x.scale();
    case ElementType::kUint16:
      return static_cast<float>(x.as<uint16_t>()[i] - x.zero_point()) * x.scale();
    default:
      return x.as<float>()[i];
  }
}

void store(float value, const Tensor& y, int64_t i) {
  switch (y.type) {
    case ElementType::kUint8:
      y.as<uint8_t>()[i] = static_cast<uint8_t>(quantize_clamped(value / y.scale(), full_range(y)));
      break;
    case ElementType::kUint16:
      y.as<uint16_t>()[i] = static_cast<uint16_t>(quantize_clamped(value / y.scale(), full_range(y)));
      break;
    default:
      y.as<float>()[i] = canonical_nan(value);
  }
}

class Softmax : public Kernel {
 public:
  explicit Softmax(bool logarithmic) : logarithmic_(logarithmic) {}

  Status prepare(const NodeTensors& tensors) override {
    const Shape& shape = tensors.inputs[0].shape;
    Result<int> axis = axis_of(*tensors.node, shape);
    if (!axis.ok()) return axis.take_status();
    lanes_ = AxisLanes::along(axis.value(), shape);
    return {};
  }
  size_t scratch_bytes() const override { return 2 * static_cast<size_t>(lanes_.length) * sizeof(float); }

  void run(const NodeTensors& tensors, const RunContext& context) override {
    const Tensor& x = tensors.inputs[0];
    if (x.elements() == 0) return;
    context.pool.parallel_for(x.elements() / lanes_.length, 16, [&](int64_t begin, int64_t end, int thread) {
      float* scratch = reinterpret_cast<float*>(context.scratch_of(thread));
      for (int64_t lane = begin; lane < end; ++lane) {
        run_lane(x, tensors.outputs[0], lanes_.first(lane), scratch);
      }
    });
  }

 private:
  void run_lane(const Tensor& x, const Tensor& y, int64_t first, float* scratch) const {
    float* differences = scratch;
    float* powers = scratch + lanes_.length;
    float largest = -kInfinity;
    for (int64_t i = 0; i < lanes_.length; ++i) {
      differences[i] = load(x, first + i * lanes_.stride);
      largest = differences[i] > largest ? differences[i] : largest;
    }
    float sum = 0.0f;
    for (int64_t i = 0; i < lanes_.length; ++i) {
      differences[i] -= largest;
      powers[i] = exponential(differences[i]);
      sum += powers[i];
    }
    const float log_sum = logarithmic_ ? logarithm(sum) : 0.0f;
    for (int64_t i = 0; i < lanes_.length; ++i) {
      store(logarithmic_ ? differences[i] - log_sum : powers[i] / sum, y, first + i * lanes_.stride);
    }
  }

  bool logarithmic_;
  AxisLanes lanes_;
};

Result<std::unique_ptr<Kernel>> create(const NodeTensors& tensors) {
  const Tensor& x = tensors.inputs[0];
  const Tensor& y = tensors.outputs[0];
  if (x.type != ElementType::kFloat32) MAGIK_RETURN_IF_ERROR(check_activation(x, "input 0"));
  if (y.type != ElementType::kFloat32) MAGIK_RETURN_IF_ERROR(check_activation(y, "output"));
  return std::make_unique<Softmax>(tensors.node->op == "LogSoftmax");
}

}  // namespace

extern const Operator kSoftmax = {"Softmax", infer, create};
extern const Operator kLogSoftmax = {"LogSoftmax", infer, create};

}  // namespace magik::rt::ops

// Concat along any axis. Quantized inputs with other scales than the output are requantized:
// t = float(q - z_i) * (s_i / s_y).
#include "venus/core/numerics.h"
#include "venus/ops/activation.h"
#include "venus/ops/infer.h"
#include "venus/ops/movement.h"

namespace magik::rt::ops {
namespace {

Status infer(InferContext& context) {
  MAGIK_RETURN_IF_ERROR(check_arity(context, 1, std::max<size_t>(1, context.inputs.size())));
  const ValueInfo& first = context.inputs[0];
  Result<int> axis = normalize_axis(context.attributes().integer("axis", 0), first.shape.rank());
  if (!axis.ok()) return axis.take_status();
  int64_t sum = 0;
  for (size_t i = 0; i < context.inputs.size(); ++i) {
    if (!context.has_input(i)) return Status::error("input %zu is left out", i);
    const Shape& shape = context.inputs[i].shape;
    bool fits = shape.rank() == first.shape.rank();
    for (int k = 0; fits && k < shape.rank(); ++k) fits = k == axis.value() || shape[k] == first.shape[k];
    if (!fits) {
      return Status::error("cannot concatenate %s and %s along axis %d", first.shape.text().c_str(),
                           shape.text().c_str(), axis.value());
    }
    sum += shape[axis.value()];
  }
  std::vector<int64_t> dims = dims_of(first.shape);
  dims[axis.value()] = sum;
  return set_output(context, 0, first.type, dims);
}

template <typename From, typename To>
void requantize_run(const From* from, To* to, const LoopNest<2>::Offsets& stride, int64_t length, int32_t zero_point,
                    float multiplier, const OutputRange& range) {
  for (int64_t i = 0; i < length; ++i) {
    const int32_t level = static_cast<int32_t>(from[i * stride[0]]) - zero_point;
    to[i * stride[1]] = static_cast<To>(requantize(level, multiplier, range));
  }
}

class ConcatKernel : public Kernel {
 public:
  explicit ConcatKernel(std::vector<bool> requantized) : requantized_(std::move(requantized)) {}

  Status prepare(const NodeTensors& tensors) override {
    Result<int> axis = normalize_axis(tensors.node->attributes.integer("axis", 0), tensors.inputs[0].shape.rank());
    axis_ = axis.value();
    return axis.take_status();
  }
  bool reads_pitch(size_t) const override { return true; }
  bool writes_pitch() const override { return true; }

  // The planner may have placed inputs where they belong in the output: nothing is left to do for these.
  void run(const NodeTensors& tensors, const RunContext& context) override {
    const Tensor& output = tensors.outputs[0];
    const Strides to = strides_of(output);
    int64_t position = 0;
    for (size_t i = 0; i < tensors.inputs.size(); ++i) {
      const Tensor& input = tensors.inputs[i];
      void* place = address(output, position * to[axis_]);
      position += input.shape[axis_];
      if (input.data == place) continue;
      const Strides from = strides_of(input);
      LoopNest<2> nest;
      for (int k = 0; k < input.shape.rank(); ++k) nest.add(input.shape[k], {from[k], to[k]});
      if (requantized_[i]) {
        requantize_input(input, output, place, nest, context.pool);
      } else {
        strided_copy(input.data, place, element_size(input.type), nest, context.pool);
      }
    }
  }

 private:
  static void requantize_input(const Tensor& input, const Tensor& output, void* place, const LoopNest<2>& nest,
                               ThreadPool& pool) {
    const float multiplier = scale_ratio(input.scale(), output.scale());
    const int32_t zero = output.zero_point();
    const OutputRange range = {static_cast<float>(-zero), static_cast<float>(output.max_level() - zero), zero};
    using Offsets = LoopNest<2>::Offsets;
    nest.for_each_run(pool, [&](const Offsets& at, const Offsets& stride, int64_t length) {
      const auto run_with = [&](const auto* from, auto* to) {
        requantize_run(from + at[0], to + at[1], stride, length, input.zero_point(), multiplier, range);
      };
      const bool narrow_input = input.type == ElementType::kUint8, narrow_output = output.type == ElementType::kUint8;
      if (narrow_input && narrow_output) run_with(input.as<uint8_t>(), static_cast<uint8_t*>(place));
      if (narrow_input && !narrow_output) run_with(input.as<uint8_t>(), static_cast<uint16_t*>(place));
      if (!narrow_input && narrow_output) run_with(input.as<uint16_t>(), static_cast<uint8_t*>(place));
      if (!narrow_input && !narrow_output) run_with(input.as<uint16_t>(), static_cast<uint16_t*>(place));
    });
  }

  std::vector<bool> requantized_;  // for each input
  int axis_ = 0;
};

Result<std::unique_ptr<Kernel>> create(const NodeTensors& tensors) {
  const Tensor& output = tensors.outputs[0];
  std::vector<bool> requantized;
  for (size_t i = 0; i < tensors.inputs.size(); ++i) {
    const Tensor& input = tensors.inputs[i];
    const bool differs = input.quantized() && output.quantized() && !(*input.quantization == *output.quantization);
    if (differs) {
      const std::string what = "input " + std::to_string(i);
      MAGIK_RETURN_IF_ERROR(check_activation(input, what.c_str()));
      MAGIK_RETURN_IF_ERROR(check_activation(output, "output"));
      MAGIK_RETURN_IF_ERROR(check_multiplier(scale_ratio(input.scale(), output.scale())));
    } else {
      MAGIK_RETURN_IF_ERROR(check_movement(tensors, i, 0));
    }
    requantized.push_back(differs);
  }
  return std::unique_ptr<Kernel>(new ConcatKernel(std::move(requantized)));
}

}  // namespace

extern const Operator kConcat = {"Concat", infer, create};

}  // namespace magik::rt::ops

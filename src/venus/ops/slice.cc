// Slice with ONNX's rules: negative positions count from the end, positions outside are clamped, steps may be negative.
#include "venus/ops/infer.h"
#include "venus/ops/movement.h"

namespace magik::rt::ops {
namespace {

// Along one axis.
struct Range {
  int64_t start = 0, step = 1, length = 0;
};

Range clamp_range(int64_t size, int64_t start, int64_t end, int64_t step) {
  if (size == 0) return {0, 1, 0};
  step = std::min(std::max(step, -kMaxElements), kMaxElements);  // may be the smallest number, which has no negative
  if (start < 0) start += size;
  if (end < 0) end += size;
  if (step > 0) {
    start = std::min(std::max<int64_t>(start, 0), size);
    end = std::min(std::max<int64_t>(end, 0), size);
    return {start, step, std::max<int64_t>(0, (end - start + step - 1) / step)};
  }
  start = std::min(std::max<int64_t>(start, 0), size - 1);
  end = std::min(std::max<int64_t>(end, -1), size - 1);
  return {start, step, std::max<int64_t>(0, (start - end - step - 1) / -step)};
}

Status parse(const Attributes& attributes, const Shape& input, std::array<Range, kMaxRank>* ranges) {
  const std::vector<int64_t> starts = attributes.integers("starts");
  const std::vector<int64_t> ends = attributes.integers("ends");
  const int count = static_cast<int>(std::min<size_t>(starts.size(), kMaxRank + 1));
  if (count > input.rank()) return Status::error("attribute starts has more entries than %d axes", input.rank());
  MAGIK_RETURN_IF_ERROR(check_length("ends", ends.size(), count));
  std::vector<int64_t> all_axes;
  for (int i = 0; i < count; ++i) all_axes.push_back(i);
  std::vector<int> axes;
  MAGIK_RETURN_IF_ERROR(resolve_axes(attributes.integers("axes", all_axes), input.rank(), &axes));
  MAGIK_RETURN_IF_ERROR(check_length("axes", axes.size(), count));
  const std::vector<int64_t> steps = attributes.integers("steps", std::vector<int64_t>(starts.size(), 1));
  MAGIK_RETURN_IF_ERROR(check_length("steps", steps.size(), count));
  for (int axis = 0; axis < input.rank(); ++axis) (*ranges)[axis] = {0, 1, input[axis]};
  for (int i = 0; i < count; ++i) {
    if (steps[i] == 0) return Status::error("attribute steps has a 0");
    (*ranges)[axes[i]] = clamp_range(input[axes[i]], starts[i], ends[i], steps[i]);
  }
  return {};
}

Status infer(InferContext& context) {
  MAGIK_RETURN_IF_ERROR(check_arity(context, 1, 1));
  const Shape& input = context.inputs[0].shape;
  std::array<Range, kMaxRank> ranges;
  MAGIK_RETURN_IF_ERROR(parse(context.attributes(), input, &ranges));
  std::vector<int64_t> dims;
  for (int axis = 0; axis < input.rank(); ++axis) dims.push_back(ranges[axis].length);
  return set_output(context, 0, context.inputs[0].type, dims);
}

class SliceKernel : public Kernel {
 public:
  Status prepare(const NodeTensors& tensors) override {
    return parse(tensors.node->attributes, tensors.inputs[0].shape, &ranges_);
  }
  bool reads_pitch(size_t) const override { return true; }
  bool writes_pitch() const override { return true; }

  void run(const NodeTensors& tensors, const RunContext& context) override {
    const Tensor& input = tensors.inputs[0];
    const Tensor& output = tensors.outputs[0];
    const Strides from = strides_of(input);
    const Strides to = strides_of(output);
    int64_t first = 0;
    LoopNest<2> nest;
    for (int axis = 0; axis < output.shape.rank(); ++axis) {
      first += ranges_[axis].start * from[axis];
      nest.add(ranges_[axis].length, {ranges_[axis].step * from[axis], to[axis]});
    }
    if (output.elements() == 0) return;  // `first` need not be inside the input
    strided_copy(address(input, first), output.data, element_size(input.type), nest, context.pool);
  }

 private:
  std::array<Range, kMaxRank> ranges_;
};

}  // namespace

extern const Operator kSlice = {"Slice", infer, create_movement<SliceKernel>};

}  // namespace magik::rt::ops

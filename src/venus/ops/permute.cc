// Permute: output axis i is input axis perm[i].
#include "venus/ops/infer.h"
#include "venus/ops/movement.h"

namespace magik::rt::ops {
namespace {

Status infer(InferContext& context) {
  MAGIK_RETURN_IF_ERROR(check_arity(context, 1, 1));
  const Shape& input = context.inputs[0].shape;
  const std::vector<int64_t> perm = context.attributes().integers("perm");
  MAGIK_RETURN_IF_ERROR(check_length("perm", perm.size(), input.rank()));
  std::vector<int> axes;
  MAGIK_RETURN_IF_ERROR(resolve_axes(perm, input.rank(), &axes));
  std::vector<int64_t> dims;
  for (int axis : axes) dims.push_back(input[axis]);
  return set_output(context, 0, context.inputs[0].type, dims);
}

class PermuteKernel : public Kernel {
 public:
  Status prepare(const NodeTensors& tensors) override {
    return resolve_axes(tensors.node->attributes.integers("perm"), tensors.inputs[0].shape.rank(), &perm_);
  }
  bool reads_pitch(size_t) const override { return true; }
  bool writes_pitch() const override { return true; }

  void run(const NodeTensors& tensors, const RunContext& context) override {
    const Tensor& input = tensors.inputs[0];
    const Tensor& output = tensors.outputs[0];
    const Strides from = strides_of(input);
    const Strides to = strides_of(output);
    LoopNest<2> nest;
    for (int axis = 0; axis < output.shape.rank(); ++axis) nest.add(output.shape[axis], {from[perm_[axis]], to[axis]});
    strided_copy(input.data, output.data, element_size(input.type), nest, context.pool);
  }

 private:
  std::vector<int> perm_;
};

// A permutation that only moves axes of size 1 leaves the elements in their order.
Alias alias(const NodeTensors& tensors) {
  const Shape& input = tensors.inputs[0].shape;
  std::vector<int> perm;
  if (!resolve_axes(tensors.node->attributes.integers("perm"), input.rank(), &perm).ok()) return Alias::kNone;
  int last = -1;
  for (int axis : perm) {
    if (input[axis] == 1) continue;
    if (axis < last) return Alias::kNone;
    last = axis;
  }
  return movement_alias(tensors, Alias::kReshape);
}

}  // namespace

extern const Operator kPermute = {"Permute", infer, create_movement<PermuteKernel>, alias};

}  // namespace magik::rt::ops

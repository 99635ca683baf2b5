// Expand (numpy broadcasting to attribute `shape`, both ways) and Tile (each axis `repeats` times).
#include "venus/ops/broadcast.h"
#include "venus/ops/infer.h"
#include "venus/ops/movement.h"

namespace magik::rt::ops {
namespace {

Status infer_expand(InferContext& context) {
  MAGIK_RETURN_IF_ERROR(check_arity(context, 1, 1));
  const std::vector<int64_t> wanted = context.attributes().integers("shape");
  MAGIK_RETURN_IF_ERROR(set_output(context, 0, context.inputs[0].type, wanted));
  const Shape shape = context.outputs[0].shape;
  std::vector<int64_t> dims;
  MAGIK_RETURN_IF_ERROR(broadcast_shapes(context.inputs[0].shape, shape, &dims));
  return set_output(context, 0, context.inputs[0].type, dims);
}

class ExpandKernel : public Kernel {
 public:
  bool reads_pitch(size_t) const override { return true; }
  bool writes_pitch() const override { return true; }

  void run(const NodeTensors& tensors, const RunContext& context) override {
    const Tensor& input = tensors.inputs[0];
    const Tensor& output = tensors.outputs[0];
    const Strides from = broadcast_strides(input, output.shape);
    const Strides to = strides_of(output);
    LoopNest<2> nest;
    for (int axis = 0; axis < output.shape.rank(); ++axis) nest.add(output.shape[axis], {from[axis], to[axis]});
    strided_copy(input.data, output.data, element_size(input.type), nest, context.pool);
  }
};

Status infer_tile(InferContext& context) {
  MAGIK_RETURN_IF_ERROR(check_arity(context, 1, 1));
  const Shape& input = context.inputs[0].shape;
  const std::vector<int64_t> repeats = context.attributes().integers("repeats");
  MAGIK_RETURN_IF_ERROR(check_length("repeats", repeats.size(), input.rank()));
  std::vector<int64_t> dims;
  for (int axis = 0; axis < input.rank(); ++axis) {
    if (repeats[axis] < 0 || repeats[axis] >= kMaxElements) {
      return Status::error("attribute repeats has the impossible entry %lld", static_cast<long long>(repeats[axis]));
    }
    dims.push_back(repeats[axis] * input[axis]);
  }
  return set_output(context, 0, context.inputs[0].type, dims);
}

class TileKernel : public Kernel {
 public:
  bool reads_pitch(size_t) const override { return true; }
  bool writes_pitch() const override { return true; }

  void run(const NodeTensors& tensors, const RunContext& context) override {
    const Tensor& input = tensors.inputs[0];
    const Tensor& output = tensors.outputs[0];
    if (output.elements() == 0) return;
    const Strides from = strides_of(input);
    const Strides to = strides_of(output);
    LoopNest<2> nest;
    for (int axis = 0; axis < output.shape.rank(); ++axis) {
      const int64_t size = input.shape[axis];
      nest.add(output.shape[axis] / size, {0, size * to[axis]});
      nest.add(size, {from[axis], to[axis]});
    }
    strided_copy(input.data, output.data, element_size(input.type), nest, context.pool);
  }
};

}  // namespace

extern const Operator kExpand = {"Expand", infer_expand, create_movement<ExpandKernel>};
extern const Operator kTile = {"Tile", infer_tile, create_movement<TileKernel>};

}  // namespace magik::rt::ops

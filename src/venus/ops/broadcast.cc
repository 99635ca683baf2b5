#include "venus/ops/broadcast.h"

#include "venus/ops/infer.h"

namespace magik::rt::ops {

Status broadcast_shapes(const Shape& a, const Shape& b, std::vector<int64_t>* dims) {
  const int rank = std::max(a.rank(), b.rank());
  dims->assign(static_cast<size_t>(rank), 1);
  for (int from_end = 1; from_end <= rank; ++from_end) {
    const int32_t da = from_end <= a.rank() ? a[a.rank() - from_end] : 1;
    const int32_t db = from_end <= b.rank() ? b[b.rank() - from_end] : 1;
    if (da != db && da != 1 && db != 1) {
      return Status::error("cannot broadcast shapes %s and %s: %d and %d differ and neither is 1", a.text().c_str(),
                           b.text().c_str(), da, db);
    }
    (*dims)[rank - from_end] = da == 1 ? db : da;
  }
  return {};
}

Status infer_broadcast(InferContext& context, size_t first, ElementType type) {
  std::vector<int64_t> dims;
  MAGIK_RETURN_IF_ERROR(broadcast_shapes(context.inputs[first].shape, context.inputs[first + 1].shape, &dims));
  return set_output(context, 0, type, dims);
}

LoopNest<3> broadcast_nest(const Tensor& a, const Tensor& b, const Tensor& output) {
  const Strides sy = strides_of(output);
  const Strides sa = broadcast_strides(a, output.shape);
  const Strides sb = broadcast_strides(b, output.shape);
  LoopNest<3> nest;
  for (int axis = 0; axis < output.shape.rank(); ++axis) nest.add(output.shape[axis], {sy[axis], sa[axis], sb[axis]});
  return nest;
}

bool pair_types_are(const NodeTensors& tensors, ElementType inputs, ElementType output) {
  const Tensor& a = tensors.inputs[0];
  const Tensor& b = tensors.inputs[1];
  const Tensor& y = tensors.outputs[0];
  return a.type == inputs && b.type == inputs && y.type == output && !a.quantized() && !b.quantized() && !y.quantized();
}

}  // namespace magik::rt::ops

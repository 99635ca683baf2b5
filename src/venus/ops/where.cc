// Where: elements of a where the condition holds, else of b. Data movement with broadcasting.
#include "venus/ops/broadcast.h"
#include "venus/ops/checks.h"
#include "venus/ops/infer.h"
#include "venus/ops/movement.h"

namespace magik::rt::ops {
namespace {

Status infer(InferContext& context) {
  MAGIK_RETURN_IF_ERROR(check_arity(context, 3, 3));
  const ElementType condition = context.inputs[0].type, a = context.inputs[1].type, b = context.inputs[2].type;
  if (condition != ElementType::kBool) {
    return Status::error("the condition has type %s, expected bool", element_type_name(condition));
  }
  if (a != b) {
    return Status::error("inputs 1 and 2 have the different types %s and %s", element_type_name(a),
                         element_type_name(b));
  }
  MAGIK_RETURN_IF_ERROR(infer_broadcast(context, 1, a));
  const Shape choices = context.outputs[0].shape;
  std::vector<int64_t> dims;
  MAGIK_RETURN_IF_ERROR(broadcast_shapes(context.inputs[0].shape, choices, &dims));
  return set_output(context, 0, a, dims);
}

class WhereKernel : public Kernel {
 public:
  bool reads_pitch(size_t) const override { return true; }
  bool writes_pitch() const override { return true; }
  bool runs_in_place(size_t) const override { return true; }

  void run(const NodeTensors& tensors, const RunContext& context) override {
    switch (element_size(tensors.outputs[0].type)) {
      case 1:
        return select<uint8_t>(tensors, context.pool);
      case 2:
        return select<uint16_t>(tensors, context.pool);
      case 4:
        return select<uint32_t>(tensors, context.pool);
    }
  }

 private:
  template <typename T>
  static void select(const NodeTensors& tensors, ThreadPool& pool) {
    const Tensor& condition = tensors.inputs[0];
    const Tensor& a = tensors.inputs[1];
    const Tensor& b = tensors.inputs[2];
    const Tensor& output = tensors.outputs[0];
    const Strides sy = strides_of(output);
    const Strides sc = broadcast_strides(condition, output.shape);
    const Strides sa = broadcast_strides(a, output.shape);
    const Strides sb = broadcast_strides(b, output.shape);
    LoopNest<4> nest;
    for (int i = 0; i < output.shape.rank(); ++i) nest.add(output.shape[i], {sy[i], sc[i], sa[i], sb[i]});
    using Offsets = LoopNest<4>::Offsets;
    nest.for_each_run(pool, [&](const Offsets& at, const Offsets& stride, int64_t length) {
      T* y = output.as<T>() + at[0];
      const uint8_t* c = condition.as<uint8_t>() + at[1];
      const T* p = a.as<T>() + at[2];
      const T* q = b.as<T>() + at[3];
      for (int64_t i = 0; i < length; ++i) {
        y[i * stride[0]] = c[i * stride[1]] != 0 ? p[i * stride[2]] : q[i * stride[3]];
      }
    });
  }
};

Result<std::unique_ptr<Kernel>> create(const NodeTensors& tensors) {
  MAGIK_RETURN_IF_ERROR(check_movement(tensors, 1, 0));
  MAGIK_RETURN_IF_ERROR(check_movement(tensors, 2, 0));
  return std::unique_ptr<Kernel>(new WhereKernel());
}

}  // namespace

extern const Operator kWhere = {"Where", infer, create};

}  // namespace magik::rt::ops

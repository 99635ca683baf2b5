#include "venus/ops/checks.h"
#include "venus/ops/conv2d_reference.h"
#include "venus/ops/infer.h"

namespace magik::rt::ops {
namespace {

Status infer(InferContext& context) {
  MAGIK_RETURN_IF_ERROR(check_arity(context, 2, 5));
  MAGIK_RETURN_IF_ERROR(check_type(context, 0, kActivationTypes));
  MAGIK_RETURN_IF_ERROR(check_rank(context, 1, 2));
  const Shape& x = context.inputs[0].shape;
  const Shape& weight = context.inputs[1].shape;
  if (x.rank() < 1 || weight[0] < 1 || weight[1] < 1 || x.back() != weight[1]) {
    return Status::error("the input of shape %s does not fit weights of shape %s: its last dimension must be %d",
                         x.text().c_str(), weight.text().c_str(), weight[1]);
  }
  std::vector<int64_t> dims = dims_of(x);
  dims.back() = weight[0];
  return set_output(context, 0, ElementType::kFloat32, dims);
}

}  // namespace

extern const Operator kMatMul = {"MatMul", infer, create_conv2d_reference};

}  // namespace magik::rt::ops

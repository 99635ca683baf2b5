#include "venus/ops/checks.h"
#include "venus/ops/conv2d_reference.h"
#include "venus/ops/infer.h"
#include "venus/ops/window.h"

namespace magik::rt::ops {
namespace {

Status infer(InferContext& context) {
  MAGIK_RETURN_IF_ERROR(check_arity(context, 2, 5));
  MAGIK_RETURN_IF_ERROR(check_type(context, 0, kActivationTypes));
  MAGIK_RETURN_IF_ERROR(check_rank(context, 0, 4));
  MAGIK_RETURN_IF_ERROR(check_rank(context, 1, 4));
  const Shape& x = context.inputs[0].shape;
  const Shape& weight = context.inputs[1].shape;
  const int64_t group = context.attributes().integer("group", 1);
  if (group < 1 || weight[0] < 1 || weight[0] % group != 0) {
    return Status::error("attribute 'group' is %lld, which does not divide the %d output channels",
                         static_cast<long long>(group), weight[0]);
  }
  if (weight[3] < 1 || x[3] != weight[3] * group) {
    return Status::error("the input has %d channels, but weights of shape %s in %lld groups need %lld", x[3],
                         weight.text().c_str(), static_cast<long long>(group),
                         static_cast<long long>(weight[3] * group));
  }
  Result<Window> window = parse_window(context.attributes(), weight[1], weight[2]);
  if (!window.ok()) return window.take_status();
  std::vector<int64_t> dims = {x[0], 0, 0, weight[0]};
  for (int axis = 0; axis < 2; ++axis) {
    Result<WindowAxis> resolved = resolve_window(window.value(), axis, x[1 + axis]);
    if (!resolved.ok()) return resolved.take_status();
    dims[static_cast<size_t>(1 + axis)] = resolved.value().output;
  }
  return set_output(context, 0, ElementType::kFloat32, dims);
}

}  // namespace

extern const Operator kConv2D = {"Conv2D", infer, create_conv2d_reference};

}  // namespace magik::rt::ops

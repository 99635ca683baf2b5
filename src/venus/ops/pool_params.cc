#include "venus/ops/pool_params.h"

#include "venus/ops/checks.h"

namespace magik::rt {

Result<PoolParams> make_pool_params(const NodeTensors& tensors) {
  const std::string& op = tensors.node->op;
  const Attributes& attributes = tensors.node->attributes;
  const Tensor& x = tensors.inputs[0];
  const Tensor& y = tensors.outputs[0];
  PoolParams params;
  params.average = op == "AveragePool" || op == "GlobalAveragePool";
  params.global = op == "GlobalMaxPool" || op == "GlobalAveragePool";
  params.count_include_pad = attributes.integer("count_include_pad", 0) != 0;
  params.type = x.type;
  if (!params.global) {
    Result<Window> window = parse_pool_window(attributes);
    if (!window.ok()) return window.take_status();
    params.window = window.value();
  }
  if (!params.average) {
    MAGIK_RETURN_IF_ERROR(check_equal_quantization(tensors));
  } else if (x.type != y.type) {
    return no_kernel_for_types(tensors);
  } else if (x.type != ElementType::kFloat32) {
    MAGIK_RETURN_IF_ERROR(check_activation(x, "input 0"));
    MAGIK_RETURN_IF_ERROR(check_activation(y, "output"));
    MAGIK_RETURN_IF_ERROR(check_multiplier(average_multiplier(x.scale(), y.scale(), 1)));
    params.x_scale = x.scale();
    params.y_scale = y.scale();
    params.x_zero_point = x.zero_point();
    params.range = full_range(y);
  }
  return params;
}

Result<PoolGeometry> resolve_pool(const PoolParams& params, const NodeTensors& tensors) {
  const Shape& shape = tensors.inputs[0].shape;
  PoolGeometry result;
  result.batch = shape[0];
  result.channels = shape[3];
  for (int axis = 0; axis < 2; ++axis) {
    WindowAxis& target = axis == 0 ? result.y : result.x;
    if (params.global) {
      target.input = target.kernel = shape[1 + axis];
      continue;
    }
    Result<WindowAxis> resolved = resolve_window(params.window, axis, shape[1 + axis]);
    if (!resolved.ok()) return resolved.take_status();
    target = resolved.value();
  }
  return result;
}

}  // namespace magik::rt

// The elements of a dense tensor along one axis, as lanes: `length` elements that are `stride` apart.
#pragma once

#include "venus/ops/infer.h"

namespace magik::rt::ops {

struct AxisLanes {
  int32_t length = 0;
  int64_t stride = 1;

  static AxisLanes along(int axis, const Shape& shape) { return {shape[axis], shape.elements(axis + 1, shape.rank())}; }
  // The index of a lane's first element; lanes are counted in row-major order of the other axes.
  int64_t first(int64_t lane) const { return lane / stride * length * stride + lane % stride; }
};

}  // namespace magik::rt::ops

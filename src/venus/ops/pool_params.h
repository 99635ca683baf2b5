// What pooling kernels need to know of their node, parsed and checked once. Global poolings are windows as large as the
// input.
//
// The result (taps in the order kh, kw):
//   max        the largest element; taps in the padding are ignored; no tap at all gives -infinity or level 0
//   average f  sum starts at 0.0f; y = sum / float(count)
//   average q  t = float(sum of (q - z_x)) * average_multiplier(s_x, s_y, count), then tail; the sum is exact
#pragma once

#include <cstdint>

#include "venus/core/numerics.h"
#include "venus/core/operator.h"
#include "venus/core/tensor.h"
#include "venus/ops/window.h"

namespace magik::rt {

struct PoolParams {
  bool average = false;
  bool global = false;
  bool count_include_pad = false;
  Window window;                          // not global
  ElementType type = ElementType::kNone;  // of input and output
  // Average of a quantized input.
  float x_scale = 1, y_scale = 1;
  int32_t x_zero_point = 0;
  OutputRange range{};
};

// Checks the node and its tensors: call it in create().
Result<PoolParams> make_pool_params(const NodeTensors& tensors);

struct PoolGeometry {
  int32_t batch = 1, channels = 1;
  WindowAxis y, x;
};
// Call it in prepare().
Result<PoolGeometry> resolve_pool(const PoolParams& params, const NodeTensors& tensors);

// The taps [first, last) of one window that lie inside the input, along one axis.
struct TapRange {
  int32_t first, last;
};
inline TapRange taps_inside(const WindowAxis& axis, int32_t out) {
  const int32_t start = axis.start(out);
  const int32_t first = start >= 0 ? 0 : (-start + axis.dilation - 1) / axis.dilation;
  const int32_t behind = axis.input - start;  // first distance that is outside
  const int32_t last = behind <= 0 ? 0 : (behind + axis.dilation - 1) / axis.dilation;
  return {first, last < axis.kernel ? last : axis.kernel};
}

// Taps that an average with count_include_pad divides by, along one axis: those inside the padded input.
inline int32_t taps_with_padding(const WindowAxis& axis, int32_t out) {
  const int32_t behind = axis.input + axis.pad_end - axis.start(out);
  const int32_t taps = (behind + axis.dilation - 1) / axis.dilation;
  return taps < axis.kernel ? taps : axis.kernel;
}

// s_x / (s_y * count) in double, rounded once; 0 for a window without taps.
inline float average_multiplier(float x_scale, float y_scale, int64_t count) {
  if (count == 0) return 0.0f;
  return static_cast<float>(static_cast<double>(x_scale) / (static_cast<double>(y_scale) * static_cast<double>(count)));
}

}  // namespace magik::rt

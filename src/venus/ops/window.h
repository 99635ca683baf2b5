// Sliding windows over the two image axes: the geometry that convolutions and poolings share.
#pragma once

#include <cstdint>

#include "venus/core/graph.h"
#include "venus/core/status.h"

namespace magik::rt {

enum class AutoPad : uint8_t { kExplicit, kSameUpper, kSameLower, kValid };

// As the node's attributes say, independent of the input's size. Index 0 is the vertical axis, 1 the horizontal one.
struct Window {
  int32_t kernel[2] = {1, 1};
  int32_t stride[2] = {1, 1};
  int32_t dilation[2] = {1, 1};
  int32_t pad_begin[2] = {0, 0};
  int32_t pad_end[2] = {0, 0};
  AutoPad auto_pad = AutoPad::kExplicit;
  bool ceil_mode = false;  // round the output's size up, but let no window start behind the input

  int32_t extent(int axis) const { return (kernel[axis] - 1) * dilation[axis] + 1; }
};

// Reads `strides`, `dilations`, `pads`, `auto_pad`, `ceil_mode`.
Result<Window> parse_window(const Attributes& attributes, int64_t kernel_h, int64_t kernel_w);
// Reads the kernel's size from the attribute `kernel` too: poolings.
Result<Window> parse_pool_window(const Attributes& attributes);

// One axis for an input of a known size: tap k of window o reads input o * stride - pad_begin + k * dilation.
struct WindowAxis {
  int32_t input = 1, output = 1;
  int32_t kernel = 1, stride = 1, dilation = 1;
  int32_t pad_begin = 0, pad_end = 0;

  int32_t start(int32_t out) const { return out * stride - pad_begin; }
};
// An error where no window fits into the padded input.
Result<WindowAxis> resolve_window(const Window& window, int axis, int32_t input);

}  // namespace magik::rt

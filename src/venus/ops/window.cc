#include "venus/ops/window.h"

#include <algorithm>
#include <string>

namespace magik::rt {
namespace {

// No sensible network has windows, strides or pads beyond it, and products of two of them fit into 32 bits.
constexpr int64_t kMost = 1 << 15;
// With it, every position in a padded input fits into 32 bits too.
constexpr int32_t kMostInput = 1 << 29;

// Reads `count` integers in lo..kMost; all `otherwise` where the attribute is absent.
Status read(const Attributes& attributes, const char* name, int64_t lo, int64_t otherwise, int count, int32_t* values) {
  const std::vector<int64_t> given =
      attributes.integers(name, std::vector<int64_t>(static_cast<size_t>(count), otherwise));
  if (given.size() != static_cast<size_t>(count)) {
    return Status::error("attribute '%s' has %zu values instead of %d", name, given.size(), count);
  }
  for (int i = 0; i < count; ++i) {
    const int64_t value = given[static_cast<size_t>(i)];
    if (value < lo || value > kMost) {
      return Status::error("attribute '%s' contains %lld; expected are %lld to %lld", name,
                           static_cast<long long>(value), static_cast<long long>(lo), static_cast<long long>(kMost));
    }
    values[i] = static_cast<int32_t>(value);
  }
  return {};
}

}  // namespace

Result<Window> parse_window(const Attributes& attributes, int64_t kernel_h, int64_t kernel_w) {
  Window window;
  for (int64_t size : {kernel_h, kernel_w}) {
    if (size < 1 || size > kMost) {
      return Status::error("the kernel is %lldx%lld; expected are sizes of 1 to %lld", static_cast<long long>(kernel_h),
                           static_cast<long long>(kernel_w), static_cast<long long>(kMost));
    }
  }
  window.kernel[0] = static_cast<int32_t>(kernel_h);
  window.kernel[1] = static_cast<int32_t>(kernel_w);
  MAGIK_RETURN_IF_ERROR(read(attributes, "strides", 1, 1, 2, window.stride));
  MAGIK_RETURN_IF_ERROR(read(attributes, "dilations", 1, 1, 2, window.dilation));
  int32_t pads[4];
  MAGIK_RETURN_IF_ERROR(read(attributes, "pads", 0, 0, 4, pads));
  for (int axis = 0; axis < 2; ++axis) {
    window.pad_begin[axis] = pads[axis];
    window.pad_end[axis] = pads[axis + 2];
  }
  const std::string auto_pad = attributes.text("auto_pad");
  if (auto_pad == "SAME_UPPER") {
    window.auto_pad = AutoPad::kSameUpper;
  } else if (auto_pad == "SAME_LOWER") {
    window.auto_pad = AutoPad::kSameLower;
  } else if (auto_pad == "VALID") {
    window.auto_pad = AutoPad::kValid;
  } else if (!auto_pad.empty()) {
    return Status::error("attribute 'auto_pad' is '%s'; known are SAME_UPPER, SAME_LOWER, VALID and the empty text",
                         auto_pad.c_str());
  }
  window.ceil_mode = attributes.integer("ceil_mode", 0) != 0;
  return window;
}

Result<Window> parse_pool_window(const Attributes& attributes) {
  int32_t kernel[2];
  if (!attributes.has("kernel")) return Status::error("attribute 'kernel' is missing");
  MAGIK_RETURN_IF_ERROR(read(attributes, "kernel", 1, 1, 2, kernel));
  return parse_window(attributes, kernel[0], kernel[1]);
}

Result<WindowAxis> resolve_window(const Window& window, int axis, int32_t input) {
  if (input > kMostInput) return Status::error("an image side of %d is too large; the most is %d", input, kMostInput);
  WindowAxis result;
  result.input = input;
  result.kernel = window.kernel[axis];
  result.stride = window.stride[axis];
  result.dilation = window.dilation[axis];
  const int64_t in = input, stride = result.stride, extent = window.extent(axis);
  int64_t out = 0;
  if (window.auto_pad == AutoPad::kSameUpper || window.auto_pad == AutoPad::kSameLower) {
    out = (in + stride - 1) / stride;
    const int64_t total = std::max<int64_t>((out - 1) * stride + extent - in, 0);
    const int64_t less = total / 2;
    result.pad_begin = static_cast<int32_t>(window.auto_pad == AutoPad::kSameUpper ? less : total - less);
    result.pad_end = static_cast<int32_t>(total - result.pad_begin);
  } else {
    if (window.auto_pad == AutoPad::kExplicit) {
      result.pad_begin = window.pad_begin[axis];
      result.pad_end = window.pad_end[axis];
    }
    const int64_t room = in + result.pad_begin + result.pad_end - extent;
    if (room >= 0) {
      out = (room + (window.ceil_mode ? stride - 1 : 0)) / stride + 1;
      if (window.ceil_mode && (out - 1) * stride >= in + result.pad_begin) --out;
    }
  }
  if (input < 1 || out < 1) {
    return Status::error("a window of %lld does not fit into the input's %s of %d with pads %d and %d",
                         static_cast<long long>(extent), axis == 0 ? "height" : "width", input, result.pad_begin,
                         result.pad_end);
  }
  result.output = static_cast<int32_t>(out);
  return result;
}

}  // namespace magik::rt

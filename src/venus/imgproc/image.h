// Images and parts of them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "common/common_type.h"

namespace magik::imgproc {

using venus::ChannelLayout;

constexpr int kMostSide = 16384;  // pixels, of an image or a box

struct Rect {
  int left, top, width, height;

  bool empty() const { return width <= 0 || height <= 0; }
  // In a plane of half the resolution. All numbers are even.
  Rect half() const { return {left / 2, top / 2, width / 2, height / 2}; }
};

inline Rect intersection(const Rect& a, const Rect& b) {
  const int left = std::max(a.left, b.left), top = std::max(a.top, b.top);
  return {left, top, std::min(a.left + a.width, b.left + b.width) - left,
          std::min(a.top + a.height, b.top + b.height) - top};
}

// A rectangle of pixels of `channels` bytes each.
template <typename Byte>
struct BasicPlane {
  Byte* data;
  ptrdiff_t stride;  // bytes from one row to the next
  int width, height;
  int channels;

  Rect area() const { return {0, 0, width, height}; }
  Byte* at(int x, int y) const { return data + y * stride + static_cast<ptrdiff_t>(x) * channels; }
  BasicPlane part(const Rect& rect) const {
    return {at(rect.left, rect.top), stride, rect.width, rect.height, channels};
  }
};
using Plane = BasicPlane<const uint8_t>;
using OutputPlane = BasicPlane<uint8_t>;

// Where the channels of a layout's pixels stand; -1: nowhere.
struct ChannelOrder {
  int channels;
  int red, green, blue, alpha;
};

inline ChannelOrder order_of(ChannelLayout layout) {
  switch (layout) {
    case ChannelLayout::BGRA:
      return {4, 2, 1, 0, 3};
    case ChannelLayout::RGBA:
      return {4, 0, 1, 2, 3};
    case ChannelLayout::ARGB:
      return {4, 1, 2, 3, 0};
    case ChannelLayout::RGB:
      return {3, 0, 1, 2, -1};
    default:  // GRAY, and the luma of NV12
      return {1, 0, 0, 0, -1};
  }
}

// An image's memory. NV12: rows of luma, behind them half as many rows of U, V, U, V with the same stride.
template <typename Byte>
struct BasicImage {
  ChannelLayout layout;
  int width, height;
  ptrdiff_t stride;
  Byte* data;

  bool nv12() const { return layout == ChannelLayout::NV12; }
  Rect area() const { return {0, 0, width, height}; }
  int row_bytes() const { return width * order_of(layout).channels; }
  int rows() const { return nv12() ? height / 2 * 3 : height; }
  // Bytes from the first to the last.
  int64_t bytes() const { return static_cast<int64_t>(stride) * (rows() - 1) + row_bytes(); }

  // All pixels, or the luma of NV12.
  BasicPlane<Byte> plane() const { return {data, stride, width, height, order_of(layout).channels}; }
  BasicPlane<Byte> chroma() const { return {data + stride * height, stride, width / 2, height / 2, 2}; }
};
using Image = BasicImage<const uint8_t>;
using OutputImage = BasicImage<uint8_t>;

}  // namespace magik::imgproc

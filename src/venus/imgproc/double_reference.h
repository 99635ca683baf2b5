// What image processing should compute, in double precision and without any regard to speed: for tests.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "core/tensor.h"
#include "utils/imgproc.h"

namespace magik::imgproc::reference {

using venus::ChannelLayout;
using venus::Tensor;
using Channels = std::array<double, 4>;

constexpr ChannelLayout kLayouts[] = {ChannelLayout::NV12, ChannelLayout::BGRA, ChannelLayout::RGBA,
                                      ChannelLayout::ARGB, ChannelLayout::RGB,  ChannelLayout::GRAY};

inline int channels_of(ChannelLayout layout) {
  return layout == ChannelLayout::RGB ? 3 : layout == ChannelLayout::NV12 || layout == ChannelLayout::GRAY ? 1 : 4;
}
// The positions of R, G, B and A in a pixel.
inline std::string letters(ChannelLayout layout) {
  return layout == ChannelLayout::BGRA   ? "BGRA"
         : layout == ChannelLayout::RGBA ? "RGBA"
         : layout == ChannelLayout::ARGB ? "ARGB"
                                         : "RGB";
}

struct Picture {
  ChannelLayout layout;
  int width, height;
  std::vector<uint8_t> bytes;

  size_t pixels() const { return static_cast<size_t>(width) * static_cast<size_t>(height); }
  // Y, U, V, or R, G, B, A, or grey.
  Channels pixel(int x, int y) const {
    const size_t at = static_cast<size_t>(y) * static_cast<size_t>(width) + static_cast<size_t>(x);
    if (layout == ChannelLayout::GRAY) return {double(bytes[at]), 0, 0, 255};
    if (layout == ChannelLayout::NV12) {
      const Channels uv = chroma(x / 2, y / 2);
      return {double(bytes[at]), uv[0], uv[1], 255};
    }
    const std::string order = letters(layout);
    Channels result = {0, 0, 0, 255};
    for (size_t i = 0; i < order.size(); ++i) {
      result[std::string("RGBA").find(order[i])] = bytes[at * order.size() + i];
    }
    return result;
  }
  Channels chroma(int x, int y) const {
    const size_t at = pixels() + static_cast<size_t>(y) * static_cast<size_t>(width) + 2 * static_cast<size_t>(x);
    return {double(bytes[at]), double(bytes[at + 1]), 0, 0};
  }
};

inline Picture random_picture(std::mt19937& random, ChannelLayout layout, int width, int height) {
  Picture picture = {layout, width, height, {}};
  const size_t pixels = picture.pixels();
  picture.bytes.resize(layout == ChannelLayout::NV12 ? pixels * 3 / 2 : pixels * size_t(channels_of(layout)));
  for (uint8_t& byte : picture.bytes) byte = static_cast<uint8_t>(random());
  return picture;
}

inline Tensor tensor_of(ChannelLayout layout, int width, int height) {
  return Tensor({1, height, width, channels_of(layout)});
}
inline Tensor tensor_of(const Picture& picture) {
  Tensor tensor = tensor_of(picture.layout, picture.width, picture.height);
  std::copy(picture.bytes.begin(), picture.bytes.end(), tensor.mudata<uint8_t>());
  return tensor;
}

struct Operation {
  const Picture* source;
  int left, top, width, height;  // the box
  double fill;                   // grey level outside of the image
  ChannelLayout layout;          // of the output
  int output_width, output_height;
  // From output to box coordinates; `clamped`: the edges reach on. Outside of `content` (left, top, right, bottom) the
  // output is filled.
  std::function<std::array<double, 2>(double, double)> map;
  bool clamped;
  std::array<int, 4> content;
};

using Fetch = std::function<Channels(int, int)>;

inline Channels bilinear(const Fetch& fetch, double x, double y) {
  const int x0 = int(std::floor(x)), y0 = int(std::floor(y));
  const double wx = x - x0, wy = y - y0;
  Channels sum = {};
  const auto add = [&](int dx, int dy, double weight) {
    if (weight == 0) return;
    const Channels value = fetch(x0 + dx, y0 + dy);
    for (size_t c = 0; c < 4; ++c) sum[c] += weight * value[c];
  };
  add(0, 0, (1 - wx) * (1 - wy));
  add(1, 0, wx * (1 - wy));
  add(0, 1, (1 - wx) * wy);
  add(1, 1, wx * wy);
  return sum;
}

inline double clamp_byte(double x) { return std::min(255.0, std::max(0.0, x)); }

inline double luma_of(const Channels& rgb) { return 16 + 0.256788 * rgb[0] + 0.504129 * rgb[1] + 0.097906 * rgb[2]; }

// R, G, B, A.
inline Channels to_rgb(ChannelLayout from, const Channels& in) {
  if (from == ChannelLayout::GRAY) return {in[0], in[0], in[0], 255};
  if (from != ChannelLayout::NV12) return in;
  const double y = 1220542 * (in[0] - 16), u = in[1] - 128, v = in[2] - 128, one = 1 << 20;
  return {clamp_byte((y + 1673527 * v) / one), clamp_byte((y - 409993 * u - 852492 * v) / one),
          clamp_byte((y + 2116026 * u) / one), 255};
}

class Expected {
 public:
  explicit Expected(const Operation& operation) : op_(operation) {}

  // The output's bytes, before they are rounded.
  std::vector<double> compute() const {
    std::vector<double> out;
    for (int y = 0; y < op_.output_height; ++y) {
      for (int x = 0; x < op_.output_width; ++x) append_pixel(x, y, out);
    }
    if (op_.layout != ChannelLayout::NV12) return out;
    for (int y = 0; y < op_.output_height / 2; ++y) {
      for (int x = 0; x < op_.output_width / 2; ++x) append_chroma(x, y, out);
    }
    return out;
  }

 private:
  bool nv12_source() const { return op_.source->layout == ChannelLayout::NV12; }

  Channels fill() const {
    const double p = op_.fill;
    const bool alpha = channels_of(op_.source->layout) == 4;
    if (nv12_source()) {
      return {op_.layout == ChannelLayout::NV12 ? luma_of({p, p, p, 0}) : 16 + p * (1 << 20) / 1220542, 128, 128, 255};
    }
    return {p, p, p, alpha ? p : 255};
  }

  bool in_content(double x, double y) const {
    return x >= op_.content[0] && y >= op_.content[1] && x < op_.content[2] && y < op_.content[3];
  }

  Channels at(double x, double y) const {
    if (!in_content(x, y)) return fill();
    std::array<double, 2> p = op_.map(x, y);
    if (op_.clamped) p = {clamp(p[0], op_.width), clamp(p[1], op_.height)};
    return bilinear(
        [&](int column, int row) {
          const bool in_box = column >= 0 && row >= 0 && column < op_.width && row < op_.height;
          column += op_.left;
          row += op_.top;
          const Picture& s = *op_.source;
          return in_box && column >= 0 && row >= 0 && column < s.width && row < s.height ? s.pixel(column, row)
                                                                                         : fill();
        },
        p[0], p[1]);
  }

  static double clamp(double x, int size) { return std::min(double(size - 1), std::max(0.0, x)); }

  void append_pixel(int x, int y, std::vector<double>& out) const {
    const Channels in = at(x, y);
    const Channels rgb = to_rgb(op_.source->layout, in);
    switch (op_.layout) {
      case ChannelLayout::NV12:
        out.push_back(nv12_source() ? in[0] : luma_of(rgb));
        return;
      case ChannelLayout::GRAY:
        out.push_back(nv12_source() ? clamp_byte(1220542.0 / (1 << 20) * (in[0] - 16))
                                    : 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2]);
        return;
      default:
        for (const char letter : letters(op_.layout)) out.push_back(rgb[std::string("RGBA").find(letter)]);
    }
  }

  void append_chroma(int x, int y, std::vector<double>& out) const {
    const double center_x = 2 * x + 0.5, center_y = 2 * y + 0.5;
    if (nv12_source()) {
      const Channels uv = chroma_at(center_x, center_y);
      out.insert(out.end(), {uv[0], uv[1]});
      return;
    }
    const Channels rgb = to_rgb(op_.source->layout, at(center_x, center_y));
    out.push_back(128 - 0.148223 * rgb[0] - 0.290993 * rgb[1] + 0.439216 * rgb[2]);
    out.push_back(128 + 0.439216 * rgb[0] - 0.367788 * rgb[1] - 0.071427 * rgb[2]);
  }

  Channels chroma_at(double x, double y) const {
    if (!in_content(x, y)) return {128, 128, 0, 0};
    const std::array<double, 2> p = op_.map(x, y);
    std::array<double, 2> q = {(p[0] - 0.5) / 2, (p[1] - 0.5) / 2};
    if (op_.clamped) q = {clamp(q[0], op_.width / 2), clamp(q[1], op_.height / 2)};
    return bilinear(
        [&](int column, int row) {
          const bool in_box = column >= 0 && row >= 0 && column < op_.width / 2 && row < op_.height / 2;
          column += op_.left / 2;
          row += op_.top / 2;
          const Picture& s = *op_.source;
          return in_box && column >= 0 && row >= 0 && column < s.width / 2 && row < s.height / 2
                     ? s.chroma(column, row)
                     : Channels{128, 128, 0, 0};
        },
        q[0], q[1]);
  }

  const Operation& op_;
};

// The largest difference of the output's bytes from what they should be.
inline double worst_error(const Operation& operation, const uint8_t* output) {
  double worst = 0;
  for (const double expected : Expected(operation).compute()) {
    worst = std::max(worst, std::abs(expected - *output++));
  }
  return worst;
}

inline int random_between(std::mt19937& random, int low, int high) {
  return low + static_cast<int>(random() % static_cast<unsigned>(high - low + 1));
}
// Even where one of the layouts is NV12.
inline int random_side(std::mt19937& random, ChannelLayout layout, int most) {
  const int side = random_between(random, 2, most);
  return layout == ChannelLayout::NV12 ? side & ~1 : side;
}

// Parameters of which nothing but the layouts is set; the rest is garbage.
inline venus::BsCommonParam unset_parameters(ChannelLayout in, ChannelLayout out) {
  venus::BsCommonParam param;
  std::fill_n(reinterpret_cast<unsigned char*>(&param), sizeof param, static_cast<unsigned char>(0xa5));
  param.in_layout = in;
  param.out_layout = out;
  param.coef_off_enable = false;
  return param;
}

}  // namespace magik::imgproc::reference

#include "venus/kernels/conv2d/patch_packer.h"

#include <algorithm>
#include <cstring>

namespace magik::rt::kernels {

PatchPacker::PatchPacker(const Conv2DParams& params, ElementType type, const GemmTiles& tiles)
    : channels_(params.group_in()),
      element_bytes_(static_cast<int64_t>(element_size(type))),
      tap_bytes_(int64_t{channels_} * tiles.element_bytes),
      pack_(type == ElementType::kUint8 ? tiles.pack_u8 : tiles.pack_u16),
      pack_rgba_(type == ElementType::kUint8 ? tiles.pack_rgba : nullptr) {
  for (int32_t group = 0; group < params.group; ++group) {
    for (int32_t i = 0; i < params.window.kernel[1] * channels_; ++i) {
      const uint16_t level = params.pad_levels[static_cast<size_t>(group * channels_ + i % channels_)];
      padding_.push_back(static_cast<uint8_t>(level));
      if (tiles.element_bytes == 2) padding_.push_back(static_cast<uint8_t>(level >> 8));
    }
  }
}

bool PatchPacker::pointwise() const {
  const auto trivial = [](const WindowAxis& axis) {
    return axis.kernel == 1 && axis.stride == 1 && axis.pad_begin == 0 && axis.output == axis.input;
  };
  return trivial(geometry_.y) && trivial(geometry_.x);
}

PatchPacker::Image PatchPacker::find_image(const Tensor& x, int32_t group) const {
  Image image;
  image.data = x.as<uint8_t>() + group * channels_ * element_bytes_;
  image.pixel_bytes = x.pitch * element_bytes_;
  image.padding = padding_.data() + group * geometry_.x.kernel * tap_bytes_;
  const bool dense = geometry_.x.dilation == 1 && x.pitch == channels_;
  const bool rgba = geometry_.x.dilation == 1 && x.pitch == 4 && channels_ == 3;
  image.pack_taps = dense ? pack_ : rgba ? pack_rgba_ : nullptr;
  return image;
}

void PatchPacker::pack(const Tensor& x, int32_t group, int64_t first, int64_t count, std::byte* out,
                       int64_t row_bytes) const {
  Image image = find_image(x, group);
  if (pointwise()) {
    pack_(image.data + first * image.pixel_bytes, image.pixel_bytes, count, channels_, out, row_bytes);
    return;
  }
  int32_t ox = static_cast<int32_t>(first % geometry_.x.output);
  int32_t oy = static_cast<int32_t>(first / geometry_.x.output % geometry_.y.output);
  const int64_t image_bytes = int64_t{geometry_.y.input} * geometry_.x.input * image.pixel_bytes;
  image.data += first / geometry_.x.output / geometry_.y.output * image_bytes;
  for (int64_t i = 0; i < count; ++i, out += row_bytes) {
    pack_patch(image, oy, ox, out);
    if (++ox < geometry_.x.output) continue;
    ox = 0;
    if (++oy < geometry_.y.output) continue;
    oy = 0;
    image.data += image_bytes;
  }
}

void PatchPacker::pack_patch(const Image& image, int32_t oy, int32_t ox, std::byte* out) const {
  const WindowAxis& ys = geometry_.y;
  const WindowAxis& xs = geometry_.x;
  const int32_t y0 = ys.start(oy), x0 = xs.start(ox);
  const int64_t image_row = xs.input * image.pixel_bytes;
  const int64_t packed_row = xs.kernel * tap_bytes_;
  // Taps [left, right) of each row lie inside the image where the dilation is 1.
  const int32_t left = std::min(xs.kernel, std::max(0, -x0));
  const int32_t right = std::max(left, std::min(xs.kernel, xs.input - x0));
  if (image.pack_taps && right - left == xs.kernel && y0 >= 0 && y0 + (ys.kernel - 1) * ys.dilation < ys.input) {
    image.pack_taps(image.data + y0 * image_row + x0 * image.pixel_bytes, ys.dilation * image_row, ys.kernel,
                    xs.kernel * channels_, out, packed_row);
    return;
  }
  for (int32_t ky = 0; ky < ys.kernel; ++ky, out += packed_row) {
    const int32_t iy = y0 + ky * ys.dilation;
    if (iy < 0 || iy >= ys.input) {
      std::memcpy(out, image.padding, static_cast<size_t>(packed_row));
      continue;
    }
    const uint8_t* row = image.data + iy * image_row;
    if (image.pack_taps) {
      std::memcpy(out, image.padding, static_cast<size_t>(left * tap_bytes_));
      image.pack_taps(row + (x0 + left) * image.pixel_bytes, 0, left < right ? 1 : 0, (right - left) * channels_,
                      out + left * tap_bytes_, 0);
      std::memcpy(out + right * tap_bytes_, image.padding, static_cast<size_t>((xs.kernel - right) * tap_bytes_));
      continue;
    }
    for (int32_t kx = 0; kx < xs.kernel; ++kx) {
      const int32_t ix = x0 + kx * xs.dilation;
      if (ix < 0 || ix >= xs.input) {
        std::memcpy(out + kx * tap_bytes_, image.padding, static_cast<size_t>(tap_bytes_));
      } else {
        pack_(row + ix * image.pixel_bytes, 0, 1, channels_, out + kx * tap_bytes_, 0);
      }
    }
  }
}

}  // namespace magik::rt::kernels

#include "venus/api/nv12.h"

#include <cstddef>

namespace magik::api {
namespace {

constexpr int32_t kLuma = 1220542, kBlueU = 2116026, kGreenU = 409993, kGreenV = 852492, kRedV = 1673527;
constexpr int32_t kHalf = 1 << 19;

uint8_t to_byte(int32_t fixed) {
  const int32_t value = (fixed + kHalf) >> 20;
  return static_cast<uint8_t>(value < 0 ? 0 : value > 255 ? 255 : value);
}

}  // namespace

void nv12_to_pixels(const uint8_t* nv12, int width, int height, PixelOrder order, uint8_t* pixels) {
  const uint8_t* chroma = nv12 + static_cast<ptrdiff_t>(width) * height;
  const int red = order == PixelOrder::kRgba ? 0 : 2;
  for (int y = 0; y < height; ++y) {
    const uint8_t* luma_row = nv12 + static_cast<ptrdiff_t>(y) * width;
    const uint8_t* chroma_row = chroma + static_cast<ptrdiff_t>(y / 2) * width;
    for (int x = 0; x < width; ++x) {
      const int32_t luma = (luma_row[x] - 16) * kLuma;
      if (order == PixelOrder::kGray) {
        *pixels++ = to_byte(luma);
        continue;
      }
      const int32_t u = chroma_row[x & ~1] - 128, v = chroma_row[x | 1] - 128;
      pixels[red] = to_byte(luma + v * kRedV);
      pixels[1] = to_byte(luma - u * kGreenU - v * kGreenV);
      pixels[2 - red] = to_byte(luma + u * kBlueU);
      pixels[3] = 255;
      pixels += 4;
    }
  }
}

}  // namespace magik::api

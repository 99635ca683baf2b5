// NV12 frames to pixels.
#pragma once

#include <cstdint>

namespace magik::api {

enum class PixelOrder { kRgba, kBgra, kGray };

// BT.601 in 20-bit fixed point, rounded: B = 1.164(Y-16) + 2.018(U-128), G = 1.164(Y-16) - 0.391(U-128) - 0.813(V-128),
// R = 1.164(Y-16) + 1.596(V-128); grey is 1.164(Y-16). `nv12`: h * w bytes of luma, then h/2 rows of w bytes U, V, U,
// V. width and height are even. `pixels`: 4 bytes each, the fourth 255, or 1 for grey.
void nv12_to_pixels(const uint8_t* nv12, int width, int height, PixelOrder order, uint8_t* pixels);

}  // namespace magik::api

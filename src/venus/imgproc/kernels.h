// The inner loops that an instruction set may bring. Each computes the first pixels of a row, as many as suit it, and
// returns how many these are; the caller computes the others. Where a pointer is null it computes all. Results equal
// the caller's in every byte.
#pragma once

#include <cstddef>
#include <cstdint>

#include "venus/imgproc/image.h"
#include "venus/imgproc/samples.h"

namespace magik::imgproc {

struct YuvToRgb {
  int32_t row[3][3];  // red, green, blue, by Y, U, V; 20-bit fixed point
  int32_t luma_offset, chroma_offset;
};

// Positions in a source, of one output row's pixels.
struct Positions {
  alignas(64) int32_t x[kChunk];
  alignas(64) int32_t y[kChunk];
};

struct Kernels {
  // out[i] = lerp(top[i], bottom[i], weight)
  int (*blend)(const uint8_t* top, const uint8_t* bottom, int weight, int count, int16_t* out);
  // out[c][i] = lerp(row[index[i]][c], row[index[i] + 1][c], weight[i]) for pixels of 1, 2 and 4 channels
  using Take = int (*)(const int16_t* row, const int32_t* index, const int16_t* weight, int count,
                       int16_t (*out)[kChunk]);
  Take take1, take2, take4;
  // out[c][i] = the byte row[index[i]][c] as a sample. The distances of indices repeat every 16 pixels.
  using Pick = int (*)(const uint8_t* row, const int32_t* index, int count, int16_t (*out)[kChunk]);
  Pick pick1, pick2, pick4;
  // Bilinear samples at positions `first` to `count`, as long as all four neighbours are inside of the source. Returns
  // the end of the pixels that it computed. planes: one, of NV12 both.
  using Warp = int (*)(const Plane* planes, const Positions& positions, int first, int count, Samples& out);
  Warp warp1, warp2, warp4, warp_nv12;
  int (*yuv_to_rgb)(const Samples& yuv, const YuvToRgb& conversion, int count, uint8_t (*rgb)[kChunk]);
  int (*interleave4)(const uint8_t* const* channels, int count, uint8_t* out);
};

extern const Kernels kReferenceKernels;  // all null
const Kernels& kernels_avx2();           // of x86-64 builds

// The fastest of this machine that VENUS_ISA allows.
const Kernels& best_kernels();

}  // namespace magik::imgproc

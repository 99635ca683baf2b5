// The inner loops of poolings that an instruction set brings. No inline code here, see gemm_tiles.h.
#pragma once

#include <cstdint>

namespace magik::rt::kernels {

// The taps of one output pixel that lie inside the input: a grid of pixels, each with contiguous channels. Channels are
// read up to 31 elements behind the last.
struct PoolWindow {
  const void* first;
  int64_t row_bytes, column_bytes;  // between taps
  int64_t rows, columns;            // at least 1 each
  int64_t channels;
  void* out;
};

// t = float(sum - offset) * multiplier, y = round(clamp(t, lo, hi)) + zero_point
struct AverageTail {
  int32_t offset;
  float multiplier;
  float lo, hi;
  int32_t zero_point;
};

struct PoolTiles {
  // [u8, u16]
  void (*max[2])(const PoolWindow&);
  void (*average[2])(const PoolWindow&, const AverageTail&);
};

const PoolTiles& pool_tiles_avx2();
const PoolTiles& pool_tiles_neon();
const PoolTiles& pool_tiles_mips32();
const PoolTiles& pool_tiles_msa();

}  // namespace magik::rt::kernels

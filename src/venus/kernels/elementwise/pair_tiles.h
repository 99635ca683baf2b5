// The inner loops of quantized EltwiseAdd and EltwiseMul that an instruction set brings. No inline code here, see
// gemm_tiles.h.
#pragma once

#include <cstdint>

namespace magik::rt::kernels {

// What turns two levels into one:
//   Add  t = float(a - zero_a) * ma + float(b - zero_b) * mb, times `slope` where t < 0
//   Mul  t = float((a - zero_a) * (b - zero_b)) * ma
//   y = round(clamp(t, lo, hi)) + zero_y, then table[y] where there is a table
struct PairTail {
  int32_t zero_a = 0, zero_b = 0, zero_y = 0;
  float ma = 0, mb = 0;
  float slope = 1;
  float lo = 0, hi = 0;
  const uint8_t* table8 = nullptr;
  const uint16_t* table16 = nullptr;
};

// Elements of the three are contiguous; y may be a or b. Inputs are read up to 7 elements behind `count`.
using PairLoop = void (*)(const PairTail& tail, const void* a, const void* b, int64_t count, void* y);

struct PairTiles {
  // [type of a][type of b][type of y], each u8 or u16.
  PairLoop add[2][2][2];
  PairLoop multiply[2][2][2];
};

const PairTiles& pair_tiles_avx2();
const PairTiles& pair_tiles_neon();
const PairTiles& pair_tiles_mips32();
const PairTiles& pair_tiles_msa();

}  // namespace magik::rt::kernels

// How int32 accumulators of a convolution become levels of its output. Plain data, shared by generic code and ISA
// files.
#pragma once

#include <cstdint>

namespace magik::rt::kernels {

// One entry per output channel, zero-padded to whole vectors. All arithmetic is that of docs/quantization.md:
//   acc += bias;  t = float(acc) * (acc < 0 ? slope : multiplier);  q = round(clamp(t, lo, hi)) + zero_point;  table[q]
struct AccumulatorTail {
  const int32_t* bias = nullptr;  // with the input's zero point folded in
  const float* multiplier = nullptr;
  const float* slope = nullptr;  // null: the multiplier serves both signs
  float lo = 0, hi = 0;
  int32_t zero_point = 0;
  const uint8_t* table8 = nullptr;  // at most one table: that of a smooth activation, in the output's type
  const uint16_t* table16 = nullptr;
};

}  // namespace magik::rt::kernels

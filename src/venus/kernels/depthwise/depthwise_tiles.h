// The inner loop of the depthwise convolution that an instruction set brings. No inline code here, see gemm_tiles.h.
#pragma once

#include <cstdint>

#include "venus/kernels/accumulator_tail.h"

namespace magik::rt::kernels {

// A row of output pixels, all channels: acc[pixel][c] = sum over taps of taps[tap][pixel][c] * weights[tap][c].
struct DepthwiseRow {
  const void* const* taps;  // [2 * pairs][pixels] pointers to the channels of input pixels (or of padding)
  int64_t pairs;            // taps are multiplied in pairs; an odd last one is followed by any pointer and zero weights
  int64_t pixels;
  const int16_t* weights;       // [channel blocks][pairs][block channels in `order`][2 taps]
  const AccumulatorTail* tail;  // arrays: [channel blocks][block channels in `order`]
  int64_t channels;
  void* out;
  int64_t out_pitch;  // elements
};

struct DepthwiseTiles {
  int block;  // channels of a block: channels are read up to whole blocks, written exactly
  // The order in which a block's channels lie in the accumulators, by the type of x: u8, u16.
  const uint8_t* order[2];
  // [type of x: u8, u16][type of y: u8, u16]. Levels have at most 15 bits.
  void (*run[2][2])(const DepthwiseRow&);
};

const DepthwiseTiles& depthwise_tiles_avx2();
const DepthwiseTiles& depthwise_tiles_neon();
const DepthwiseTiles& depthwise_tiles_mips32();
const DepthwiseTiles& depthwise_tiles_msa();

}  // namespace magik::rt::kernels

// The loops of the depthwise convolution around what an instruction set brings, which the including file defines:
// constants kBlock (channels that are computed at once) and kVectors = kBlock / kLanes, and for levels of type X a
// struct Block<X> with
//   static constexpr uint8_t kOrder[kBlock];      // in which the block's channels lie in the accumulators
//   static void add_taps(const X* tap0, const X* tap1, const int16_t* weights, Ints (&acc)[kVectors]);
//   static void store(const Ints (&levels)[kVectors], uint8_t* out);    // in the order of channels
//   static void store(const Ints (&levels)[kVectors], uint16_t* out);
// Include lanes_*.h and level_lanes.h first.
#pragma once

#include "venus/kernels/depthwise/depthwise_tiles.h"

namespace magik::rt::kernels {
namespace {

template <typename X, typename Y>
inline void finish_block(const AccumulatorTail& tail, int64_t channel, int64_t count, Ints (&acc)[kVectors], Y* out) {
#pragma GCC unroll 4
  for (int v = 0; v < kVectors; ++v) acc[v] = level_lanes(acc[v], tail, channel + v * kLanes);
  const Y* table = table_of(tail, out);
  if (count >= kBlock && table == nullptr) return Block<X>::store(acc, out);
  uint16_t levels[kBlock];
  Block<X>::store(acc, levels);
  if (count > kBlock) count = kBlock;
  for (int64_t i = 0; i < count; ++i) out[i] = table ? table[levels[i]] : static_cast<Y>(levels[i]);
}

template <typename X, typename Y>
inline void run_pixel(const DepthwiseRow& row, const void* const* pixel_taps, Y* out) {
  const int16_t* weights = row.weights;
  for (int64_t channel = 0; channel < row.channels; channel += kBlock) {
    Ints acc[kVectors];
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v) acc[v] = broadcast(0);
    const void* const* taps = pixel_taps;
    for (int64_t pair = 0; pair < row.pairs; ++pair, taps += 2 * row.pixels, weights += 2 * kBlock) {
      Block<X>::add_taps(static_cast<const X*>(taps[0]) + channel, static_cast<const X*>(taps[row.pixels]) + channel,
                         weights, acc);
    }
    finish_block<X>(*row.tail, channel, row.channels - channel, acc, out + channel);
  }
}

template <typename X, typename Y>
void run_row(const DepthwiseRow& row) {
  auto* out = static_cast<Y*>(row.out);
  for (int64_t pixel = 0; pixel < row.pixels; ++pixel) run_pixel<X>(row, row.taps + pixel, out + pixel * row.out_pitch);
}

constexpr DepthwiseTiles kDepthwiseTiles = {kBlock,
                                            {Block<uint8_t>::kOrder, Block<uint16_t>::kOrder},
                                            {{run_row<uint8_t, uint8_t>, run_row<uint8_t, uint16_t>},
                                             {run_row<uint16_t, uint8_t>, run_row<uint16_t, uint16_t>}}};

}  // namespace
}  // namespace magik::rt::kernels

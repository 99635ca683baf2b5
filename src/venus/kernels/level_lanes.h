// AccumulatorTail in vector lanes. Include lanes_avx2.h or lanes_avx512.h first; see there for the anonymous namespace.
#pragma once

#include "venus/kernels/accumulator_tail.h"

namespace magik::rt::kernels {
namespace {

// Levels (indices of the table, if there is one) of channels [channel, channel + kLanes).
template <bool kSlope>
inline Ints level_lanes(Ints acc, const AccumulatorTail& tail, int64_t channel) {
  acc = add(acc, load(tail.bias + channel));
  Floats multiplier = load(tail.multiplier + channel);
  if (kSlope) multiplier = select_negative(acc, load(tail.slope + channel), multiplier);
  const Floats t = multiply(to_float(acc), multiplier);
  return add(round_lanes(clamp_lanes(t, broadcast(tail.lo), broadcast(tail.hi))), broadcast(tail.zero_point));
}
inline Ints level_lanes(Ints acc, const AccumulatorTail& tail, int64_t channel) {
  return tail.slope ? level_lanes<true>(acc, tail, channel) : level_lanes<false>(acc, tail, channel);
}

inline const uint8_t* table_of(const AccumulatorTail& tail, const uint8_t*) { return tail.table8; }
inline const uint16_t* table_of(const AccumulatorTail& tail, const uint16_t*) { return tail.table16; }

// Whole vectors without a table. Two rows at a time, which is what registers have room for.
template <bool kSlope, typename T, int kRows, int kVectors>
inline void finish_whole(const AccumulatorTail& tail, int64_t channel, T* out, int64_t pitch,
                         const Ints (&acc)[kRows][kVectors]) {
#pragma GCC unroll 8
  for (int r = 0; r + 2 <= kRows; r += 2) {
    Ints levels[2][kVectors];
#pragma GCC unroll 2
    for (int v = 0; v < kVectors; ++v) {
      levels[0][v] = level_lanes<kSlope>(acc[r][v], tail, channel + v * kLanes);
      levels[1][v] = level_lanes<kSlope>(acc[r + 1][v], tail, channel + v * kLanes);
    }
    store_rows(out + r * pitch, pitch, levels);
  }
  if (kRows % 2 == 0) return;
  Ints levels[1][kVectors];
#pragma GCC unroll 2
  for (int v = 0; v < kVectors; ++v) {
    levels[0][v] = level_lanes<kSlope>(acc[kRows - 1][v], tail, channel + v * kLanes);
  }
  store_rows(out + (kRows - 1) * pitch, pitch, levels);
}

// Any number of columns, with or without a table, from accumulators in memory, `vectors` vectors in a row.
template <typename T>
__attribute__((noinline)) void finish_some(const AccumulatorTail& tail, int64_t channel, int columns, T* out,
                                           int64_t pitch, const int32_t* acc, int rows, int vectors) {
  const T* table = table_of(tail, out);
  for (int row = 0; row < rows; ++row, out += pitch) {
    for (int v = 0; v < vectors; ++v, acc += kLanes) {
      int32_t levels[kLanes];
      store(levels, level_lanes(load(acc), tail, channel + v * kLanes));
      T* to = out + v * kLanes;
      const int count = columns - v * kLanes;
      if (table != nullptr && count >= kLanes) {
        for (int i = 0; i < kLanes; ++i) to[i] = table[levels[i]];
      } else {
        for (int i = 0; i < kLanes && i < count; ++i) to[i] = table ? table[levels[i]] : static_cast<T>(levels[i]);
      }
    }
  }
}

// Writes `columns` levels from each row of accumulators, rows `pitch` elements apart.
template <typename T, int kRows, int kVectors>
inline void finish(const AccumulatorTail& tail, int64_t channel, int columns, T* out, int64_t pitch,
                   const Ints (&acc)[kRows][kVectors]) {
  if (columns == kVectors * kLanes && table_of(tail, out) == nullptr) {
    tail.slope ? finish_whole<true>(tail, channel, out, pitch, acc)
               : finish_whole<false>(tail, channel, out, pitch, acc);
    return;
  }
  int32_t memory[kRows * kVectors * kLanes];
#pragma GCC unroll 16
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 2
    for (int v = 0; v < kVectors; ++v) store(memory + (r * kVectors + v) * kLanes, acc[r][v]);
  }
  finish_some(tail, channel, columns, out, pitch, memory, kRows, kVectors);
}

}  // namespace
}  // namespace magik::rt::kernels

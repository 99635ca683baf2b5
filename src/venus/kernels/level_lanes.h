// AccumulatorTail in vector lanes. Include lanes_avx2.h or lanes_avx512.h first; see there for the anonymous namespace.
#pragma once

#include "venus/kernels/accumulator_tail.h"

namespace magik::rt::kernels {
namespace {

// Levels (indices of the table, if there is one) of channels [channel, channel + kLanes).
inline Ints level_lanes(Ints acc, const AccumulatorTail& tail, int64_t channel) {
  acc = add(acc, load(tail.bias + channel));
  Floats multiplier = load(tail.multiplier + channel);
  if (tail.slope != nullptr) multiplier = select_negative(acc, load(tail.slope + channel), multiplier);
  const Floats t = multiply(to_float(acc), multiplier);
  return add(round_lanes(clamp_lanes(t, broadcast(tail.lo), broadcast(tail.hi))), broadcast(tail.zero_point));
}

inline const uint8_t* table_of(const AccumulatorTail& tail, const uint8_t*) { return tail.table8; }
inline const uint16_t* table_of(const AccumulatorTail& tail, const uint16_t*) { return tail.table16; }

// Stores the first `count` lanes, through the table where there is one.
template <typename T>
inline void store_some(const AccumulatorTail& tail, Ints levels, int count, T* out) {
  int32_t index[kLanes];
  store(index, levels);
  if (const T* table = table_of(tail, out)) {
    for (int i = 0; i < count; ++i) out[i] = table[index[i]];
  } else {
    for (int i = 0; i < count; ++i) out[i] = static_cast<T>(index[i]);
  }
}

// Writes `columns` levels from each row of accumulators, rows `pitch` elements apart.
template <typename T, int kRows, int kVectors>
inline void finish(const AccumulatorTail& tail, int64_t channel, int columns, T* out, int64_t pitch,
                   Ints (&acc)[kRows][kVectors]) {
#pragma GCC unroll 16
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 2
    for (int v = 0; v < kVectors; ++v) acc[r][v] = level_lanes(acc[r][v], tail, channel + v * kLanes);
  }
  if (columns == kVectors * kLanes && table_of(tail, out) == nullptr) {
    store_rows(out, pitch, acc);
    return;
  }
#pragma GCC unroll 16
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 2
    for (int v = 0; v < kVectors; ++v) {
      const int left = columns - v * kLanes;
      store_some(tail, acc[r][v], left < kLanes ? left : kLanes, out + r * pitch + v * kLanes);
    }
  }
}

}  // namespace
}  // namespace magik::rt::kernels

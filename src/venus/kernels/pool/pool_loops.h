// The loops of poolings, written with lanes: vectors run across channels. Include lanes_*.h first.
#pragma once

#include "venus/kernels/pool/pool_tiles.h"

namespace magik::rt::kernels {
namespace {

template <typename T>
void max_pool(const PoolWindow& window) {
  using Vector = LevelVector<T>;
  for (int64_t channel = 0; channel < window.channels; channel += Vector::kCount) {
    const char* row = static_cast<const char*>(window.first) + channel * static_cast<int64_t>(sizeof(T));
    typename Vector::Type result = {};
    for (int64_t y = 0; y < window.rows; ++y, row += window.row_bytes) {
      const char* tap = row;
      for (int64_t x = 0; x < window.columns; ++x, tap += window.column_bytes) {
        result = Vector::larger(result, Vector::load(tap));
      }
    }
    T* out = static_cast<T*>(window.out) + channel;
    if (channel + Vector::kCount <= window.channels) {
      Vector::store(out, result);
    } else {
      T buffer[Vector::kCount];
      Vector::store(buffer, result);
      for (int64_t i = 0; channel + i < window.channels; ++i) out[i] = buffer[i];
    }
  }
}

template <typename T>
void average_pool(const PoolWindow& window, const AverageTail& tail) {
  const Ints offset = broadcast(tail.offset), zero_point = broadcast(tail.zero_point);
  const Floats multiplier = broadcast(tail.multiplier), lo = broadcast(tail.lo), hi = broadcast(tail.hi);
  for (int64_t channel = 0; channel < window.channels; channel += kLanes) {
    const char* row = static_cast<const char*>(window.first) + channel * static_cast<int64_t>(sizeof(T));
    Ints sum = broadcast(0);
    for (int64_t y = 0; y < window.rows; ++y, row += window.row_bytes) {
      const char* tap = row;
      for (int64_t x = 0; x < window.columns; ++x, tap += window.column_bytes) {
        sum = add(sum, load(reinterpret_cast<const T*>(tap)));
      }
    }
    const Floats t = multiply(to_float(subtract(sum, offset)), multiplier);
    const Ints levels = add(round_lanes(clamp_lanes(t, lo, hi)), zero_point);
    T* out = static_cast<T*>(window.out) + channel;
    if (channel + kLanes <= window.channels) {
      store(out, levels);
    } else {
      T buffer[kLanes];
      store(buffer, levels);
      for (int64_t i = 0; channel + i < window.channels; ++i) out[i] = buffer[i];
    }
  }
}

constexpr PoolTiles kPoolTiles = {{max_pool<uint8_t>, max_pool<uint16_t>},
                                  {average_pool<uint8_t>, average_pool<uint16_t>}};

}  // namespace
}  // namespace magik::rt::kernels

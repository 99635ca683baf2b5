// Poolings on AVX2: vectors run across channels.
#include "venus/kernels/lanes_avx2.h"
#include "venus/kernels/pool/pool_tiles.h"

namespace magik::rt::kernels {
namespace {

inline __m256i load_vector(const void* p) { return _mm256_loadu_si256(static_cast<const __m256i*>(p)); }
inline __m256i larger(__m256i a, __m256i b, uint8_t) { return _mm256_max_epu8(a, b); }
inline __m256i larger(__m256i a, __m256i b, uint16_t) { return _mm256_max_epu16(a, b); }

template <typename T>
void max_pool(const PoolWindow& window) {
  constexpr int64_t kBlock = 32 / sizeof(T);
  for (int64_t channel = 0; channel < window.channels; channel += kBlock) {
    const char* row = static_cast<const char*>(window.first) + channel * static_cast<int64_t>(sizeof(T));
    __m256i result = _mm256_setzero_si256();
    for (int64_t y = 0; y < window.rows; ++y, row += window.row_bytes) {
      const char* tap = row;
      for (int64_t x = 0; x < window.columns; ++x, tap += window.column_bytes) {
        result = larger(result, load_vector(tap), T{});
      }
    }
    T* out = static_cast<T*>(window.out) + channel;
    if (channel + kBlock <= window.channels) {
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(out), result);
    } else {
      T buffer[kBlock];
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(buffer), result);
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

constexpr PoolTiles kTiles = {{max_pool<uint8_t>, max_pool<uint16_t>}, {average_pool<uint8_t>, average_pool<uint16_t>}};

}  // namespace

const PoolTiles& pool_tiles_avx2() { return kTiles; }

}  // namespace magik::rt::kernels

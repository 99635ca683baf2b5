// One 32-bit lane, see lanes_avx2.h: for processors without vector instructions.
#pragma once

#include <cstdint>
#include <cstring>

namespace magik::rt::kernels {
namespace {

constexpr int kLanes = 1;
using Ints = int32_t;
using Floats = float;

inline Ints broadcast(int32_t x) { return x; }
inline Floats broadcast(float x) { return x; }

template <typename T>
inline Ints load(const T* p) {
  return *p;
}
inline Floats load(const float* p) { return *p; }
template <typename T>
inline void store(T* p, Ints x) {
  *p = static_cast<T>(x);
}

// Rows of levels, `pitch` elements apart.
template <typename T, int kRows, int kVectors>
inline void store_rows(T* out, int64_t pitch, const Ints (&levels)[kRows][kVectors]) {
#pragma GCC unroll 8
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 2
    for (int v = 0; v < kVectors; ++v) store(out + r * pitch + v, levels[r][v]);
  }
}

// Sums wrap around, as vectors' do.
inline Ints add(Ints a, Ints b) { return static_cast<int32_t>(static_cast<uint32_t>(a) + static_cast<uint32_t>(b)); }
inline Ints subtract(Ints a, Ints b) {
  return static_cast<int32_t>(static_cast<uint32_t>(a) - static_cast<uint32_t>(b));
}
inline Ints multiply(Ints a, Ints b) {
  return static_cast<int32_t>(static_cast<uint32_t>(a) * static_cast<uint32_t>(b));
}
inline Floats add(Floats a, Floats b) { return a + b; }
inline Floats multiply(Floats a, Floats b) { return a * b; }
inline Floats to_float(Ints x) { return static_cast<float>(x); }

// As clamp() of numerics.h, a NaN becomes `lo`.
inline Floats clamp_lanes(Floats t, Floats lo, Floats hi) {
  t = t > lo ? t : lo;
  return t < hi ? t : hi;
}
// See round_to_even() of numerics.h; the sum's low bits are the integer.
inline Ints round_lanes(Floats t) {
  constexpr int32_t kMagicBits = 0x4b400000;  // 1.5 * 2^23
  const float sum = t + 12582912.0f;
  int32_t bits;
  std::memcpy(&bits, &sum, sizeof bits);
  return bits - kMagicBits;
}

// x < 0 ? a : b
inline Floats select_negative(Ints x, Floats a, Floats b) { return x < 0 ? a : b; }
inline Floats select_below_zero(Floats x, Floats a, Floats b) { return x < 0 ? a : b; }

// Whole vectors of levels.
template <typename T>
struct LevelVector {
  using Type = T;
  static constexpr int kCount = 1;
  static Type load(const void* p) { return *static_cast<const T*>(p); }
  static void store(T* p, Type x) { *p = x; }
  static Type larger(Type a, Type b) { return a > b ? a : b; }
};

}  // namespace
}  // namespace magik::rt::kernels

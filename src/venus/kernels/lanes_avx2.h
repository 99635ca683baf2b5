// Eight 32-bit lanes on AVX2. Included by avx2.cc files only; the other lanes_*.h have the same names, so that inner
// loops written with them (level_lanes.h, */*_loops.h) serve all instruction sets. All is in an anonymous namespace:
// code that needs AVX2 must never become the one copy of an inline function that generic code calls too.
#pragma once

#include <immintrin.h>

#include <cstdint>

namespace magik::rt::kernels {
namespace {

constexpr int kLanes = 8;
using Ints = __m256i;
using Floats = __m256;

inline Ints broadcast(int32_t x) { return _mm256_set1_epi32(x); }
inline Floats broadcast(float x) { return _mm256_set1_ps(x); }

inline Ints load(const int32_t* p) { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)); }
inline Floats load(const float* p) { return _mm256_loadu_ps(p); }
inline Ints load(const uint8_t* p) {
  return _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p)));
}
inline Ints load(const uint16_t* p) {
  return _mm256_cvtepu16_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)));
}

// Lanes hold levels that fit the element type.
inline void store(int32_t* p, Ints x) { _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), x); }
inline void store(uint16_t* p, Ints x) {
  const __m128i words = _mm_packus_epi32(_mm256_castsi256_si128(x), _mm256_extracti128_si256(x, 1));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(p), words);
}
inline void store(uint8_t* p, Ints x) {
  const __m128i words = _mm_packus_epi32(_mm256_castsi256_si128(x), _mm256_extracti128_si256(x, 1));
  _mm_storel_epi64(reinterpret_cast<__m128i*>(p), _mm_packus_epi16(words, words));
}

// Rows of levels, `pitch` elements apart.
template <typename T, int kRows, int kVectors>
inline void store_rows(T* out, int64_t pitch, const Ints (&levels)[kRows][kVectors]) {
#pragma GCC unroll 8
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 2
    for (int v = 0; v < kVectors; ++v) store(out + r * pitch + v * kLanes, levels[r][v]);
  }
}
// Two rows at once: fewer shuffles.
template <int kRows>
inline void store_rows(uint8_t* out, int64_t pitch, const Ints (&levels)[kRows][2]) {
  const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
#pragma GCC unroll 8
  for (int r = 0; r < kRows; r += 2) {
    const int next = r + 1 < kRows ? r + 1 : r;
    const __m256i words0 = _mm256_packus_epi32(levels[r][0], levels[r][1]);
    const __m256i words1 = _mm256_packus_epi32(levels[next][0], levels[next][1]);
    const __m256i bytes = _mm256_permutevar8x32_epi32(_mm256_packus_epi16(words0, words1), order);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out + r * pitch), _mm256_castsi256_si128(bytes));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out + next * pitch), _mm256_extracti128_si256(bytes, 1));
  }
}

inline Ints add(Ints a, Ints b) { return _mm256_add_epi32(a, b); }
inline Ints subtract(Ints a, Ints b) { return _mm256_sub_epi32(a, b); }
inline Ints multiply(Ints a, Ints b) { return _mm256_mullo_epi32(a, b); }
inline Floats add(Floats a, Floats b) { return _mm256_add_ps(a, b); }
inline Floats multiply(Floats a, Floats b) { return _mm256_mul_ps(a, b); }
inline Floats to_float(Ints x) { return _mm256_cvtepi32_ps(x); }

// As clamp() of numerics.h, a NaN becomes `lo`.
inline Floats clamp_lanes(Floats t, Floats lo, Floats hi) { return _mm256_min_ps(_mm256_max_ps(t, lo), hi); }
inline Ints round_lanes(Floats t) { return _mm256_cvtps_epi32(t); }  // ties to even: the mode that run() sets

// x < 0 ? a : b
inline Floats select_negative(Ints x, Floats a, Floats b) { return _mm256_blendv_ps(b, a, _mm256_castsi256_ps(x)); }
inline Floats select_below_zero(Floats x, Floats a, Floats b) {
  return _mm256_blendv_ps(b, a, _mm256_cmp_ps(x, _mm256_setzero_ps(), _CMP_LT_OQ));
}

// Whole vectors of levels.
template <typename T>
struct LevelVector {
  using Type = __m256i;
  static constexpr int kCount = 32 / sizeof(T);
  static Type load(const void* p) { return _mm256_loadu_si256(static_cast<const __m256i*>(p)); }
  static void store(T* p, Type x) { _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), x); }
  static Type larger(Type a, Type b) { return sizeof(T) == 1 ? _mm256_max_epu8(a, b) : _mm256_max_epu16(a, b); }
};

}  // namespace
}  // namespace magik::rt::kernels

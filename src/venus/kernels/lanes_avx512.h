// Sixteen 32-bit lanes on AVX-512, see lanes_avx2.h. Tests compile the AVX-512 files a second time with an emulation of
// the instructions (emulated_avx512vnni_test.cc), which brings the intrinsics itself.
#pragma once

#ifndef MAGIK_EMULATE_AVX512
// GCC 12 warns of the intrinsics' own undefined values (its bug 105593).
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wuninitialized"
#include <immintrin.h>
#pragma GCC diagnostic pop
#endif

#include <cstdint>

namespace magik::rt::kernels {
namespace {

constexpr int kLanes = 16;
using Ints = __m512i;
using Floats = __m512;

inline Ints broadcast(int32_t x) { return _mm512_set1_epi32(x); }
inline Floats broadcast(float x) { return _mm512_set1_ps(x); }

inline Ints load(const int32_t* p) { return _mm512_loadu_si512(p); }
inline Floats load(const float* p) { return _mm512_loadu_ps(p); }

// Lanes hold levels that fit the element type.
inline void store(int32_t* p, Ints x) { _mm512_storeu_si512(p, x); }
inline void store(uint16_t* p, Ints x) { _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), _mm512_cvtepi32_epi16(x)); }
inline void store(uint8_t* p, Ints x) { _mm_storeu_si128(reinterpret_cast<__m128i*>(p), _mm512_cvtepi32_epi8(x)); }

// Rows of levels, `pitch` elements apart.
template <typename T, int kRows, int kVectors>
inline void store_rows(T* out, int64_t pitch, const Ints (&levels)[kRows][kVectors]) {
#pragma GCC unroll 16
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 2
    for (int v = 0; v < kVectors; ++v) store(out + r * pitch + v * kLanes, levels[r][v]);
  }
}

inline Ints add(Ints a, Ints b) { return _mm512_add_epi32(a, b); }
inline Floats multiply(Floats a, Floats b) { return _mm512_mul_ps(a, b); }
inline Floats to_float(Ints x) { return _mm512_cvtepi32_ps(x); }

inline Floats clamp_lanes(Floats t, Floats lo, Floats hi) { return _mm512_min_ps(_mm512_max_ps(t, lo), hi); }
inline Ints round_lanes(Floats t) { return _mm512_cvtps_epi32(t); }

inline Floats select_negative(Ints x, Floats a, Floats b) {
  return _mm512_mask_blend_ps(_mm512_cmpgt_epi32_mask(_mm512_setzero_si512(), x), b, a);
}

}  // namespace
}  // namespace magik::rt::kernels

// Compiles the AVX-512 files as they are, see emulated_avx512vnni.h.
#define SIMDE_ENABLE_NATIVE_ALIASES
#include <simde/x86/avx2.h>
#include <simde/x86/avx512.h>

// What SIMDe 0.7.4 lacks, by halves. (Levels fit the narrow types, so saturation is truncation.)
static inline __m512i join_halves(__m256i low, __m256i high) {
  return _mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1);
}
#undef _mm512_cvtepi32_ps
static inline __m512 _mm512_cvtepi32_ps(__m512i x) {
  const __m256 low = _mm256_cvtepi32_ps(_mm512_castsi512_si256(x));
  const __m256 high = _mm256_cvtepi32_ps(_mm512_extracti64x4_epi64(x, 1));
  return _mm512_castsi512_ps(join_halves(_mm256_castps_si256(low), _mm256_castps_si256(high)));
}
#undef _mm512_cvtps_epi32
static inline __m512i _mm512_cvtps_epi32(__m512 x) {
  const __m512i bits = _mm512_castps_si512(x);
  return join_halves(_mm256_cvtps_epi32(_mm256_castsi256_ps(_mm512_castsi512_si256(bits))),
                     _mm256_cvtps_epi32(_mm256_castsi256_ps(_mm512_extracti64x4_epi64(bits, 1))));
}
#undef _mm512_cvtepi32_epi16
static inline __m256i _mm512_cvtepi32_epi16(__m512i x) {
  const __m256i words = _mm256_packus_epi32(_mm512_castsi512_si256(x), _mm512_extracti64x4_epi64(x, 1));
  return _mm256_permute4x64_epi64(words, 0xd8);
}
#undef _mm512_cvtepi32_epi8
static inline __m128i _mm512_cvtepi32_epi8(__m512i x) {
  const __m256i words = _mm512_cvtepi32_epi16(x);
  return _mm_packus_epi16(_mm256_castsi256_si128(words), _mm256_extracti128_si256(words, 1));
}

#define MAGIK_EMULATE_AVX512
#define gemm_tiles_avx512vnni gemm_tiles_avx512vnni_emulated
#include "venus/kernels/conv2d/avx512vnni.cc"  // NOLINT(bugprone-suspicious-include)

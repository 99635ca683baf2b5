// GEMM tiles on AVX2. u8 x s8 products do not fit the instruction set's 8-bit multiply-add (it saturates), so levels
// and weights are widened to 16 bits: vpmaddwd is exact, and serves activations of up to 15 bits too.

// In this order: the second is written with the lanes of the first.
// clang-format off
#include "venus/kernels/lanes_avx2.h"
#include "venus/kernels/conv2d/gemm_panel.h"
// clang-format on

namespace magik::rt::kernels {
namespace {

constexpr int kTileRows = 6;  // 12 accumulators, 2 weights, 1 activation: 15 of 16 registers

template <int kRows, int kVectors>
inline void add_products(const char* a, int64_t a_pitch, const void* weights, int64_t steps,
                         Ints (&acc)[kRows][kVectors]) {
  const auto* vector = static_cast<const __m256i*>(weights);
  for (int64_t step = 0; step < steps; ++step) {
    __m256i w[kVectors];
#pragma GCC unroll 2
    for (int v = 0; v < kVectors; ++v) w[v] = _mm256_load_si256(vector++);
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) {
      int32_t pair;
      __builtin_memcpy(&pair, a + r * a_pitch, sizeof pair);
      const __m256i x = _mm256_set1_epi32(pair);
#pragma GCC unroll 2
      for (int v = 0; v < kVectors; ++v) acc[r][v] = _mm256_add_epi32(acc[r][v], _mm256_madd_epi16(x, w[v]));
    }
    a += sizeof(int32_t);
  }
}

void pack_u8(const void* levels, int64_t pitch, int64_t rows, int64_t count, void* packed, int64_t packed_pitch) {
  const auto* from = static_cast<const char*>(levels);
  auto* to = static_cast<char*>(packed);
  for (; rows > 0; --rows, from += pitch, to += packed_pitch) {
    for (int64_t i = 0; i < count; i += 16) {
      const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from + i));
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(to + 2 * i), _mm256_cvtepu8_epi16(bytes));
    }
  }
}

void pack_u16(const void* levels, int64_t pitch, int64_t rows, int64_t count, void* packed, int64_t packed_pitch) {
  const auto* from = static_cast<const char*>(levels);
  auto* to = static_cast<char*>(packed);
  for (; rows > 0; --rows, from += pitch, to += packed_pitch) {
    for (int64_t i = 0; i < count; i += 16) {
      const __m256i words = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from + 2 * i));
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(to + 2 * i), words);
    }
  }
}

void pack_rgba(const void* levels, int64_t pitch, int64_t rows, int64_t count, void* packed, int64_t packed_pitch) {
  const __m128i rgb = _mm_setr_epi8(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1);
  const auto* from = static_cast<const char*>(levels);
  auto* to = static_cast<char*>(packed);
  for (; rows > 0; --rows, from += pitch, to += packed_pitch) {
    for (int64_t i = 0; 12 * i < count; ++i) {
      const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from + 16 * i));
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(to + 24 * i), _mm256_cvtepu8_epi16(_mm_shuffle_epi8(bytes, rgb)));
    }
  }
}

constexpr GemmTiles kTiles = {kLanes, kTileRows, 2, 2, 2, 0, run_panel<kTileRows>, pack_u8, pack_u16, pack_rgba};

}  // namespace

const GemmTiles& gemm_tiles_avx2() { return kTiles; }

}  // namespace magik::rt::kernels

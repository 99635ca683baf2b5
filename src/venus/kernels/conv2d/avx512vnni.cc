// GEMM tiles on AVX-512 VNNI: vpdpbusd multiplies u8 levels by s8 weights, four values of k at once, exactly and with
// wrap-around. Activations of more than 8 bits are left to the AVX2 kernel.

// In this order: the second is written with the lanes of the first.
// clang-format off
#include "venus/kernels/lanes_avx512.h"
#include "venus/kernels/conv2d/gemm_panel.h"
// clang-format on

namespace magik::rt::kernels {
namespace {

constexpr int kTileRows = 14;  // 28 accumulators, 2 weights, 1 activation: 31 of 32 registers

template <int kRows, int kVectors>
inline void add_products(const char* a, int64_t a_pitch, const void* weights, int64_t steps,
                         Ints (&acc)[kRows][kVectors]) {
  const auto* vector = static_cast<const int8_t*>(weights);
  for (int64_t step = 0; step < steps; ++step) {
    __m512i w[kVectors];
#pragma GCC unroll 2
    for (int v = 0; v < kVectors; ++v) w[v] = _mm512_load_si512(vector + 64 * v);
    vector += 64 * kVectors;
#pragma GCC unroll 16
    for (int r = 0; r < kRows; ++r) {
      int32_t four;
      __builtin_memcpy(&four, a + r * a_pitch, sizeof four);
      const __m512i x = _mm512_set1_epi32(four);
#pragma GCC unroll 2
      for (int v = 0; v < kVectors; ++v) acc[r][v] = _mm512_dpbusd_epi32(acc[r][v], x, w[v]);
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
      _mm_storeu_si128(reinterpret_cast<__m128i*>(to + i), bytes);
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
      _mm_storeu_si128(reinterpret_cast<__m128i*>(to + 12 * i), _mm_shuffle_epi8(bytes, rgb));
    }
  }
}

constexpr GemmTiles kTiles = {kLanes, kTileRows, 4, 1, 1, 0, run_panel<kTileRows>, pack_u8, nullptr, pack_rgba};

}  // namespace

const GemmTiles& gemm_tiles_avx512vnni() { return kTiles; }

}  // namespace magik::rt::kernels

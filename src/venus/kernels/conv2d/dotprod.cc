// GEMM tiles on ARM's dot product, which multiplies signed bytes: levels minus 128, by flipping their highest bits.
// Activations of more than 8 bits are left to the NEON kernel.

// In this order: the second is written with the lanes of the first.
// clang-format off
#include "venus/kernels/lanes_neon.h"
#include "venus/kernels/conv2d/gemm_panel.h"
// clang-format on

namespace magik::rt::kernels {
namespace {

constexpr int kTileRows = 8;  // 16 accumulators, 2 weights, 8 activations: 26 of 32 registers

template <int kLane, int kRows, int kVectors>
inline void multiply_step(const int8_t*& weights, const int8x16_t (&x)[kRows], Ints (&acc)[kRows][kVectors]) {
#pragma GCC unroll 2
  for (int v = 0; v < kVectors; ++v, weights += 16) {
    const int8x16_t w = vld1q_s8(weights);
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) acc[r][v] = vdotq_laneq_s32(acc[r][v], w, x[r], kLane);
  }
}

template <int kRows, int kVectors>
inline void add_products(const char* a, int64_t a_pitch, const void* weights, int64_t steps,
                         Ints (&acc)[kRows][kVectors]) {
  const uint8x16_t highest_bit = vdupq_n_u8(0x80);
  const auto* w = static_cast<const int8_t*>(weights);
  int8x16_t x[kRows];
  for (; steps >= 4; steps -= 4, a += 16) {
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) {
      const uint8x16_t levels = vld1q_u8(reinterpret_cast<const uint8_t*>(a + r * a_pitch));
      x[r] = vreinterpretq_s8_u8(veorq_u8(levels, highest_bit));
    }
    multiply_step<0>(w, x, acc);
    multiply_step<1>(w, x, acc);
    multiply_step<2>(w, x, acc);
    multiply_step<3>(w, x, acc);
  }
  for (; steps > 0; --steps, a += 4) {
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) {
      uint32_t four;
      std::memcpy(&four, a + r * a_pitch, sizeof four);
      x[r] = vreinterpretq_s8_u8(veorq_u8(vreinterpretq_u8_u32(vdupq_n_u32(four)), highest_bit));
    }
    multiply_step<0>(w, x, acc);
  }
}

void pack_u8(const void* levels, int64_t pitch, int64_t rows, int64_t count, void* packed, int64_t packed_pitch) {
  const auto* from = static_cast<const char*>(levels);
  auto* to = static_cast<char*>(packed);
  for (; rows > 0; --rows, from += pitch, to += packed_pitch) {
    for (int64_t i = 0; i < count; i += 16) {
      vst1q_u8(reinterpret_cast<uint8_t*>(to + i), vld1q_u8(reinterpret_cast<const uint8_t*>(from + i)));
    }
  }
}

constexpr GemmTiles kTiles = {kLanes, kTileRows, 4, 1, 1, 128, run_panel<kTileRows>, pack_u8, nullptr, nullptr};

}  // namespace

const GemmTiles& gemm_tiles_dotprod() { return kTiles; }

}  // namespace magik::rt::kernels

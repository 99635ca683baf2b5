// GEMM tiles on NEON: levels are widened to 16 bits when they are packed, weights when they are loaded; smlal
// multiplies them exactly.

// In this order: the second is written with the lanes of the first.
// clang-format off
#include "venus/kernels/lanes_neon.h"
#include "venus/kernels/conv2d/gemm_panel.h"
// clang-format on

namespace magik::rt::kernels {
namespace {

#if defined(__aarch64__)
constexpr int kTileRows = 8;  // 16 accumulators, 2 weights, 8 activations: 26 of 32 registers
#else
constexpr int kTileRows = 4;  // 8 accumulators, 2 weights, 4 activations (halves): 12 of 16 registers
#endif

// Four columns' weights of one k for each vector.
template <int kVectors>
inline int16x8_t load_weights(const int8_t*& weights) {
  const int16x8_t w = vmovl_s8(vld1_s8(weights));
  weights += kVectors * kLanes;
  return w;
}

template <int kLane, int kRows, int kVectors>
inline void multiply_step(int16x8_t w, const int16x4_t (&x)[kRows], Ints (&acc)[kRows][kVectors]) {
#pragma GCC unroll 8
  for (int r = 0; r < kRows; ++r) {
    acc[r][0] = vmlal_lane_s16(acc[r][0], vget_low_s16(w), x[r], kLane);
    if (kVectors == 2) acc[r][kVectors - 1] = vmlal_lane_s16(acc[r][kVectors - 1], vget_high_s16(w), x[r], kLane);
  }
}

template <int kRows, int kVectors>
inline void add_products(const char* a, int64_t a_pitch, const void* weights, int64_t steps,
                         Ints (&acc)[kRows][kVectors]) {
  const auto* w = static_cast<const int8_t*>(weights);
  int16x4_t x[kRows];
  for (; steps >= 4; steps -= 4, a += 4 * sizeof(int16_t)) {
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) x[r] = vld1_s16(reinterpret_cast<const int16_t*>(a + r * a_pitch));
    multiply_step<0>(load_weights<kVectors>(w), x, acc);
    multiply_step<1>(load_weights<kVectors>(w), x, acc);
    multiply_step<2>(load_weights<kVectors>(w), x, acc);
    multiply_step<3>(load_weights<kVectors>(w), x, acc);
  }
  for (; steps > 0; --steps, a += sizeof(int16_t)) {
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) x[r] = vld1_dup_s16(reinterpret_cast<const int16_t*>(a + r * a_pitch));
    multiply_step<0>(load_weights<kVectors>(w), x, acc);
  }
}

void pack_u8(const void* levels, int64_t pitch, int64_t rows, int64_t count, void* packed, int64_t packed_pitch) {
  const auto* from = static_cast<const char*>(levels);
  auto* to = static_cast<char*>(packed);
  for (; rows > 0; --rows, from += pitch, to += packed_pitch) {
    for (int64_t i = 0; i < count; i += 16) {
      const uint8x16_t bytes = vld1q_u8(reinterpret_cast<const uint8_t*>(from + i));
      auto* words = reinterpret_cast<uint16_t*>(to + 2 * i);
      vst1q_u16(words, vmovl_u8(vget_low_u8(bytes)));
      vst1q_u16(words + 8, vmovl_u8(vget_high_u8(bytes)));
    }
  }
}

constexpr GemmTiles kTiles = {kLanes, kTileRows, 1, 2, 1, 0, run_panel<kTileRows>, pack_u8, copy_u16, nullptr};

}  // namespace

const GemmTiles& gemm_tiles_neon() { return kTiles; }

}  // namespace magik::rt::kernels

// GEMM tiles on MSA: levels are widened to 16 bits when they are packed, weights when they are loaded; dpadd_s.w then
// multiplies two values of k exactly.

// In this order: the second is written with the lanes of the first.
// clang-format off
#include "venus/kernels/lanes_msa.h"
#include "venus/kernels/conv2d/gemm_panel.h"
// clang-format on

namespace magik::rt::kernels {
namespace {

constexpr int kTileRows = 8;  // 16 accumulators, 2 weights, 8 activations, 1 pair: 27 of 32 registers

template <int kPair, int kRows, int kVectors>
inline void multiply_step(const int8_t*& weights, const Ints (&x)[kRows], Ints (&acc)[kRows][kVectors]) {
  const v16i8 bytes = load_bytes(weights);
  weights += kVectors * kLanes * 2;
  const v16i8 signs = __msa_clti_s_b(bytes, 0);
  const v8i16 low = reinterpret_cast<v8i16>(__msa_ilvr_b(signs, bytes));
  const v8i16 high = reinterpret_cast<v8i16>(__msa_ilvl_b(signs, bytes));
#pragma GCC unroll 8
  for (int r = 0; r < kRows; ++r) {
    const v8i16 pair = reinterpret_cast<v8i16>(__msa_splati_w(x[r], kPair));
    acc[r][0] = __msa_dpadd_s_w(acc[r][0], pair, low);
    if (kVectors == 2) acc[r][kVectors - 1] = __msa_dpadd_s_w(acc[r][kVectors - 1], pair, high);
  }
}

template <int kRows, int kVectors>
inline void add_products(const char* a, int64_t a_pitch, const void* weights, int64_t steps,
                         Ints (&acc)[kRows][kVectors]) {
  const auto* w = static_cast<const int8_t*>(weights);
  Ints x[kRows];
  for (; steps >= 4; steps -= 4, a += 16) {
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) x[r] = reinterpret_cast<Ints>(load_bytes(a + r * a_pitch));
    multiply_step<0>(w, x, acc);
    multiply_step<1>(w, x, acc);
    multiply_step<2>(w, x, acc);
    multiply_step<3>(w, x, acc);
  }
  for (; steps > 0; --steps, a += 4) {
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) {
      int32_t pair;
      std::memcpy(&pair, a + r * a_pitch, sizeof pair);
      x[r] = broadcast(pair);
    }
    multiply_step<0>(w, x, acc);
  }
}

void pack_u8(const void* levels, int64_t pitch, int64_t rows, int64_t count, void* packed, int64_t packed_pitch) {
  const auto* from = static_cast<const char*>(levels);
  auto* to = static_cast<char*>(packed);
  for (; rows > 0; --rows, from += pitch, to += packed_pitch) {
    for (int64_t i = 0; i < count; i += 16) {
      const v16i8 bytes = load_bytes(from + i);
      __msa_st_b(__msa_ilvr_b(v16i8{}, bytes), to + 2 * i, 0);
      __msa_st_b(__msa_ilvl_b(v16i8{}, bytes), to + 2 * i, 16);
    }
  }
}

constexpr GemmTiles kTiles = {kLanes, kTileRows, 2, 2, 1, 0, run_panel<kTileRows>, pack_u8, copy_u16, nullptr};

}  // namespace

const GemmTiles& gemm_tiles_msa() { return kTiles; }

}  // namespace magik::rt::kernels

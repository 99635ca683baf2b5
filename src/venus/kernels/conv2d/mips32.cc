// GEMM tiles on plain MIPS32 for dual-issue in-order cores: eight independent sums, one load for each product or less.

// In this order: the second is written with the lanes of the first.
// clang-format off
#include "venus/kernels/lanes_scalar.h"
#include "venus/kernels/conv2d/gemm_panel.h"
// clang-format on

namespace magik::rt::kernels {
namespace {

constexpr int kTileRows = 4;  // 8 accumulators, 2 weights, 1 activation, 5 addresses: 16 registers

template <int kRows, int kVectors>
inline void add_products(const char* a, int64_t a_pitch, const void* weights, int64_t steps,
                         Ints (&acc)[kRows][kVectors]) {
  const auto* w = static_cast<const int8_t*>(weights);
  const char* row[kRows];
#pragma GCC unroll 8
  for (int r = 0; r < kRows; ++r) row[r] = a + r * a_pitch;
  const int8_t* end = w + steps * kVectors;
  for (; w != end; w += kVectors) {
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) {
      const int32_t x = *reinterpret_cast<const int16_t*>(row[r]);
      row[r] += sizeof(int16_t);
#pragma GCC unroll 2
      for (int v = 0; v < kVectors; ++v) acc[r][v] = add(acc[r][v], multiply(x, w[v]));
    }
  }
}

void pack_u8(const void* levels, int64_t pitch, int64_t rows, int64_t count, void* packed, int64_t packed_pitch) {
  const auto* from = static_cast<const uint8_t*>(levels);
  auto* to = static_cast<char*>(packed);
  for (; rows > 0; --rows, from += pitch, to += packed_pitch) {
    for (int64_t i = 0; i < count; ++i) reinterpret_cast<int16_t*>(to)[i] = from[i];
  }
}

constexpr GemmTiles kTiles = {kLanes, kTileRows, 1, 2, 1, 0, run_panel<kTileRows>, pack_u8, copy_u16, nullptr};

}  // namespace

const GemmTiles& gemm_tiles_mips32() { return kTiles; }

}  // namespace magik::rt::kernels

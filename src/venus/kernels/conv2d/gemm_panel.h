// The loops around an instruction set's inner tile, add_products(), which the including file defines. Include lanes_*.h
// first.
#pragma once

#include <cstring>

#include "venus/kernels/conv2d/gemm_tiles.h"
#include "venus/kernels/level_lanes.h"

namespace magik::rt::kernels {
namespace {

// acc[r][v] += the products of `steps` groups of k; a's rows are a_pitch bytes apart.
template <int kRows, int kVectors>
void add_products(const char* a, int64_t a_pitch, const void* weights, int64_t steps, Ints (&acc)[kRows][kVectors]);

// GCC turns arrays into registers only where a pragma has unrolled the loops early.
template <int kRows, int kVectors>
inline void run_tile(const GemmPanel& panel, int64_t row) {
  Ints acc[kRows][kVectors];
  int32_t* memory = panel.acc + row * panel.acc_pitch;
#pragma GCC unroll 16
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 2
    for (int v = 0; v < kVectors; ++v) {
      acc[r][v] = panel.add ? load(memory + r * panel.acc_pitch + v * kLanes) : broadcast(0);
    }
  }
  add_products(static_cast<const char*>(panel.a) + row * panel.a_pitch, panel.a_pitch, panel.weights, panel.steps, acc);
  if (panel.tail == nullptr) {
#pragma GCC unroll 16
    for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 2
      for (int v = 0; v < kVectors; ++v) store(memory + r * panel.acc_pitch + v * kLanes, acc[r][v]);
    }
  } else if (panel.out_u16) {
    finish(*panel.tail, panel.channel, panel.columns, static_cast<uint16_t*>(panel.out) + row * panel.out_pitch,
           panel.out_pitch, acc);
  } else {
    finish(*panel.tail, panel.channel, panel.columns, static_cast<uint8_t*>(panel.out) + row * panel.out_pitch,
           panel.out_pitch, acc);
  }
}

// The last rows, fewer than a tile has.
template <int kRows, int kVectors>
inline void run_rest(const GemmPanel& panel, int64_t row) {
  if constexpr (kRows > 0) {
    if (panel.rows - row == kRows) {
      run_tile<kRows, kVectors>(panel, row);
    } else {
      run_rest<kRows - 1, kVectors>(panel, row);
    }
  }
}

template <int kRows, int kVectors>
void run_rows(const GemmPanel& panel) {
  int64_t row = 0;
  for (; row + kRows <= panel.rows; row += kRows) run_tile<kRows, kVectors>(panel, row);
  run_rest<kRows - 1, kVectors>(panel, row);
}

template <int kRows>
void run_panel(const GemmPanel& panel) {
  panel.vectors == 2 ? run_rows<kRows, 2>(panel) : run_rows<kRows, 1>(panel);
}

// GemmTiles::pack_u16 of tiles that multiply 16-bit activations in the order of the source.
inline void copy_u16(const void* levels, int64_t pitch, int64_t rows, int64_t count, void* packed,
                     int64_t packed_pitch) {
  const auto* from = static_cast<const char*>(levels);
  auto* to = static_cast<char*>(packed);
  for (; rows > 0; --rows, from += pitch, to += packed_pitch) {
    std::memcpy(to, from, static_cast<size_t>(count) * 2);
  }
}

}  // namespace
}  // namespace magik::rt::kernels

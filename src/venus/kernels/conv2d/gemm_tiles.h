// The part of the convolution's GEMM that an instruction set brings, as plain functions. No inline code here: this
// header is included by files that are compiled with instruction-set flags.
#pragma once

#include <cstdint>

#include "venus/kernels/accumulator_tail.h"

namespace magik::rt::kernels {

// A panel of columns times a tile of rows, for one block of k:
//   acc[row][column] = (add ? acc[row][column] : 0) + sum over k of (a[row][k] - offset) * weights[k][column]
//   (wrap-around)
// and, where `tail` is set, out[row][column] = the level of that accumulator, which then is not stored in acc.
// Activations of a row are contiguous, weights are [steps][vectors * lanes columns][depth] (see GemmTiles). Nothing
// behind step `steps` is read.
struct GemmPanel {
  const void* a;
  int64_t a_pitch;  // bytes
  int64_t rows;
  const void* weights;
  int64_t steps;  // groups of `depth` values of k
  int vectors;    // 1 or 2
  int32_t* acc;   // used where `add` is set or `tail` is not; vectors * lanes are written in each row
  int64_t acc_pitch;
  bool add;

  const AccumulatorTail* tail;  // null: leave the sums in acc
  int64_t channel;              // index of the first column in the tail's arrays
  int columns;                  // that exist: so many elements are written per row
  void* out;
  int64_t out_pitch;  // elements
  bool out_u16;       // else u8
};

struct GemmTiles {
  static constexpr int kMaxVectors = 2;

  int lanes;          // int32 lanes of a vector
  int rows;           // that one inner tile computes at once: tiles of rows are multiples of it where possible
  int depth;          // values of k that one lane multiplies at once
  int element_bytes;  // of a packed activation: 1 (u8) or 2 (s16)
  int weight_bytes;   // of a packed weight: 1 (s8) or 2 (s16). Behind a panel's weights 16 bytes more are readable
  int32_t offset;     // what the tiles subtract from each activation: a tail's bias makes up for it

  void (*run)(const GemmPanel&);

  // Copies rows of levels into packed activations; pitches are in bytes. Null: such activations are not supported. May
  // read and write up to 31 elements too many in each row, in the order of rows.
  using Pack = void (*)(const void* levels, int64_t pitch, int64_t rows, int64_t count, void* packed,
                        int64_t packed_pitch);
  Pack pack_u8;
  Pack pack_u16;
  Pack pack_rgba;  // `count` levels of three u8 channels that lie in pixels of four
};

const GemmTiles& gemm_tiles_avx2();
const GemmTiles& gemm_tiles_avx512vnni();
const GemmTiles& gemm_tiles_neon();
const GemmTiles& gemm_tiles_dotprod();
const GemmTiles& gemm_tiles_mips32();
const GemmTiles& gemm_tiles_msa();

}  // namespace magik::rt::kernels

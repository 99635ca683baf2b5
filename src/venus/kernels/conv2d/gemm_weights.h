// Weights of a convolution, packed once for the inner tiles of an instruction set.
#pragma once

#include "venus/core/aligned_memory.h"
#include "venus/kernels/conv2d/gemm_tiles.h"
#include "venus/ops/conv2d_params.h"

namespace magik::rt::kernels {

// Per group a matrix of k rows (taps x channels) and one column per output channel, cut into panels of two vectors of
// columns; the last panel may have one vector. k is padded with zeros to a multiple of the tiles' depth, columns to
// whole vectors.
class GemmWeights {
 public:
  static Result<GemmWeights> pack(const Conv2DParams& params, const GemmTiles& tiles);

  int64_t steps() const { return steps_; }  // k / depth, rounded up
  int32_t columns() const { return columns_; }
  int64_t padded_columns() const { return padded_columns_; }
  int32_t panels() const { return static_cast<int32_t>((columns_ + panel_columns_ - 1) / panel_columns_); }
  int32_t panel_columns() const { return panel_columns_; }
  // 1 or 2.
  int vectors(int32_t panel) const { return panel * panel_columns_ + lanes_ < columns_ ? 2 : 1; }
  const void* at(int32_t group, int32_t panel, int64_t step) const {
    const int64_t column_steps =
        (group * padded_columns_ + int64_t{panel} * panel_columns_) * steps_ + step * vectors(panel) * lanes_;
    return memory_.get() + column_steps * step_bytes_;
  }
  size_t allocated_bytes() const { return memory_.get_deleter().bytes; }
  int64_t group_bytes() const { return padded_columns_ * steps_ * step_bytes_; }

 private:
  int64_t steps_ = 0, padded_columns_ = 0;
  int32_t columns_ = 0, panel_columns_ = 0;
  int lanes_ = 0, step_bytes_ = 0;  // bytes of one column in one step: depth elements
  AlignedMemory memory_;
};

}  // namespace magik::rt::kernels

// The per-channel constants of a quantized convolution's tail, laid out for vectors.
#pragma once

#include <vector>

#include "venus/kernels/accumulator_tail.h"
#include "venus/ops/conv2d_params.h"

namespace magik::rt::kernels {

class TailConstants {
 public:
  // Every `run` channels (those of a group that is computed by itself, or all) are followed by zeros up to a multiple
  // of `block`. `order`: entry i of each block is its channel order[i]; null: in order. `offset`: what is subtracted
  // from levels before they are multiplied.
  TailConstants(const Conv2DParams& params, int32_t run, int block, const uint8_t* order = nullptr, int32_t offset = 0);

  // Index 0 of the result is the first channel of run number `index`.
  AccumulatorTail of_run(int32_t index) const;

 private:
  int64_t padded_run_;
  std::vector<int32_t> bias_;
  std::vector<float> multiplier_;
  std::vector<float> slope_;
  AccumulatorTail common_;
};

}  // namespace magik::rt::kernels

// Integer weights and bias of one Conv2D or MatMul.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "transform/config/config.h"
#include "venus/core/types.h"

namespace magik::transform {

struct WeightedInputs {
  const float* weights = nullptr;  // output channel first
  const float* bias = nullptr;     // null: none
  size_t channels = 0;             // of the output
  size_t channel_weights = 0;      // weights of one channel
  double x_mean = 0;               // of the layer's inputs in the calibration
};

struct QuantizedWeights {
  rt::Quantization quantization;  // per output channel
  std::vector<int8_t> weights;
  // In units of the input's scale times the channel's. Inputs whose mean is far from zero (behind a ReLU, or pixels)
  // make the weights' rounding errors add up to a shift of the output, which is taken off the bias.
  std::vector<int32_t> bias;
  int accumulator_bits = 32;  // 64 where some input could overflow 32
};

QuantizedWeights quantize_weights(const WeightedInputs& inputs, const rt::Quantization& x, QuantMethod method,
                                  int bits);

}  // namespace magik::transform

// Integer weights and bias of one Conv2D or MatMul.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "transform/config/config.h"
#include "venus/core/types.h"

namespace magik::transform {

struct WeightedInputs {
  const float* weights = nullptr;  // [channels, taps, input channels of a group]
  const float* bias = nullptr;     // [channels]; null: none
  size_t channels = 0;             // of the output
  size_t channel_weights = 0;      // weights of one output channel
  size_t taps = 1;                 // kernel height x width
  size_t groups = 1;
  std::vector<double> x_means;  // of each input channel in the calibration; empty: unknown, taken as zeros
};

struct QuantizedWeights {
  rt::Quantization quantization;  // per output channel
  // Rounded to nearest but for a few that go to the other side, so that the errors of the taps of one input channel add
  // up to less than one: neighbouring pixels are alike, so errors of one sign add up too. After the kernel-wise step of
  // Guo et al., "SQuant: On-the-Fly Data-Free Quantization via Diagonal Hessian Approximation", ICLR 2022.
  std::vector<int8_t> weights;
  // In units of the input's scale times the channel's. The shift of the mean output that the errors of the weights
  // still make with the inputs' means is taken off it (Nagel et al., "Data-Free Quantization Through Weight
  // Equalization and Bias Correction", ICCV 2019, section 4.2).
  std::vector<int32_t> bias;
  int accumulator_bits = 32;  // 64 where some input could overflow 32
};

QuantizedWeights quantize_weights(const WeightedInputs& inputs, const rt::Quantization& x, QuantMethod method,
                                  int bits);

}  // namespace magik::transform

#include "transform/quantize/weights.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "transform/quantize/range.h"

namespace magik::transform {
namespace {

// Leaves room for the products beside the bias in 32 bits.
constexpr double kGreatestBias = 1 << 30;

}  // namespace

QuantizedWeights quantize_weights(const WeightedInputs& inputs, const rt::Quantization& x, QuantMethod method,
                                  int bits) {
  QuantizedWeights result;
  result.quantization.bits = bits;
  result.quantization.axis = 0;
  result.weights.reserve(inputs.channels * inputs.channel_weights);
  const double levels = (1 << (bits - 1)) - 1;
  const double x_scale = x.scale[0];
  // The greatest distance of an input level from zero.
  const int64_t x_magnitude = std::max<int64_t>(x.zero_point[0], (int64_t{1} << x.bits) - 1 - x.zero_point[0]);

  for (size_t c = 0; c < inputs.channels; ++c) {
    const float* weights = inputs.weights + c * inputs.channel_weights;
    float scale = choose_weight_scale(weights, inputs.channel_weights, method, bits);
    const double bias = inputs.bias ? inputs.bias[c] : 0;
    const double least = std::fabs(bias) / (kGreatestBias * x_scale);
    if (scale < least) scale = std::nextafter(static_cast<float>(least), HUGE_VALF);
    int64_t reach = 0;  // bound of any partial sum of the channel
    double shift = 0;   // by which rounding the weights lowers the sum of the channel's weights
    for (size_t i = 0; i < inputs.channel_weights; ++i) {
      const double level = std::clamp(std::nearbyint(weights[i] / static_cast<double>(scale)), -levels, levels);
      result.weights.push_back(static_cast<int8_t>(level));
      reach += std::abs(static_cast<int>(level)) * x_magnitude;
      shift += weights[i] - level * scale;
    }
    const double corrected = (bias + shift * inputs.x_mean) / (x_scale * scale);
    result.bias.push_back(static_cast<int32_t>(std::nearbyint(corrected)));
    reach += std::abs(static_cast<int64_t>(result.bias.back()));
    if (reach >= (int64_t{1} << 31)) result.accumulator_bits = 64;
    result.quantization.scale.push_back(scale);
  }
  return result;
}

}  // namespace magik::transform

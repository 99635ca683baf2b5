#include "transform/quantize/weights.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "transform/quantize/range.h"

namespace magik::transform {
namespace {

// Leaves room for the products beside the bias in 32 bits.
constexpr double kGreatestBias = 1 << 30;

struct Tap {
  double error;  // lost by rounding, in levels
  size_t index;
};

// The levels of the weights of one input channel, `stride` apart, one for each tap. `rounded` is room to work.
void round_taps(const float* weights, size_t taps, size_t stride, double scale, double levels,
                std::vector<Tap>* rounded, int8_t* result) {
  rounded->clear();
  double sum = 0;
  for (size_t i = 0; i < taps * stride; i += stride) {
    const double exact = weights[i] / scale, level = std::nearbyint(exact);
    result[i] = static_cast<int8_t>(std::clamp(level, -levels, levels));
    if (std::fabs(exact) > levels) continue;  // clipped
    rounded->push_back({exact - level, i});
    sum += exact - level;
  }
  // Of a single tap, only a tie could go to the other side.
  const auto flips = taps == 1 ? 0 : static_cast<size_t>(std::lround(std::fabs(sum)));
  if (flips == 0) return;
  // The nearest to the middle between two levels first. Errors are at most 1/2, so at least 2 |sum| of them have its
  // sign.
  const double step = sum < 0 ? -1 : 1;
  std::stable_sort(rounded->begin(), rounded->end(),
                   [&](const Tap& a, const Tap& b) { return a.error * step > b.error * step; });
  for (size_t i = 0; i < flips; ++i) {
    int8_t& level = result[(*rounded)[i].index];
    level = static_cast<int8_t>(level + step);
  }
}

}  // namespace

QuantizedWeights quantize_weights(const WeightedInputs& inputs, const rt::Quantization& x, QuantMethod method,
                                  int bits) {
  QuantizedWeights result;
  result.quantization.bits = bits;
  result.quantization.axis = 0;
  result.weights.resize(inputs.channels * inputs.channel_weights);
  const double levels = (1 << (bits - 1)) - 1;
  const double x_scale = x.scale[0];
  const double x_min = -x_scale * x.zero_point[0], x_max = x_min + x_scale * ((1 << x.bits) - 1);
  // The greatest distance of an input level from zero.
  const int64_t x_magnitude = std::max<int64_t>(x.zero_point[0], (int64_t{1} << x.bits) - 1 - x.zero_point[0]);

  const size_t x_channels = inputs.channel_weights / inputs.taps;  // of a group
  std::vector<Tap> rounded;
  for (size_t c = 0; c < inputs.channels; ++c) {
    const float* weights = inputs.weights + c * inputs.channel_weights;
    int8_t* quantized = result.weights.data() + c * inputs.channel_weights;
    float scale = choose_weight_scale(weights, inputs.channel_weights, method, bits);
    const double bias = inputs.bias ? inputs.bias[c] : 0;
    const double least = std::fabs(bias) / (kGreatestBias * x_scale);
    if (scale < least) scale = std::nextafter(static_cast<float>(least), HUGE_VALF);
    const size_t group = c * inputs.groups / inputs.channels;
    int64_t reach = 0;  // bound of any partial sum of the channel
    double shift = 0;   // by which the rounded weights lower the mean output
    for (size_t k = 0; k < x_channels; ++k) {
      round_taps(weights + k, inputs.taps, x_channels, scale, levels, &rounded, quantized + k);
      const double mean = inputs.x_means.empty() ? 0 : inputs.x_means[group * x_channels + k];
      double lost = 0;
      for (size_t i = k; i < inputs.channel_weights; i += x_channels) {
        reach += std::abs(static_cast<int>(quantized[i])) * x_magnitude;
        lost += weights[i] - quantized[i] * static_cast<double>(scale);
      }
      shift += lost * std::clamp(mean, x_min, x_max);  // the levels give no other mean
    }
    const double corrected = std::nearbyint((bias + shift) / (x_scale * scale));
    result.bias.push_back(static_cast<int32_t>(std::clamp<double>(corrected, -INT32_MAX, INT32_MAX)));
    reach += std::abs(static_cast<int64_t>(result.bias.back()));
    if (reach >= (int64_t{1} << 31)) result.accumulator_bits = 64;
    result.quantization.scale.push_back(scale);
  }
  return result;
}

}  // namespace magik::transform

#include "transform/quantize/weights.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "transform/quantize/range.h"

namespace magik::transform {
namespace {

// Leaves room for the products beside the bias in 32 bits.
constexpr double kGreatestBias = 1 << 30;

// The levels of the weights of one input channel, `stride` apart, one for each tap.
void round_taps(const float* weights, size_t taps, size_t stride, double scale, double levels, int8_t* result) {
  struct Tap {
    double error;  // lost by rounding, in levels
    size_t index;
  };
  std::vector<Tap> rounded;  // not those that are clipped
  double sum = 0;
  for (size_t i = 0; i < taps * stride; i += stride) {
    const double exact = weights[i] / scale, level = std::nearbyint(exact);
    result[i] = static_cast<int8_t>(std::clamp(level, -levels, levels));
    if (std::fabs(level) > levels) continue;
    rounded.push_back({exact - level, i});
    sum += exact - level;
  }
  const double step = sum < 0 ? -1 : 1;
  // The nearest to the middle between two levels first. The errors are at most 1/2, so there are enough of this sign.
  std::stable_sort(rounded.begin(), rounded.end(),
                   [&](const Tap& a, const Tap& b) { return a.error * step > b.error * step; });
  auto flips = std::lround(std::fabs(sum));
  for (auto tap = rounded.begin(); flips > 0 && tap != rounded.end(); ++tap) {
    if (std::fabs(result[tap->index] + step) > levels) continue;
    result[tap->index] = static_cast<int8_t>(result[tap->index] + step);
    --flips;
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
      round_taps(weights + k, inputs.taps, x_channels, scale, levels, quantized + k);
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

// Symmetric scales of weights, channel by channel. Channels are small, so the weights themselves are the statistics.
#include <algorithm>
#include <cmath>

#include "transform/quantize/range.h"

namespace magik::transform {
namespace {

double level_of(double weight, double scale, double levels) {
  return std::clamp(std::nearbyint(weight / scale), -levels, levels);
}

double squared_error(const float* weights, size_t count, double scale, double levels) {
  double sum = 0;
  for (size_t i = 0; i < count; ++i) {
    const double error = weights[i] - level_of(weights[i], scale, levels) * scale;
    sum += error * error;
  }
  return sum;
}

// Few weights and few levels make the error rugged: a scan of all that could be best, not a descent.
double least_squares_scale(const float* weights, size_t count, double largest, double levels) {
  constexpr int kSteps = 100;
  double best = largest, least = squared_error(weights, count, largest, levels);
  for (int i = 1; i < kSteps; ++i) {
    const double scale = largest * (1 - 0.8 * i / kSteps);
    const double error = squared_error(weights, count, scale, levels);
    if (error < least) best = scale, least = error;
  }
  return best;
}

double admm_scale(const float* weights, size_t count, double scale, double levels) {
  constexpr int kIterations = 50;
  for (int iteration = 0; iteration < kIterations; ++iteration) {
    double product = 0, square = 0;
    for (size_t i = 0; i < count; ++i) {
      const double level = level_of(weights[i], scale, levels);
      product += level * weights[i];
      square += level * level;
    }
    const double next = product / square;
    if (next == scale) break;
    scale = next;
  }
  return scale;
}

// The mirror image is added, so that both signs are clipped alike.
double least_divergence_scale(const float* weights, size_t count, int bits, double levels) {
  Histogram histogram;
  std::vector<float> mirrored(weights, weights + count);
  for (size_t i = 0; i < count; ++i) mirrored.push_back(-weights[i]);
  histogram.add(mirrored.data(), mirrored.size());
  return choose_range(histogram, QuantMethod::kKl, bits).max / levels;
}

}  // namespace

float choose_weight_scale(const float* weights, size_t count, QuantMethod method, int bits) {
  const double levels = (1 << (bits - 1)) - 1;
  double extreme = 0;
  for (size_t i = 0; i < count; ++i) extreme = std::max(extreme, std::fabs(static_cast<double>(weights[i])));
  if (extreme == 0) return 1;
  double scale = extreme / levels;
  switch (method) {
    case QuantMethod::kMse:
      scale = least_squares_scale(weights, count, scale, levels);
      break;
    case QuantMethod::kAdmm:
      scale = admm_scale(weights, count, scale, levels);
      break;
    case QuantMethod::kKl:
      scale = least_divergence_scale(weights, count, bits, levels);
      break;
    case QuantMethod::kMaxAbs:
      break;
  }
  constexpr double kLeastScale = 1e-20;  // weights below it are nothing beside any activation
  return static_cast<float>(std::max(scale, kLeastScale));
}

}  // namespace magik::transform

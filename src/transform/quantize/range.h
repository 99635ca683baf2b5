// Chooses clipping ranges from histograms, and weight scales from weights.
#pragma once

#include <utility>
#include <vector>

#include "transform/calibrate/statistics.h"
#include "transform/config/config.h"
#include "venus/core/types.h"

namespace magik::transform {

// The real interval [min, max] that an activation's levels shall cover; contains 0.
struct Range {
  float min = 0, max = 0;
};

// KL: Migacz, "8-bit inference with TensorRT", GTC 2017. MSE: minimises the quantization error of the histogram.
// ADMM: alternates between levels and scale (Leng et al., "Extremely low bit neural network", AAAI 2018). MAX_ABS: the
// observed extremes.
Range choose_range(const Histogram& histogram, QuantMethod method, int bits);

// Asymmetric unsigned parameters that represent zero exactly.
rt::Quantization activation_quantization(const Range& range, int bits);

// Symmetric scale of one output channel's weights; 1 where all are zero.
float choose_weight_scale(const float* weights, size_t count, QuantMethod method, int bits);

}  // namespace magik::transform

// How Resize maps one axis: for each output position, the input positions ("taps") and their weights. The rules are
// those of ONNX's Resize, in float32 as ONNX Runtime computes them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "venus/core/graph.h"
#include "venus/core/status.h"

namespace magik::rt::ops {

enum class ResizeMode { kNearest, kLinear, kCubic };
enum class CoordinateMode { kHalfPixel, kAsymmetric, kAlignCorners, kPytorchHalfPixel, kHalfPixelSymmetric };
enum class NearestMode { kRoundPreferFloor, kRoundPreferCeil, kFloor, kCeil };

struct ResizeOptions {
  ResizeMode mode = ResizeMode::kNearest;
  CoordinateMode coordinates = CoordinateMode::kHalfPixel;
  NearestMode nearest = NearestMode::kRoundPreferFloor;
  float cubic_coefficient = -0.75f;
  bool exclude_outside = false;
};

Status parse_resize_options(const Attributes& attributes, ResizeOptions* options);

struct ResizedAxis {
  int32_t input_size = 0, output_size = 0;
  float scale = 1;

  bool is_identity() const { return input_size == output_size && scale == 1.0f; }
};

// One for each axis of the input, from attribute `sizes` or `scales`.
Status parse_resized_axes(const Attributes& attributes, const Shape& input, std::vector<ResizedAxis>* axes);

// The (fractional) input position of an output position.
float source_coordinate(CoordinateMode mode, const ResizedAxis& axis, int32_t position);

// Position i of the output is the sum of weights[i * taps + k] * input[positions[i * taps + k]] over k.
struct AxisTaps {
  int taps = 0;
  std::vector<int32_t> positions;
  std::vector<float> weights;  // empty: one tap of weight 1
};
AxisTaps make_taps(const ResizeOptions& options, const ResizedAxis& axis);

}  // namespace magik::rt::ops

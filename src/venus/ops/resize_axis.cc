#include "venus/ops/resize_axis.h"

#include <algorithm>

#include "venus/ops/infer.h"

namespace magik::rt::ops {
namespace {

template <typename Enum>
struct Choice {
  const char* name;
  Enum value;
};

constexpr Choice<ResizeMode> kModes[] = {
    {"nearest", ResizeMode::kNearest}, {"linear", ResizeMode::kLinear}, {"cubic", ResizeMode::kCubic}};
constexpr Choice<CoordinateMode> kCoordinateModes[] = {{"half_pixel", CoordinateMode::kHalfPixel},
                                                       {"asymmetric", CoordinateMode::kAsymmetric},
                                                       {"align_corners", CoordinateMode::kAlignCorners},
                                                       {"pytorch_half_pixel", CoordinateMode::kPytorchHalfPixel},
                                                       {"half_pixel_symmetric", CoordinateMode::kHalfPixelSymmetric}};
constexpr Choice<NearestMode> kNearestModes[] = {{"round_prefer_floor", NearestMode::kRoundPreferFloor},
                                                 {"round_prefer_ceil", NearestMode::kRoundPreferCeil},
                                                 {"floor", NearestMode::kFloor},
                                                 {"ceil", NearestMode::kCeil}};

// The first choice is the default.
template <typename Enum, size_t kCount>
Status choose(const Attributes& attributes, const char* attribute, const Choice<Enum> (&choices)[kCount],
              Enum* result) {
  const std::string text = attributes.text(attribute, choices[0].name);
  std::string names;
  for (const Choice<Enum>& choice : choices) {
    if (text == choice.name) {
      *result = choice.value;
      return {};
    }
    names += std::string(names.empty() ? "" : ", ") + choice.name;
  }
  return Status::error("attribute %s is '%s', expected one of %s", attribute, text.c_str(), names.c_str());
}

int64_t floor_to_integer(double x) {
  const int64_t truncated = static_cast<int64_t>(x);
  return static_cast<double>(truncated) > x ? truncated - 1 : truncated;
}
int64_t ceil_to_integer(double x) { return -floor_to_integer(-x); }

// In double, so that adding a half is exact. The scale was rounded to a float, so what should lie halfway may lie
// beside it: as in ONNX Runtime, this near is halfway (which floats beyond 16, coarser than that, never are).
int64_t nearest_position(NearestMode mode, double x) {
  constexpr double kHalf = 0.5 + 1e-6;
  switch (mode) {
    case NearestMode::kRoundPreferFloor:
      return ceil_to_integer(x - kHalf);
    case NearestMode::kRoundPreferCeil:
      return floor_to_integer(x + kHalf);
    case NearestMode::kFloor:
      return floor_to_integer(x);
    case NearestMode::kCeil:
      return ceil_to_integer(x);
  }
  return 0;
}

// Weights of the samples at -1, 0, 1, 2 for a position in [0, 1) (R. Keys, "Cubic convolution interpolation", 1981).
void cubic_weights(float position, float a, float* weights) {
  const auto near = [a](float d) { return ((a + 2.0f) * d - (a + 3.0f)) * d * d + 1.0f; };
  const auto far = [a](float d) { return ((a * d - 5.0f * a) * d + 8.0f * a) * d - 4.0f * a; };
  weights[0] = far(position + 1.0f);
  weights[1] = near(position);
  weights[2] = near(1.0f - position);
  weights[3] = far(2.0f - position);
}

}  // namespace

Status parse_resize_options(const Attributes& attributes, ResizeOptions* options) {
  MAGIK_RETURN_IF_ERROR(choose(attributes, "mode", kModes, &options->mode));
  MAGIK_RETURN_IF_ERROR(choose(attributes, "coordinate_mode", kCoordinateModes, &options->coordinates));
  MAGIK_RETURN_IF_ERROR(choose(attributes, "nearest_mode", kNearestModes, &options->nearest));
  options->cubic_coefficient = attributes.number("cubic_coeff", -0.75f);
  options->exclude_outside = attributes.integer("exclude_outside", 0) != 0;
  return {};
}

Status parse_resized_axes(const Attributes& attributes, const Shape& input, std::vector<ResizedAxis>* axes) {
  if (attributes.has("sizes") == attributes.has("scales")) {
    return Status::error("needs attribute sizes or attribute scales, and not both");
  }
  const std::vector<int64_t> sizes = attributes.integers("sizes");
  const std::vector<float> scales = attributes.numbers("scales");
  const bool has_sizes = attributes.has("sizes");
  MAGIK_RETURN_IF_ERROR(has_sizes ? check_length("sizes", sizes.size(), input.rank())
                                  : check_length("scales", scales.size(), input.rank()));
  axes->clear();
  for (int axis = 0; axis < input.rank(); ++axis) {
    const float input_size = static_cast<float>(input[axis]);
    ResizedAxis result;
    result.input_size = input[axis];
    if (has_sizes) {
      if (sizes[axis] < 0 || sizes[axis] >= kMaxElements) {
        return Status::error("attribute sizes has the impossible entry %lld", static_cast<long long>(sizes[axis]));
      }
      result.output_size = static_cast<int32_t>(sizes[axis]);
      if (sizes[axis] != input[axis]) result.scale = static_cast<float>(sizes[axis]) / input_size;
    } else {
      if (!(scales[axis] > 0 && input_size * scales[axis] < static_cast<float>(kMaxElements))) {
        return Status::error("attribute scales has the impossible entry %g for the %d elements of axis %d",
                             static_cast<double>(scales[axis]), input[axis], axis);
      }
      result.scale = scales[axis];
      result.output_size = static_cast<int32_t>(input_size * scales[axis]);
    }
    if (result.input_size == 0 && result.output_size > 0) {
      return Status::error("axis %d of %s is empty and cannot be enlarged", axis, input.text().c_str());
    }
    axes->push_back(result);
  }
  return {};
}

float source_coordinate(CoordinateMode mode, const ResizedAxis& axis, int32_t position) {
  const float x = static_cast<float>(position);
  const float input = static_cast<float>(axis.input_size), output = static_cast<float>(axis.output_size);
  switch (mode) {
    case CoordinateMode::kHalfPixel:
      return (x + 0.5f) / axis.scale - 0.5f;
    case CoordinateMode::kAsymmetric:
      return x / axis.scale;
    case CoordinateMode::kAlignCorners:
      return axis.output_size == 1 ? 0.0f : x * (input - 1.0f) / (output - 1.0f);
    case CoordinateMode::kPytorchHalfPixel:
      return axis.output_size == 1 ? 0.0f : (x + 0.5f) / axis.scale - 0.5f;
    case CoordinateMode::kHalfPixelSymmetric: {
      const float adjustment = output / (axis.scale * input);
      const float offset = input / 2.0f * (1.0f - adjustment);
      return offset + (x + 0.5f) / axis.scale - 0.5f;
    }
  }
  return 0;
}

AxisTaps make_taps(const ResizeOptions& options, const ResizedAxis& axis) {
  AxisTaps result;
  const bool nearest = options.mode == ResizeMode::kNearest || axis.is_identity();
  result.taps = nearest ? 1 : options.mode == ResizeMode::kLinear ? 2 : 4;
  result.positions.reserve(static_cast<size_t>(axis.output_size) * static_cast<size_t>(result.taps));
  const int64_t last = int64_t{axis.input_size} - 1;
  const auto add_position = [&](int64_t position) {
    result.positions.push_back(static_cast<int32_t>(std::min(std::max<int64_t>(position, 0), last)));
  };
  for (int32_t i = 0; i < axis.output_size; ++i) {
    if (axis.is_identity()) {
      add_position(i);
      continue;
    }
    const float x = source_coordinate(options.coordinates, axis, i);
    if (nearest) {
      add_position(nearest_position(options.nearest, static_cast<double>(x)));
    } else if (options.mode == ResizeMode::kLinear) {
      const float inside = std::min(std::max(x, 0.0f), static_cast<float>(last));
      const int64_t lower = static_cast<int64_t>(inside);
      const float fraction = inside - static_cast<float>(lower);
      add_position(lower);
      add_position(lower + 1);
      result.weights.push_back(1.0f - fraction);
      result.weights.push_back(fraction);
    } else {
      const int64_t base = floor_to_integer(static_cast<double>(x));
      float weights[4];
      cubic_weights(x - static_cast<float>(base), options.cubic_coefficient, weights);
      float sum = 0;
      for (int k = 0; k < 4; ++k) {
        const int64_t position = base - 1 + k;
        if (options.exclude_outside && (position < 0 || position > last)) weights[k] = 0;
        sum += weights[k];
        add_position(position);
      }
      for (float weight : weights) result.weights.push_back(options.exclude_outside ? weight / sum : weight);
    }
  }
  return result;
}

}  // namespace magik::rt::ops

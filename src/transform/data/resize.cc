#include "transform/data/resize.h"

#include <algorithm>
#include <cmath>

#include "transform/error.h"

namespace magik::transform {
namespace {

constexpr int kWeightBits = 22;  // 8-bit pixels times weights whose magnitudes sum up to less than 2 fit an int32
constexpr int32_t kHalf = 1 << (kWeightBits - 1);

double triangle(double x) { return std::max(0.0, 1.0 - std::fabs(x)); }

// Keys' cubic convolution with a = -0.5.
double cubic(double x) {
  constexpr double a = -0.5;
  x = std::fabs(x);
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  if (x < 2) return (((x - 5) * x + 8) * x - 4) * a;
  return 0;
}

// The source pixels that one output pixel mixes.
struct Taps {
  int first = 0;
  std::vector<int32_t> weights;
};

// For the output pixels [begin, begin + count) of a side of `input` pixels that is resized to `output`.
std::vector<Taps> make_taps(int input, int output, int begin, int count, Filter filter) {
  const double scale = static_cast<double>(input) / output;
  const bool bicubic = filter == Filter::kAntialiasedBicubic;
  const double filter_scale = bicubic ? std::max(scale, 1.0) : 1.0;
  const double support = (bicubic ? 2.0 : 1.0) * filter_scale;
  std::vector<Taps> result(static_cast<size_t>(count));
  std::vector<double> real;
  for (int i = 0; i < count; ++i) {
    const double center = (begin + i + 0.5) * scale;
    const int first = std::max(0, static_cast<int>(std::floor(center - support + 0.5)));
    const int end = std::min(input, static_cast<int>(std::floor(center + support + 0.5)));
    real.clear();
    double sum = 0;
    for (int k = first; k < end; ++k) {
      const double x = (k - center + 0.5) / filter_scale;
      real.push_back(bicubic ? cubic(x) : triangle(x));
      sum += real.back();
    }
    // Pixels outside the image have no weight: the others share it.
    Taps& taps = result[static_cast<size_t>(i)];
    taps.first = first;
    for (const double weight : real) {
      taps.weights.push_back(static_cast<int32_t>(std::lround(weight * (1 / sum) * (1 << kWeightBits))));
    }
  }
  return result;
}

uint8_t to_pixel(int32_t sum) { return static_cast<uint8_t>(std::clamp(sum >> kWeightBits, 0, 255)); }

template <int kChannels>
void resize_row(const uint8_t* from, const std::vector<Taps>& columns, uint8_t* to) {
  for (const Taps& taps : columns) {
    int32_t sums[kChannels];
    for (int c = 0; c < kChannels; ++c) sums[c] = kHalf;
    const uint8_t* pixel = from + taps.first * kChannels;
    for (const int32_t weight : taps.weights) {
      for (int c = 0; c < kChannels; ++c) sums[c] += weight * pixel[c];
      pixel += kChannels;
    }
    for (int c = 0; c < kChannels; ++c) *to++ = to_pixel(sums[c]);
  }
}

Image letterbox(const Image& image, int width, int height) {
  const double scale = std::min(static_cast<double>(width) / image.width, static_cast<double>(height) / image.height);
  const auto even_content = [scale](int from, int largest) {
    const int content = static_cast<int>(scale * from);
    return std::clamp(content + content % 2, 1, largest);
  };
  const int content_width = even_content(image.width, width), content_height = even_content(image.height, height);
  const Image content =
      resize(image, {content_width, content_height, 0, 0, content_width, content_height}, Filter::kBilinear);
  Image result(width, height, image.channels);
  std::fill(result.pixels.begin(), result.pixels.end(), kLetterboxFill);
  const int left = (width - content_width) / 2, top = (height - content_height) / 2;
  for (int y = 0; y < content_height; ++y) {
    std::copy_n(content.row(y), content_width * image.channels, result.row(top + y) + left * image.channels);
  }
  return result;
}

Image center_crop(const Image& image, int width, int height) {
  // The side decides that would otherwise not cover its part of the input.
  constexpr double kKept = 0.875;
  const double scale = std::max(std::round(width / kKept) / image.width, std::round(height / kKept) / image.height);
  const int full_width = static_cast<int>(std::lround(scale * image.width));
  const int full_height = static_cast<int>(std::lround(scale * image.height));
  const int left = (full_width - width) / 2, top = (full_height - height) / 2;
  return resize(image, {full_width, full_height, left, top, width, height}, Filter::kAntialiasedBicubic);
}

}  // namespace

Image resize(const Image& image, const ResizeWindow& window, Filter filter) {
  const auto columns = make_taps(image.width, window.full_width, window.left, window.width, filter);
  const auto rows = make_taps(image.height, window.full_height, window.top, window.height, filter);

  // Only the source rows that the window needs.
  const int first_row = rows.front().first;
  const int end_row = rows.back().first + static_cast<int>(rows.back().weights.size());
  Image narrow(window.width, end_row - first_row, image.channels);
  for (int y = 0; y < narrow.height; ++y) {
    (image.channels == 3 ? resize_row<3> : resize_row<1>)(image.row(first_row + y), columns, narrow.row(y));
  }

  Image result(window.width, window.height, image.channels);
  const size_t row_bytes = static_cast<size_t>(window.width) * static_cast<size_t>(image.channels);
  std::vector<int32_t> sums(row_bytes);
  for (int y = 0; y < window.height; ++y) {
    const Taps& taps = rows[static_cast<size_t>(y)];
    std::fill(sums.begin(), sums.end(), kHalf);
    const uint8_t* from = narrow.row(taps.first - first_row);
    for (const int32_t weight : taps.weights) {
      for (size_t i = 0; i < row_bytes; ++i) sums[i] += weight * from[i];
      from += row_bytes;
    }
    std::transform(sums.begin(), sums.end(), result.row(y), to_pixel);
  }
  return result;
}

Image fit_image(const Image& image, int width, int height, const std::string& mode) {
  if (image.width == width && image.height == height) return image;
  if (mode == "LETTERBOX") return letterbox(image, width, height);
  if (mode == "CENTER_CROP") return center_crop(image, width, height);
  if (mode != "STRETCH" && !mode.empty()) {
    fail("RESIZE \"{}\" is unknown, expected STRETCH, LETTERBOX or CENTER_CROP", mode);
  }
  return resize(image, {width, height, 0, 0, width, height}, Filter::kBilinear);
}

}  // namespace magik::transform

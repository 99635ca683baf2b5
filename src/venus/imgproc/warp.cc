#include "venus/imgproc/warp.h"

#include <algorithm>

namespace magik::imgproc {
namespace {

constexpr int32_t kFarAway = 1 << 30;  // a position beyond any image

// Of an affine matrix, 31 bits behind the point. An image moves by less than 2^29 pixels along a row or column.
constexpr int kFixedBits = 31;
constexpr double kMostFactor = kMostSide, kMostMove = 1 << 30;

int64_t fixed(double value) {
  const double scaled = std::min(std::max(value, -kMostMove), kMostMove) * (static_cast<int64_t>(1) << kFixedBits);
  return static_cast<int64_t>(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
}

// Positions in the visible part of the source, whose corner is (left, top) in coordinates of the matrix.
class AffineMap {
 public:
  AffineMap(const Matrix& matrix, int left, int top) : origin_{left, top} {
    for (int i = 0; i < 2; ++i) {
      for (int j = 0; j < 3; ++j) at_[i][j] = fixed(matrix.at[i][j]);
    }
  }

  void positions(int x, int y, int count, Positions& out) const {
    axis(0, x, y, count, out.x);
    axis(1, x, y, count, out.y);
  }

 private:
  // The positions lie in a line: where its ends are near enough, all are, and nothing needs a bound.
  void axis(int i, int x, int y, int count, int32_t* out) const {
    constexpr int kShift = kFixedBits - kPositionBits;
    const int64_t step = at_[i][0], first = at_[i][2] + at_[i][1] * y + step * x + (1 << (kShift - 1));
    const int64_t last = first + step * (count - 1);
    const int32_t origin = origin_[i] * kPositionOne;
    constexpr int64_t kNear = static_cast<int64_t>(kFarAway) << kShift;
    if (std::max(first, last) < kNear && std::min(first, last) > -kNear) {
      uint64_t position = static_cast<uint64_t>(first);
      for (int k = 0; k < count; ++k, position += static_cast<uint64_t>(step)) {
        out[k] = static_cast<int32_t>(static_cast<uint32_t>(position >> kShift)) - origin;
      }
      return;
    }
    int64_t position = first;
    for (int k = 0; k < count; ++k, position += step) {
      const int64_t rounded = std::min<int64_t>(std::max<int64_t>(position >> kShift, -kFarAway), kFarAway);
      out[k] = static_cast<int32_t>(rounded) - origin;
    }
  }

  int64_t at_[2][3];
  int32_t origin_[2];
};

class PerspectiveMap {
 public:
  PerspectiveMap(const Matrix& matrix, int left, int top) : matrix_(matrix), origin_{left, top} {}

  void positions(int x, int y, int count, Positions& out) const {
    const auto& m = matrix_.at;
    for (int k = 0; k < count; ++k) {
      const double column = x + k;
      const double w = m[2][0] * column + (m[2][1] * y + m[2][2]);
      out.x[k] = rounded((m[0][0] * column + (m[0][1] * y + m[0][2])) / w) - origin_[0] * kPositionOne;
      out.y[k] = rounded((m[1][0] * column + (m[1][1] * y + m[1][2])) / w) - origin_[1] * kPositionOne;
    }
  }

 private:
  // Also for infinity and NaN, of the horizon.
  static int32_t rounded(double position) {
    const double scaled = position * kPositionOne;
    if (!(scaled > -kFarAway)) return -kFarAway;
    if (scaled > kFarAway) return kFarAway;
    // Made positive, so that cutting the fraction off rounds down.
    return static_cast<int32_t>(static_cast<int64_t>(scaled + (kFarAway + 0.5)) - kFarAway);
  }

  Matrix matrix_;
  int32_t origin_[2];
};

// The four neighbours of a position in one channel.
class Sampler {
 public:
  explicit Sampler(const Pass& pass) : inside_(intersection(pass.box, pass.planes[0].area())), fill_(pass.fill) {
    const Rect visible = inside_.empty() ? Rect{0, 0, 0, 0} : inside_;
    planes_[0] = pass.planes[0].part(visible);
    if (pass.plane_count == 2) planes_[1] = pass.planes[1].part(visible.half());
    channels_ = pass.recipe.channels;
    nv12_ = pass.plane_count == 2;
  }

  const Rect& inside() const { return inside_; }

  void sample(const Positions& positions, int count, const Kernels& kernels, Samples& out) const {
    const Kernels::Warp kernel = fitting(kernels);
    for (int i = 0; i < count; ++i) {
      if (kernel) i = kernel(planes_, positions, i, count, out);
      // The kernel stopped at a pixel at the edge or outside. Whole groups follow it, so that it starts aligned again.
      for (const int end = std::min(count, i + kGroup); i < end; ++i)
        sample_one(positions.x[i], positions.y[i], i, out);
      --i;
    }
  }

 private:
  static constexpr int kGroup = 8;

  Kernels::Warp fitting(const Kernels& kernels) const {
    if (nv12_) return kernels.warp_nv12;
    return channels_ == 1 ? kernels.warp1 : channels_ == 2 ? kernels.warp2 : channels_ == 4 ? kernels.warp4 : nullptr;
  }

  void sample_one(int32_t position_x, int32_t position_y, int i, Samples& out) const {
    const int x = position_x >> kPositionBits, y = position_y >> kPositionBits;
    if (x < -1 || y < -1 || x >= planes_[0].width || y >= planes_[0].height) {
      for (int c = 0; c < channels_; ++c) out.channel[c][i] = fill_[c];
      return;
    }
    const int weight_x = position_x & (kPositionOne - 1), weight_y = position_y & (kPositionOne - 1);
    for (int c = 0; c < channels_; ++c) {
      const int16_t top = lerp(value(x, y, c), value(x + 1, y, c), weight_x);
      const int16_t bottom = lerp(value(x, y + 1, c), value(x + 1, y + 1, c), weight_x);
      out.channel[c][i] = lerp(top, bottom, weight_y);
    }
  }

  int16_t value(int x, int y, int channel) const {
    if (x < 0 || y < 0 || x >= planes_[0].width || y >= planes_[0].height) return fill_[channel];
    return widened(nv12_ && channel > 0 ? planes_[1].at(x / 2, y / 2)[channel - 1] : planes_[0].at(x, y)[channel]);
  }

  Rect inside_;
  const int16_t* fill_;
  Plane planes_[2];  // the visible part
  int channels_;
  bool nv12_;
};

template <typename Map>
void warp_rows(const Pass& pass, const Map& map, const Sampler& sampler, const Kernels& kernels) {
  PixelWriter writer(pass.recipe, kernels);
  Positions positions;
  // In narrow strips: the rows of a strip then read the same lines of the source, also where the picture is turned.
  constexpr int kStrip = 64;
  for (int x = 0; x < pass.output.width; x += kStrip) {
    const int count = std::min(kStrip, pass.output.width - x);
    for (int y = 0; y < pass.output.height; ++y) {
      map.positions(x, y, count, positions);
      sampler.sample(positions, count, kernels, writer.samples());
      writer.write(count, pass.output.at(x, y));
    }
  }
}

// From the pixels of the pass's output to those of its source: a pixel of a half plane stands in the centre of four.
Matrix map_of(const Pass& pass, const Matrix& output_to_source) {
  Matrix map = output_to_source;
  if (pass.output_step == 2) map = map * scale_and_move(2, 0.5);
  if (pass.source_step == 2) map = scale_and_move(0.5, -0.25) * map;
  return map;
}

}  // namespace

rt::Status warp(const Pass& pass, const Matrix& output_to_source, const Kernels& kernels) {
  const Sampler sampler(pass);
  const int left = sampler.inside().left - pass.box.left, top = sampler.inside().top - pass.box.top;
  const Matrix map = map_of(pass, output_to_source);
  if (!map.affine()) {
    warp_rows(pass, PerspectiveMap(map, left, top), sampler, kernels);
    return {};
  }
  for (int i = 0; i < 2; ++i) {
    for (int j = 0; j < 2; ++j) {
      if (!(map.at[i][j] <= kMostFactor && map.at[i][j] >= -kMostFactor)) {
        return rt::Status::error("the matrix shrinks the image to less than a pixel");
      }
    }
  }
  warp_rows(pass, AffineMap(map, left, top), sampler, kernels);
  return {};
}

}  // namespace magik::imgproc

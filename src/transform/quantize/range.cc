#include "transform/quantize/range.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <memory>
#include <utility>

namespace magik::transform {
namespace {

constexpr int kBins = Histogram::kBins;

int max_level(int bits) { return (1 << bits) - 1; }

// real = scale * (level - zero_point), level in [0, levels].
struct Grid {
  double scale;
  int zero_point;
  int levels;

  static Grid covering(double min, double max, int levels) {
    const double scale = (max - min) / levels;
    return {scale, static_cast<int>(std::lround(-min / scale)), levels};
  }
  Range range() const {
    return {static_cast<float>(-scale * zero_point), static_cast<float>(scale * (levels - zero_point))};
  }
};

// A histogram's bins in one row from the most negative to the most positive, its values spread evenly within each bin,
// with running moments: what a quantization level costs then takes constant time, whatever the number of bins below it.
// Exact zeros are left out, they cost nothing.
class Density {
 public:
  explicit Density(const Histogram& histogram)
      : width_(histogram.bin_width()), min_(histogram.min()), max_(histogram.max()) {
    for (int b = 0; b < kBins; ++b) {
      counts_[kBins - 1 - b] = static_cast<double>(histogram.negative()[b]);
      counts_[kBins + b] = static_cast<double>(histogram.positive()[b]);
    }
    for (int i = 0; i < 2 * kBins; ++i) {
      const double n = counts_[i], left = i - kBins;
      const Moments& m = before_[i];
      before_[i + 1] = {m.count + n, m.first + n * (left + 0.5), m.second + n * (left * left + left + 1.0 / 3)};
      occupied_[i + 1] = occupied_[i] + (n > 0);
      entropy_[i + 1] = entropy_[i] + (n > 0 ? n * std::log(n) : 0);
    }
  }

  double min() const { return min_; }
  double max() const { return max_; }
  double total() const { return before_[2 * kBins].count; }

  // Sum of squared errors of all values. The outermost levels take what lies outside.
  double squared_error(const Grid& grid) const {
    double sum = 0;
    for_each_level(grid, [&](int step, const Moments& m) {
      const double value = step * grid.scale / width_;
      sum += m.second - 2 * value * m.first + value * value * m.count;
    });
    return sum * width_ * width_;
  }

  // The scale that suits the levels of `grid` best in the sense of least squares.
  double fitting_scale(const Grid& grid) const {
    double product = 0, square = 0;
    for_each_level(grid, [&](int step, const Moments& m) {
      product += step * m.first;
      square += static_cast<double>(step) * step * m.count;
    });
    return square > 0 ? product / square * width_ : grid.scale;
  }

  // Kullback-Leibler divergence of the quantized distribution Q from the real one P, clipped to the grid: P has the
  // outliers in its outermost bins; Q has none, and spreads what falls on a level over the level's occupied bins.
  double divergence(const Grid& grid) const {
    const int first = bin_at(-grid.zero_point * grid.scale),
              last = bin_at((grid.levels - grid.zero_point) * grid.scale);
    const double below = before_[first].count, above = total() - before_[last + 1].count;
    const double inside = total() - below - above;
    double sum = entropy_[last + 1] - entropy_[first];
    for (const auto& [bin, outliers] : {std::pair(first, below), std::pair(last, above)}) {
      if (outliers == 0) continue;
      const double n = counts_[bin];
      sum += (n + outliers) * std::log(n + outliers) - (n > 0 ? n * std::log(n) : 0);
    }
    int begin = first;
    for (int level = 0; begin <= last; ++level) {
      const double edge = (level - grid.zero_point + 0.5) * grid.scale / width_ + kBins;
      // A bin belongs to the level that its middle is nearest to.
      const int end =
          level == grid.levels ? last + 1 : std::clamp(static_cast<int>(std::lround(edge)), begin, last + 1);
      if (end == begin) continue;
      const double mass = before_[end].count - before_[begin].count;
      double real = mass, occupied = occupied_[end] - occupied_[begin];
      const auto add_outliers = [&](int bin, double outliers) {
        if (outliers == 0 || bin < begin || bin >= end) return;
        real += outliers;
        if (counts_[bin] == 0) ++occupied;
      };
      add_outliers(first, below);
      add_outliers(last, above);
      if (real > 0 && mass == 0) return std::numeric_limits<double>::infinity();
      if (mass > 0) sum -= real * std::log(mass / occupied);
      begin = end;
    }
    return sum / total() - std::log(total() / inside);
  }

 private:
  struct Moments {
    double count = 0, first = 0, second = 0;  // sums of 1, u and u * u, u = value / bin width
  };

  int bin_at(double value) const {
    return std::clamp(static_cast<int>(std::floor(value / width_)) + kBins, 0, 2 * kBins - 1);
  }

  Moments moments_below(double u) const {
    const double left = std::clamp(std::floor(u), static_cast<double>(-kBins), static_cast<double>(kBins - 1));
    const double part = std::clamp(u - left, 0.0, 1.0);
    const auto bin = static_cast<size_t>(left + kBins);
    const double n = counts_[bin] * part;
    const Moments& m = before_[bin];
    return {m.count + n, m.first + n * (left + part / 2), m.second + n * (left * left + left * part + part * part / 3)};
  }

  // Calls visit(level - zero_point, moments of the values that round to it) for the levels that the values reach.
  template <typename Visit>
  void for_each_level(const Grid& grid, const Visit& visit) const {
    const double ratio = grid.scale / width_;
    const int first = std::max(-grid.zero_point, static_cast<int>(std::floor(std::max(min_ / grid.scale, -1e9))));
    const int last =
        std::min(grid.levels - grid.zero_point, static_cast<int>(std::ceil(std::min(max_ / grid.scale, 1e9))));
    Moments below;
    for (int step = first; step <= last; ++step) {
      const Moments upto = step == last ? before_[2 * kBins] : moments_below((step + 0.5) * ratio);
      visit(step, {upto.count - below.count, upto.first - below.first, upto.second - below.second});
      below = upto;
    }
  }

  const double width_, min_, max_;
  std::array<double, 2 * kBins> counts_;
  std::array<Moments, 2 * kBins + 1> before_;    // of the bins before bin i
  std::array<int, 2 * kBins + 1> occupied_{};    // bins before bin i that hold anything
  std::array<double, 2 * kBins + 1> entropy_{};  // sum of n log n of the bins before bin i
};

// The window of grid lines at `scale` with the least error. Sliding it by one level changes what is clipped on either
// side only, each more the further it goes, so the error has one minimum.
Grid best_window(const Density& density, double scale, int levels) {
  int low = std::clamp(levels - static_cast<int>(std::lround(density.max() / scale)), 0, levels);
  int high = std::clamp(static_cast<int>(std::lround(-density.min() / scale)), 0, levels);
  if (low > high) low = high;  // all fits
  while (low < high) {
    const int middle = (low + high) / 2;
    const bool rises =
        density.squared_error({scale, middle + 1, levels}) >= density.squared_error({scale, middle, levels});
    (rises ? high : low) = rises ? middle : middle + 1;
  }
  return {scale, low, levels};
}

// Scans scales from that of the extremes down by octaves / 8, then finer and finer around the best.
Grid least_squares_grid(const Density& density, const Grid& widest) {
  constexpr int kOctaves = 10, kStepsPerOctave = 8, kRefinements = 3;
  Grid best = widest;
  double best_error = density.squared_error(widest);
  const auto scan = [&](double center, double step, int from, int to) {
    for (int i = from; i <= to; ++i) {
      const Grid grid = best_window(density, center * std::exp2(i * step), widest.levels);
      const double error = density.squared_error(grid);
      if (error < best_error) best = grid, best_error = error;
    }
  };
  double step = 1.0 / kStepsPerOctave;
  scan(widest.scale, step, -kOctaves * kStepsPerOctave, 0);
  for (int i = 0; i < kRefinements; ++i, step /= 4) scan(best.scale, step / 4, -3, 3);
  return best;
}

// At each scale, each side is clipped where that costs least. Divergence alone clips so much of a heavy tail that
// networks suffer (the few large values matter more than their number says); it chooses among the scales whose squared
// error is next to the least.
Grid least_divergence_grid(const Density& density, const Grid& widest) {
  constexpr int kOctaves = 7, kStepsPerOctave = 16;
  constexpr double kTolerance = 1.1;
  std::vector<Grid> grids;
  std::vector<double> errors;
  for (int i = 0; i <= kOctaves * kStepsPerOctave; ++i) {
    const double scale = widest.scale * std::exp2(-static_cast<double>(i) / kStepsPerOctave);
    grids.push_back(best_window(density, scale, widest.levels));
    errors.push_back(density.squared_error(grids.back()));
  }
  const auto least_error = std::min_element(errors.begin(), errors.end());
  Grid best = grids[static_cast<size_t>(least_error - errors.begin())];
  double least = density.divergence(best);
  for (size_t i = 0; i < grids.size(); ++i) {
    if (errors[i] > kTolerance * *least_error) continue;
    const double divergence = density.divergence(grids[i]);
    if (divergence < least) best = grids[i], least = divergence;
  }
  return best;
}

Grid admm_grid(const Density& density, Grid grid) {
  constexpr int kIterations = 100;
  for (int i = 0; i < kIterations; ++i) {
    const double scale = density.fitting_scale(grid);
    const bool converged = std::fabs(scale - grid.scale) <= 1e-6 * grid.scale;
    grid.scale = scale;
    if (converged) break;
  }
  return grid;
}

}  // namespace

Range choose_range(const Histogram& histogram, QuantMethod method, int bits) {
  const Range extremes{histogram.min(), histogram.max()};
  if (method == QuantMethod::kMaxAbs || extremes.min == extremes.max) return extremes;
  const auto density = std::make_unique<Density>(histogram);
  const Grid widest = Grid::covering(extremes.min, extremes.max, max_level(bits));
  Grid chosen = widest;
  switch (method) {
    case QuantMethod::kMse:
      chosen = least_squares_grid(*density, widest);
      break;
    case QuantMethod::kKl:
      chosen = least_divergence_grid(*density, widest);
      break;
    case QuantMethod::kAdmm:
      chosen = admm_grid(*density, widest);
      break;
    case QuantMethod::kMaxAbs:
      break;
  }
  return chosen.range();
}

rt::Quantization activation_quantization(const Range& range, int bits) {
  // Scales stay where products and quotients of several of them are normal floats.
  constexpr double kLeastScale = 1e-12, kGreatestScale = 1e12;
  const int levels = max_level(bits);
  const double min = std::min(range.min, 0.0f), max = std::max(range.max, 0.0f);
  rt::Quantization result;
  result.bits = bits;
  if (min == max) {
    result.scale = {1};
    result.zero_point = {0};
    return result;
  }
  const double scale = std::clamp((max - min) / levels, kLeastScale, kGreatestScale);
  result.scale = {static_cast<float>(scale)};
  result.zero_point = {std::clamp(static_cast<int>(std::lround(-min / scale)), 0, levels)};
  return result;
}

}  // namespace magik::transform

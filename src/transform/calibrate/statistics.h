// Statistics of a value over the calibration items. Mergeable: bin widths are powers of two anchored at zero, counts
// and sums are integers, so threads, shards and machines give the same result in any order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace magik::transform {

class Histogram {
 public:
  static constexpr int kBins = 4096;  // on each side of zero

  void add(const float* values, size_t count);
  void merge(const Histogram& other);

  bool empty() const { return count_ == 0; }
  uint64_t count() const { return count_; }
  float min() const { return min_; }  // at most 0
  float max() const { return max_; }  // at least 0
  // Width of a bin: 2^exponent(). Bin b >= 0 of positive() holds [b, b+1) * width, of negative() (-b-1, -b] * -width.
  int exponent() const { return exponent_; }
  double bin_width() const;
  const std::vector<uint64_t>& positive() const { return positive_; }
  const std::vector<uint64_t>& negative() const { return negative_; }
  uint64_t zeros() const { return zeros_; }            // exact zeros are counted apart: they quantize without error
  uint64_t non_finite() const { return non_finite_; }  // NaN and infinities, counted nowhere else

 private:
  void add_finite(const float* values, size_t count, float min, float max);
  void widen_to(int exponent);

  int exponent_ = -126;
  float min_ = 0, max_ = 0;
  uint64_t count_ = 0, zeros_ = 0, non_finite_ = 0;
  std::vector<uint64_t> positive_ = std::vector<uint64_t>(kBins);
  std::vector<uint64_t> negative_ = std::vector<uint64_t>(kBins);
};

// The mean of each channel, that is along the last axis. NaN and infinities count as zeros.
class ChannelMeans {
 public:
  // values: [rows, channels], the same number of channels each time.
  void add(const float* values, size_t rows, size_t channels);
  void merge(const ChannelMeans& other);

  std::vector<double> means() const;  // empty: nothing was added

 private:
  // Fixed-point with 40 binary places, so that sums are exact; each addend is held within +-2^60.
  std::vector<__int128> sums_;
  uint64_t rows_ = 0;
};

struct Statistics {
  Histogram histogram;
  ChannelMeans channel_means;  // of what a Conv2D or MatMul reads; of other values nothing is added
};

}  // namespace magik::transform

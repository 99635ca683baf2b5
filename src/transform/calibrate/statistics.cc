#include "transform/calibrate/statistics.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <iterator>
#include <limits>
#include <utility>

namespace magik::transform {
namespace {

// Compiled for AVX2 too, which is chosen at run time where the CPU has it.
#ifdef __x86_64__
#define MAGIK_VECTOR_CLONES __attribute__((target_clones("avx2", "default")))
#else
#define MAGIK_VECTOR_CLONES
#endif

constexpr int32_t kSignBit = std::numeric_limits<int32_t>::min();
constexpr int32_t kInfinity = 0x7f800000;
constexpr size_t kBlock = 512;

struct Extremes {
  float min = 0, max = 0;  // at most and at least 0
  bool finite = true;
};

// Floats of one sign are ordered as their bits are, so that integer maxima, which vectorise, find both ends.
MAGIK_VECTOR_CLONES Extremes find_extremes(const float* values, size_t count) {
  int32_t positive = 0, negative = 0;
  for (size_t i = 0; i < count; ++i) {
    const int32_t bits = std::bit_cast<int32_t>(values[i]);
    positive = std::max(positive, bits);
    negative = std::max(negative, bits ^ kSignBit);
  }
  return {-std::bit_cast<float>(negative), std::bit_cast<float>(positive),
          positive < kInfinity && negative < kInfinity};
}

// The narrowest bins whose last one still holds `magnitude`.
int exponent_for(float magnitude) {
  static_assert(Histogram::kBins == 4096);
  return magnitude == 0 ? -126 : std::max(-126, std::ilogb(magnitude) - 11);
}

struct Zeros {
  uint32_t positive = 0, negative = 0;
};

MAGIK_VECTOR_CLONES void add_rows(const float* values, size_t rows, size_t width, float* sums) {
  for (size_t row = 0; row < rows; ++row, values += width) {
    for (size_t i = 0; i < width; ++i) sums[i] += values[i];
  }
}

// Sums of each channel of values: [rows, channels]. Short blocks are summed in float; where channels are few, a row of
// a block is several rows of the values, so that vectors are full.
std::vector<double> sum_channels(const float* values, size_t rows, size_t channels) {
  constexpr size_t kWidth = 64, kRows = 64;
  const size_t rows_of_block_row = std::max<size_t>(1, kWidth / channels), width = rows_of_block_row * channels;
  std::vector<double> sums(channels);
  std::vector<float> block(width);
  const auto add_block = [&](size_t block_rows, size_t block_width) {
    std::fill(block.begin(), block.end(), 0.0f);
    add_rows(values, block_rows, block_width, block.data());
    for (size_t i = 0, c = 0; i < block_width; ++i, c = c + 1 == channels ? 0 : c + 1) sums[c] += block[i];
    values += block_rows * block_width;
  };
  size_t block_rows = rows / rows_of_block_row;
  for (; block_rows > kRows; block_rows -= kRows) add_block(kRows, width);
  add_block(block_rows, width);
  add_block(1, rows % rows_of_block_row * channels);
  return sums;
}

// Bins of values * scale: [0, kBins) on the positive side, negative values (and -0) kBins further. Returns how many are
// exact zeros, which land in the first bins of both sides.
MAGIK_VECTOR_CLONES Zeros compute_bins(const float* values, size_t count, float scale, uint16_t* bins) {
  Zeros zeros;
  for (size_t i = 0; i < count; ++i) {
    const int32_t bits = std::bit_cast<int32_t>(values[i]);
    const int32_t sign = bits < 0 ? Histogram::kBins : 0;
    bins[i] = static_cast<uint16_t>(static_cast<int32_t>(std::fabs(values[i]) * scale) + sign);
    zeros.positive += bits == 0;
    zeros.negative += bits == kSignBit;
  }
  return zeros;
}

}  // namespace

double Histogram::bin_width() const { return std::ldexp(1.0, exponent_); }

void Histogram::add(const float* values, size_t count) {
  const Extremes extremes = find_extremes(values, count);
  if (extremes.finite) {
    add_finite(values, count, extremes.min, extremes.max);
    return;
  }
  std::vector<float> finite;
  std::copy_if(values, values + count, std::back_inserter(finite), [](float x) { return std::isfinite(x); });
  non_finite_ += count - finite.size();
  add(finite.data(), finite.size());
}

void Histogram::add_finite(const float* values, size_t count, float min, float max) {
  widen_to(exponent_for(std::max(-min, max)));
  min_ = std::min(min_, min);
  max_ = std::max(max_, max);
  count_ += count;

  // Neighbouring elements often fall into one bin; four tables keep their increments from waiting for each other.
  static thread_local std::array<std::array<uint32_t, 2 * kBins>, 4> tables;
  std::array<uint16_t, kBlock> bins;
  const float scale = static_cast<float>(std::ldexp(1.0, -exponent_));
  uint64_t zeros = 0, negative_zeros = 0;
  for (size_t begin = 0; begin < count; begin += kBlock) {
    const size_t size = std::min(kBlock, count - begin);
    const Zeros block = compute_bins(values + begin, size, scale, bins.data());
    zeros += block.positive;
    negative_zeros += block.negative;
    size_t i = 0;
    for (; i + 4 <= size; i += 4) {
      uint64_t four;
      std::memcpy(&four, &bins[i], sizeof four);
      for (size_t t = 0; t < 4; ++t) ++tables[t][four >> 16 * t & 0xffff];
    }
    for (; i < size; ++i) ++tables[0][bins[i]];
  }

  const auto flush = [&](std::vector<uint64_t>& side, size_t offset, float extreme) {
    const size_t used = std::min<size_t>(kBins, static_cast<size_t>(extreme * scale) + 1);
    for (auto& table : tables) {
      for (size_t b = 0; b < used; ++b) side[b] += table[offset + b];
      std::fill_n(table.begin() + static_cast<ptrdiff_t>(offset), used, 0);
    }
  };
  flush(positive_, 0, max);
  flush(negative_, kBins, -min);
  positive_[0] -= zeros;
  negative_[0] -= negative_zeros;
  zeros_ += zeros + negative_zeros;
}

void Histogram::merge(const Histogram& other) {
  Histogram wider;
  const Histogram* source = &other;
  if (other.exponent_ < exponent_) {
    wider = other;
    wider.widen_to(exponent_);
    source = &wider;
  } else {
    widen_to(other.exponent_);
  }
  for (size_t b = 0; b < kBins; ++b) {
    positive_[b] += source->positive_[b];
    negative_[b] += source->negative_[b];
  }
  min_ = std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
  count_ += other.count_;
  zeros_ += other.zeros_;
  non_finite_ += other.non_finite_;
}

// Bins are anchored at zero, so a wider bin is the union of whole narrower ones.
void Histogram::widen_to(int exponent) {
  if (exponent <= exponent_) return;
  const int shift = exponent - exponent_;
  exponent_ = exponent;
  for (std::vector<uint64_t>* side : {&positive_, &negative_}) {
    for (size_t b = 1; b < kBins; ++b) {
      const uint64_t moved = std::exchange((*side)[b], 0);
      (*side)[shift >= 12 ? 0 : b >> shift] += moved;
    }
  }
}

void ChannelMeans::add(const float* values, size_t rows, size_t channels) {
  constexpr double kLimit = 0x1p60, kOne = 0x1p40;
  if (sums_.empty()) sums_.resize(channels);
  rows_ += rows;
  std::vector<double> sums = sum_channels(values, rows, channels);
  for (size_t c = 0; c < channels; ++c) {
    if (!std::isfinite(sums[c])) {
      sums[c] = 0;
      for (size_t row = 0; row < rows; ++row) {
        const float value = values[row * channels + c];
        if (std::isfinite(value)) sums[c] += static_cast<double>(value);
      }
    }
    sums_[c] += static_cast<__int128>(std::clamp(sums[c], -kLimit, kLimit) * kOne);
  }
}

void ChannelMeans::merge(const ChannelMeans& other) {
  if (other.sums_.empty()) return;
  if (sums_.empty()) sums_.resize(other.sums_.size());
  rows_ += other.rows_;
  for (size_t c = 0; c < sums_.size(); ++c) sums_[c] += other.sums_[c];
}

std::vector<double> ChannelMeans::means() const {
  std::vector<double> result;
  for (const __int128 sum : sums_) {
    result.push_back(rows_ == 0 ? 0 : static_cast<double>(sum) * 0x1p-40 / static_cast<double>(rows_));
  }
  return result;
}

}  // namespace magik::transform

#include "transform/calibrate/statistics.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>

namespace magik::transform {
namespace {

void expect_equal(const Histogram& a, const Histogram& b) {
  EXPECT_EQ(a.exponent(), b.exponent());
  EXPECT_EQ(a.min(), b.min());
  EXPECT_EQ(a.max(), b.max());
  EXPECT_EQ(a.count(), b.count());
  EXPECT_EQ(a.zeros(), b.zeros());
  EXPECT_EQ(a.non_finite(), b.non_finite());
  EXPECT_EQ(a.positive(), b.positive());
  EXPECT_EQ(a.negative(), b.negative());
}

Histogram histogram_of(const std::vector<float>& values) {
  Histogram result;
  result.add(values.data(), values.size());
  return result;
}

TEST(HistogramTest, PutsValuesIntoPowerOfTwoBinsAnchoredAtZero) {
  const Histogram h = histogram_of({4095.5f, 0.25f, 7.0f, -7.5f, 0.0f, -0.0f, -0.125f});
  EXPECT_EQ(h.exponent(), 0);
  EXPECT_EQ(h.bin_width(), 1.0);
  EXPECT_EQ(h.count(), 7u);
  EXPECT_EQ(h.zeros(), 2u);
  EXPECT_EQ(h.min(), -7.5f);
  EXPECT_EQ(h.max(), 4095.5f);
  EXPECT_EQ(h.positive()[0], 1u);
  EXPECT_EQ(h.positive()[7], 1u);
  EXPECT_EQ(h.positive()[4095], 1u);
  EXPECT_EQ(h.negative()[0], 1u);
  EXPECT_EQ(h.negative()[7], 1u);
}

TEST(HistogramTest, ALargerValueMergesPairsOfBins) {
  Histogram h = histogram_of({4095.0f, 3.0f, -5.0f});
  const float larger = 4096;
  h.add(&larger, 1);
  EXPECT_EQ(h.exponent(), 1);
  EXPECT_EQ(h.positive()[1], 1u);
  EXPECT_EQ(h.negative()[2], 1u);
  EXPECT_EQ(h.positive()[2047], 1u);
  EXPECT_EQ(h.positive()[2048], 1u);
}

TEST(HistogramTest, RangeContainsZero) {
  EXPECT_EQ(histogram_of({2, 3}).min(), 0);
  EXPECT_EQ(histogram_of({-2, -3}).max(), 0);
}

TEST(HistogramTest, MeanIsThatOfTheValues) {
  EXPECT_EQ(Histogram().mean(), 0);
  EXPECT_NEAR(histogram_of({1, 2, -7, 0, 0}).mean(), -0.8, 0.002);
}

TEST(HistogramTest, CountsNonFiniteValuesApart) {
  const float infinity = std::numeric_limits<float>::infinity();
  const Histogram h = histogram_of({1, infinity, std::nanf(""), -infinity, 2});
  EXPECT_EQ(h.non_finite(), 3u);
  EXPECT_EQ(h.count(), 2u);
  EXPECT_EQ(h.max(), 2);
}

TEST(HistogramTest, TakesTheWholeRangeOfFloats) {
  const float huge = std::numeric_limits<float>::max(), tiny = std::numeric_limits<float>::denorm_min();
  const Histogram h = histogram_of({huge, -huge, tiny, -tiny});
  EXPECT_EQ(h.positive()[4095], 1u);
  EXPECT_EQ(h.negative()[4095], 1u);
  EXPECT_EQ(h.positive()[0], 1u);
  EXPECT_EQ(h.negative()[0], 1u);
  EXPECT_EQ(histogram_of({tiny}).positive()[0], 1u);
}

TEST(HistogramTest, AnySplitAndOrderGivesTheSame) {
  std::mt19937 random(5);
  for (int round = 0; round < 20; ++round) {
    std::vector<float> values(1 + random() % 3000);
    std::lognormal_distribution<float> magnitude(0, 3);
    for (float& x : values) x = random() % 4 == 0 ? 0 : magnitude(random) * (random() % 3 == 0 ? -1.0f : 1.0f);
    const Histogram whole = histogram_of(values);
    const uint64_t binned = std::accumulate(whole.positive().begin(), whole.positive().end(), uint64_t{0}) +
                            std::accumulate(whole.negative().begin(), whole.negative().end(), uint64_t{0});
    EXPECT_EQ(binned + whole.zeros(), values.size());

    std::shuffle(values.begin(), values.end(), random);
    std::vector<Histogram> parts;
    for (size_t begin = 0; begin < values.size();) {
      const size_t size = std::min<size_t>(1 + random() % 900, values.size() - begin);
      parts.emplace_back().add(values.data() + begin, size);
      begin += size;
    }
    std::shuffle(parts.begin(), parts.end(), random);
    Histogram merged;
    for (const Histogram& part : parts) merged.merge(part);
    expect_equal(merged, whole);
  }
}

}  // namespace
}  // namespace magik::transform

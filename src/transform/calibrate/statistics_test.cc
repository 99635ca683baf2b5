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

TEST(ChannelMeansTest, AveragesTheRowsOfEveryChannel) {
  ChannelMeans means;
  EXPECT_TRUE(means.means().empty());
  const std::vector<float> rows = {1, 10, 2, -20};
  means.add(rows.data(), 2, 2);
  means.add(rows.data(), 1, 2);
  EXPECT_EQ(means.means(), (std::vector<double>{static_cast<double>(int64_t{4} << 40) / 3 * 0x1p-40, 0}));
}

TEST(ChannelMeansTest, AgreesWithPlainSums) {
  std::mt19937 random(6);
  for (size_t channels : {1, 3, 17, 64, 100}) {
    for (size_t rows : {1, 20, 21, 22, 64, 65, 130, 5000}) {
      std::vector<float> values(rows * channels);
      std::vector<double> expected(channels);
      for (size_t i = 0; i < values.size(); ++i) {
        values[i] = static_cast<float>(random() % 256);  // sums of integers are exact
        expected[i % channels] += values[i];
      }
      for (double& sum : expected) sum /= static_cast<double>(rows);
      ChannelMeans means;
      means.add(values.data(), rows, channels);
      EXPECT_EQ(means.means(), expected) << rows << " rows of " << channels;
    }
  }
}

TEST(ChannelMeansTest, CountsNonFiniteValuesAsZeros) {
  const float infinity = std::numeric_limits<float>::infinity();
  const std::vector<float> rows = {infinity, 1, 4, std::nanf(""), -infinity, 3, 0, 0};
  ChannelMeans means;
  means.add(rows.data(), 4, 2);
  EXPECT_EQ(means.means(), (std::vector<double>{1, 1}));
}

TEST(ChannelMeansTest, HoldsHugeAndTinyValues) {
  const std::vector<float> rows = {3e38f, -3e38f, 1e-6f};
  ChannelMeans means;
  for (int i = 0; i < 1000; ++i) means.add(rows.data(), 1, 3);
  EXPECT_EQ(means.means()[0], 0x1p60);
  EXPECT_EQ(means.means()[1], -0x1p60);
  EXPECT_NEAR(means.means()[2], 1e-6, 1e-12);
}

TEST(ChannelMeansTest, MergingInAnyOrderIsAddingInOrder) {
  std::mt19937 random(4);
  std::normal_distribution<float> normal;
  constexpr size_t kChannels = 5, kItems = 40;
  ChannelMeans whole;
  std::vector<ChannelMeans> parts(7);
  for (size_t item = 0; item < kItems; ++item) {
    std::vector<float> values(kChannels * (1 + random() % 30));
    for (float& x : values) x = normal(random) * std::exp2(static_cast<float>(item));
    whole.add(values.data(), values.size() / kChannels, kChannels);
    parts[random() % parts.size()].add(values.data(), values.size() / kChannels, kChannels);
  }
  std::shuffle(parts.begin(), parts.end(), random);
  ChannelMeans merged;
  for (const ChannelMeans& part : parts) merged.merge(part);
  EXPECT_EQ(merged.means(), whole.means());
}

}  // namespace
}  // namespace magik::transform

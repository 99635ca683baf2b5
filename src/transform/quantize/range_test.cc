#include "transform/quantize/range.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <set>

namespace magik::transform {
namespace {

Histogram histogram_of(const std::vector<float>& values) {
  Histogram result;
  result.add(values.data(), values.size());
  return result;
}

std::vector<float> heavy_tailed(size_t count, bool two_sided, unsigned seed = 3) {
  std::mt19937 random(seed);
  std::student_t_distribution<float> tail(3);
  std::vector<float> values(count);
  for (float& x : values) {
    x = tail(random);
    if (!two_sided) x = std::max(x, 0.0f);
  }
  return values;
}

double squared_error(const std::vector<float>& values, const Range& range, int bits) {
  const rt::Quantization q = activation_quantization(range, bits);
  const double scale = q.scale[0], zero_point = q.zero_point[0], levels = (1 << bits) - 1;
  double sum = 0;
  for (float x : values) {
    const double level = std::clamp(std::nearbyint(x / scale) + zero_point, 0.0, levels);
    const double error = x - (level - zero_point) * scale;
    sum += error * error;
  }
  return sum;
}

TEST(ActivationQuantizationTest, RepresentsZeroExactlyAndCoversTheRange) {
  const rt::Quantization q = activation_quantization({-1, 3}, 8);
  EXPECT_EQ(q.bits, 8);
  EXPECT_FLOAT_EQ(q.scale[0], 4.0f / 255);
  EXPECT_EQ(q.zero_point[0], 64);
  EXPECT_EQ(activation_quantization({0, 6}, 8).zero_point[0], 0);
  EXPECT_EQ(activation_quantization({-6, 0}, 4).zero_point[0], 15);
  EXPECT_EQ(activation_quantization({1, 3}, 8).zero_point[0], 0);
}

TEST(ActivationQuantizationTest, HandlesDegenerateRanges) {
  EXPECT_EQ(activation_quantization({0, 0}, 8).scale[0], 1);
  EXPECT_GT(activation_quantization({0, 1e-38f}, 8).scale[0], 1e-13f);
  EXPECT_TRUE(std::isfinite(activation_quantization({-3e38f, 3e38f}, 8).scale[0]));
}

TEST(ChooseRangeTest, MaxAbsIsTheExtremes) {
  const Range range = choose_range(histogram_of({-0.3f, 0, 2.7f}), QuantMethod::kMaxAbs, 8);
  EXPECT_EQ(range.min, -0.3f);
  EXPECT_EQ(range.max, 2.7f);
}

TEST(ChooseRangeTest, EveryMethodTakesAnEmptyOrZeroHistogram) {
  for (QuantMethod method : {QuantMethod::kMaxAbs, QuantMethod::kKl, QuantMethod::kAdmm, QuantMethod::kMse}) {
    EXPECT_EQ(choose_range(Histogram(), method, 8).max, 0);
    EXPECT_EQ(choose_range(histogram_of({0, 0}), method, 8).max, 0);
  }
}

TEST(ChooseRangeTest, UniformValuesAreHardlyClipped) {
  std::mt19937 random(1);
  std::uniform_real_distribution<float> uniform(-1, 5);
  std::vector<float> values(200000);
  for (float& x : values) x = uniform(random);
  for (QuantMethod method : {QuantMethod::kKl, QuantMethod::kAdmm, QuantMethod::kMse}) {
    const Range range = choose_range(histogram_of(values), method, 8);
    EXPECT_NEAR(range.min, -1, 0.06) << static_cast<int>(method);
    EXPECT_NEAR(range.max, 5, 0.06) << static_cast<int>(method);
  }
}

TEST(ChooseRangeTest, FourMethodsGiveFourRangesForAHeavyTail) {
  for (bool two_sided : {false, true}) {
    const Histogram histogram = histogram_of(heavy_tailed(200000, two_sided));
    std::set<float> maxima;
    for (QuantMethod method : {QuantMethod::kMaxAbs, QuantMethod::kKl, QuantMethod::kAdmm, QuantMethod::kMse}) {
      maxima.insert(choose_range(histogram, method, 8).max);
    }
    EXPECT_EQ(maxima.size(), 4u);
  }
}

TEST(ChooseRangeTest, MseIsWithinOnePercentOfBruteForce) {
  for (int bits : {2, 4, 8}) {
    for (bool two_sided : {false, true}) {
      const std::vector<float> values = heavy_tailed(4000, two_sided, 9);
      const Histogram histogram = histogram_of(values);
      double best = HUGE_VAL;
      constexpr int kSteps = 100;
      for (int i = 1; i <= kSteps; ++i) {
        for (int k = 0; k <= (two_sided ? kSteps : 0); ++k) {
          const Range range{histogram.min() * static_cast<float>(k) / kSteps,
                            histogram.max() * static_cast<float>(i) / kSteps};
          best = std::min(best, squared_error(values, range, bits));
        }
      }
      const double error = squared_error(values, choose_range(histogram, QuantMethod::kMse, bits), bits);
      EXPECT_LE(error, best * 1.01) << bits << " bits, two-sided " << two_sided;
    }
  }
}

TEST(ChooseRangeTest, NoMethodIsWorseThanTheExtremes) {
  for (int bits : {2, 4, 8, 12}) {
    for (bool two_sided : {false, true}) {
      const std::vector<float> values = heavy_tailed(20000, two_sided, 4);
      const Histogram histogram = histogram_of(values);
      const double limit = squared_error(values, choose_range(histogram, QuantMethod::kMaxAbs, bits), bits);
      for (QuantMethod method : {QuantMethod::kKl, QuantMethod::kAdmm, QuantMethod::kMse}) {
        EXPECT_LE(squared_error(values, choose_range(histogram, method, bits), bits), limit * 1.02)
            << static_cast<int>(method) << ", " << bits << " bits, two-sided " << two_sided;
      }
    }
  }
}

TEST(ChooseRangeTest, KlClipsLoneOutliers) {
  std::mt19937 random(2);
  std::normal_distribution<float> normal;
  std::vector<float> values(1000000);
  for (float& x : values) x = std::fabs(normal(random));
  values[0] = 40;
  const Range range = choose_range(histogram_of(values), QuantMethod::kKl, 8);
  EXPECT_LT(range.max, 20);
  EXPECT_GT(range.max, 3);
}

TEST(ChooseRangeTest, KlClipsEachSideAsItsOwnTailDeserves) {
  std::mt19937 random(2);
  std::normal_distribution<float> normal;
  std::vector<float> values(100000);
  for (float& x : values) {
    x = normal(random);
    if (x < 0) x *= 0.05f;
  }
  const Histogram histogram = histogram_of(values);
  const Range range = choose_range(histogram, QuantMethod::kKl, 8);
  EXPECT_LT(range.min, -0.05f * 2);  // the short side is no outlier
  EXPECT_GT(range.min, -1);          // and gets no levels that nothing needs
  const Range least = choose_range(histogram, QuantMethod::kMse, 8);
  EXPECT_LE(squared_error(values, range, 8), 1.12 * squared_error(values, least, 8));
}

TEST(ChooseWeightScaleTest, MaxAbsReachesTheGreatestLevel) {
  const std::vector<float> weights = {0.5f, -1.27f, 0};
  EXPECT_FLOAT_EQ(choose_weight_scale(weights.data(), weights.size(), QuantMethod::kMaxAbs, 8), 0.01f);
  EXPECT_FLOAT_EQ(choose_weight_scale(weights.data(), weights.size(), QuantMethod::kMaxAbs, 2), 1.27f);
}

TEST(ChooseWeightScaleTest, AChannelOfZerosHasScaleOne) {
  const std::vector<float> zeros(9);
  for (QuantMethod method : {QuantMethod::kMaxAbs, QuantMethod::kKl, QuantMethod::kAdmm, QuantMethod::kMse}) {
    EXPECT_EQ(choose_weight_scale(zeros.data(), zeros.size(), method, 8), 1);
  }
}

TEST(ChooseWeightScaleTest, FourMethodsGiveFourScalesForAHeavyTail) {
  const std::vector<float> weights = heavy_tailed(2000, true);
  std::set<float> scales;
  for (QuantMethod method : {QuantMethod::kMaxAbs, QuantMethod::kKl, QuantMethod::kAdmm, QuantMethod::kMse}) {
    scales.insert(choose_weight_scale(weights.data(), weights.size(), method, 8));
  }
  EXPECT_EQ(scales.size(), 4u);
}

TEST(ChooseWeightScaleTest, MseHasNoMoreErrorThanAnyOther) {
  const std::vector<float> weights = heavy_tailed(500, true);
  const auto error = [&](float scale, int bits) {
    const float levels = static_cast<float>((1 << (bits - 1)) - 1);
    double sum = 0;
    for (float w : weights) {
      const double d = w - std::clamp(std::nearbyint(w / scale), -levels, levels) * scale;
      sum += d * d;
    }
    return sum;
  };
  for (int bits : {2, 4, 8}) {
    const auto scale_by = [&](QuantMethod method) {
      return choose_weight_scale(weights.data(), weights.size(), method, bits);
    };
    const double least = error(scale_by(QuantMethod::kMse), bits);
    for (QuantMethod method : {QuantMethod::kMaxAbs, QuantMethod::kKl, QuantMethod::kAdmm}) {
      EXPECT_LE(least, error(scale_by(method), bits) * 1.01) << bits;
    }
  }
}

}  // namespace
}  // namespace magik::transform

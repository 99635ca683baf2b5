#include "venus/core/math.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace magik::rt {
namespace {

// Distance in units of the last place of the exact result, which libm gives in double.
double error_in_ulp(float actual, double exact) {
  const float rounded = static_cast<float>(exact);
  if (std::isnan(exact)) return float_bits(actual) == 0x7fc00000u ? 0 : HUGE_VAL;
  if (std::isinf(rounded) || rounded == 0) return actual == rounded ? 0 : std::isinf(actual) ? HUGE_VAL : 1;
  const int exponent = std::max(std::ilogb(rounded), -126);
  return std::fabs(static_cast<double>(actual) - exact) / std::ldexp(1.0, exponent - 23);
}

template <typename F, typename G>
void expect_close(const char* name, F function, G exact, float lo, float hi, double limit) {
  double worst = 0;
  float where = 0;
  std::mt19937 random(1);
  for (int i = 0; i < 200000; ++i) {
    const float x = lo + (hi - lo) * static_cast<float>(random()) / 4294967296.0f;
    const double error = error_in_ulp(function(x), exact(static_cast<double>(x)));
    if (!(error <= worst)) {
      worst = error;
      where = x;
    }
  }
  EXPECT_LE(worst, limit) << name << " at " << where;
}

// Every exponent, both signs, infinities, subnormals.
template <typename F, typename G>
void expect_close_everywhere(const char* name, F function, G exact, double limit) {
  for (uint64_t bits = 0; bits < (uint64_t{1} << 32); bits += 60013) {
    const float x = float_from_bits(static_cast<uint32_t>(bits));
    ASSERT_LE(error_in_ulp(function(x), exact(static_cast<double>(x))), limit) << name << " at " << x;
  }
  for (float x : {0.0f, -0.0f, kInfinity, -kInfinity, std::nanf(""), 1e-45f, 3.4e38f, 1.0f, -1.0f, 88.7f, -104.0f}) {
    ASSERT_LE(error_in_ulp(function(x), exact(static_cast<double>(x))), limit) << name << " at " << x;
  }
}

double exact_logistic(double x) { return 1 / (1 + std::exp(-x)); }

TEST(Math, ExponentialIsAccurate) {
  expect_close(
      "exp", exponential, [](double x) { return std::exp(x); }, -104.0f, 89.0f, 1.5);
  expect_close_everywhere(
      "exp", exponential, [](double x) { return std::exp(x); }, 1.5);
}

TEST(Math, LogarithmIsAccurate) {
  expect_close(
      "log", logarithm, [](double x) { return std::log(x); }, 0.5f, 2.0f, 2);
  expect_close(
      "log", logarithm, [](double x) { return std::log(x); }, 0.0f, 1e6f, 2);
  expect_close_everywhere(
      "log", logarithm, [](double x) { return std::log(x); }, 2);
}

TEST(Math, Logarithm1pIsAccurate) {
  expect_close(
      "log1p", logarithm_1p, [](double x) { return std::log1p(x); }, 0.0f, 1.0f, 2.5);
  expect_close(
      "log1p", logarithm_1p, [](double x) { return std::log1p(x); }, -1e-3f, 1e-3f, 2.5);
}

TEST(Math, HyperbolicTangentIsAccurate) {
  expect_close(
      "tanh", hyperbolic_tangent, [](double x) { return std::tanh(x); }, -2.0f, 2.0f, 2);
  expect_close_everywhere(
      "tanh", hyperbolic_tangent, [](double x) { return std::tanh(x); }, 2);
}

TEST(Math, LogisticIsAccurate) {
  expect_close("logistic", logistic, exact_logistic, -87.0f, 20.0f, 2.5);
  expect_close_everywhere("logistic", logistic, exact_logistic, 2.5);
}

TEST(Math, ErrorFunctionIsAccurate) {
  expect_close(
      "erf", error_function, [](double x) { return std::erf(x); }, -5.0f, 5.0f, 2);
  expect_close_everywhere(
      "erf", error_function, [](double x) { return std::erf(x); }, 2);
}

TEST(Math, SquareRootAndRoundingAreExact) {
  for (uint64_t bits = 0; bits < (uint64_t{1} << 32); bits += 60013) {
    const float x = float_from_bits(static_cast<uint32_t>(bits));
    const auto same = [](float a, float b) {
      return std::isnan(b) ? float_bits(a) == 0x7fc00000u : float_bits(a) == float_bits(b);
    };
    ASSERT_TRUE(same(square_root(x), std::sqrt(x))) << x;
    ASSERT_TRUE(same(floor_of(x), std::floor(x))) << x;
    ASSERT_TRUE(same(ceil_of(x), std::ceil(x))) << x;
    ASSERT_TRUE(same(round_of(x), std::nearbyint(x))) << x;
    ASSERT_TRUE(same(truncate(x), std::trunc(x))) << x;
  }
  EXPECT_EQ(round_of(0.5f), 0.0f);
  EXPECT_EQ(round_of(1.5f), 2.0f);
  EXPECT_EQ(round_of(-2.5f), -2.0f);
}

TEST(Math, PowerIsAccurateAndKeepsTheSpecialCases) {
  std::mt19937 random(2);
  for (int i = 0; i < 100000; ++i) {
    const float x = static_cast<float>(random()) / 4294967296.0f * 20.0f;
    const float y = static_cast<float>(random()) / 4294967296.0f * 60.0f - 30.0f;
    ASSERT_LE(error_in_ulp(power(x, y), std::pow(static_cast<double>(x), static_cast<double>(y))), 0.51)
        << x << " " << y;
  }
  const float special[] = {0.0f,  -0.0f,  1.0f,  -1.0f,  2.0f,      -2.0f,      3.0f,          -3.0f, 0.5f,
                           -0.5f, 1e-40f, 3e38f, -3e38f, kInfinity, -kInfinity, std::nanf(""), 2.5f,  16777217.0f};
  for (float x : special) {
    for (float y : special) {
      const float expected = std::pow(x, y);
      const float actual = power(x, y);
      if (std::isnan(expected)) {
        EXPECT_EQ(float_bits(actual), 0x7fc00000u) << x << " " << y;
      } else {
        EXPECT_EQ(float_bits(actual), float_bits(expected)) << x << " " << y;
      }
    }
  }
}

}  // namespace
}  // namespace magik::rt

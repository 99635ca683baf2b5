// The unary operators and PRelu.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "venus/core/test_util.h"
#include "venus/ops/unary_function.h"

namespace magik::rt::test {
namespace {

using Floats = std::vector<float>;

Floats unary(const char* op, const Floats& x, const Attributes& a = {}) {
  return run_reference(op, a, {tensor_of<float>({static_cast<int32_t>(x.size())}, x)})[0].values<float>();
}

TEST(Unary, HandComputed) {
  const Floats x = {-2.5f, -0.5f, 0, 1.5f, 3};
  EXPECT_EQ(unary("Relu", x), Floats({0, 0, 0, 1.5f, 3}));
  EXPECT_EQ(unary("LeakyRelu", {-2, 2}), Floats({-2 * 0.01f, 2}));
  EXPECT_EQ(unary("Abs", x), Floats({2.5f, 0.5f, 0, 1.5f, 3}));
  EXPECT_EQ(unary("Neg", {1, -2}), Floats({-1, 2}));
  EXPECT_EQ(unary("Reciprocal", {4, -0.5f}), Floats({0.25f, -2}));
  EXPECT_EQ(unary("Floor", x), Floats({-3, -1, 0, 1, 3}));
  EXPECT_EQ(unary("Ceil", x), Floats({-2, 0, 0, 2, 3}));
  EXPECT_EQ(unary("Round", x), Floats({-2, 0, 0, 2, 3}));
  EXPECT_EQ(unary("Sign", x), Floats({-1, -1, 0, 1, 1}));
  EXPECT_EQ(unary("Sqrt", {4, 2}), Floats({2, std::sqrt(2.0f)}));
  EXPECT_EQ(unary("HardSigmoid", {-9, 0, 1, 9}), Floats({0, 0.5f, 0.2f + 0.5f, 1}));
  EXPECT_EQ(unary("HardSwish", {-4, 0, 4}), Floats({0, 0, 4}));
  Attributes a;
  a.set("min", -1.0f);
  EXPECT_EQ(unary("Clip", x, a), Floats({-1, -0.5f, 0, 1.5f, 3}));
  a.set("max", 2.0f);
  EXPECT_EQ(unary("Clip", x, a), Floats({-1, -0.5f, 0, 1.5f, 2}));
}

TEST(Unary, SmoothFunctionsAreAccurate) {
  const auto softplus = [](double x) { return std::log1p(std::exp(-std::fabs(x))) + std::max(x, 0.0); };
  const struct {
    const char* op;
    std::function<double(double)> exact;
  } functions[] = {
      {"Sigmoid", [](double x) { return 1 / (1 + std::exp(-x)); }},
      {"Tanh", [](double x) { return std::tanh(x); }},
      {"SiLU", [](double x) { return x / (1 + std::exp(-x)); }},
      {"Gelu", [](double x) { return 0.5 * x * (1 + std::erf(x / std::sqrt(2.0))); }},
      {"Elu", [](double x) { return x > 0 ? x : std::expm1(x); }},
      {"Softplus", softplus},
      {"Mish", [&](double x) { return x * std::tanh(softplus(x)); }},
      {"Exp", [](double x) { return std::exp(x); }},
      {"Erf", [](double x) { return std::erf(x); }},
      {"HardSwish", [](double x) { return x * std::min(std::max(x / 6 + 0.5, 0.0), 1.0); }},
      {"HardSigmoid", [](double x) { return std::min(std::max(0.2 * x + 0.5, 0.0), 1.0); }},
  };
  std::mt19937 random(1);
  Floats x;
  for (int i = 0; i < 5000; ++i) x.push_back(uniform(random, -12, 12));
  for (int i = 0; i < 1000; ++i) x.push_back(uniform(random, -1e-3f, 1e-3f));
  for (const auto& function : functions) {
    const Floats y = unary(function.op, x);
    for (size_t i = 0; i < x.size(); ++i) {
      const double exact = function.exact(double{x[i]});
      // Gelu's and HardSwish's sums cancel for negative x: an absolute error there.
      ASSERT_NEAR(y[i], exact, 6e-7 * std::fabs(exact) + 3e-7) << function.op << " at " << x[i];
      ASSERT_EQ(y[i], unary_function(function.op, {}, x[i]));
    }
  }
}

TEST(Unary, NanIsCanonical) {
  const float negative_nan = -std::nanf("");
  for (const char* op : {"Neg", "Exp", "SiLU", "Sqrt", "Mish", "Elu", "Abs", "Round"}) {
    const auto y = run_reference(op, {}, {tensor_of<float>({1}, {negative_nan})});
    EXPECT_EQ(y[0].values<uint32_t>(), std::vector<uint32_t>({0x7fc00000u})) << op;
  }
}

TEST(Unary, LevelsAreLookedUp) {
  const auto q = levels(2, 1, 0);
  const std::vector<uint8_t> table = {7, 5, 3, 1};
  // The third level is out of range, as only a broken caller can make it: its upper bits are ignored.
  OwnedTensor x = tensor_of<uint8_t>({1, 4}, {0, 3, 6, 1}, q);
  const auto y = run_reference("SiLU", {}, {x, constant(tensor_of<uint8_t>({4}, table))}, {{levels(3, 1, 0)}});
  EXPECT_EQ(y[0].values<uint8_t>(), std::vector<uint8_t>({7, 1, 3, 5}));

  EXPECT_EQ(reference_error("SiLU", {}, {x}, {{q}}), "a quantized input needs the function's table as input 1");
  EXPECT_EQ(reference_error("SiLU", {}, {x, constant(tensor_of<uint8_t>({2}, {0, 1}))}, {{q}}),
            "the table must be a constant of 4 uint8 entries, but it is uint8 of shape 2");
  EXPECT_EQ(reference_error("SiLU", {}, {x, constant(tensor_of<uint8_t>({4}, table))}, {{q}}),
            "entry 0 of the table is 7, but the output's levels end at 3");
}

TEST(Unary, IntegersAndBools) {
  const int32_t lowest = std::numeric_limits<int32_t>::min();
  const OwnedTensor x = tensor_of<int32_t>({3}, {-5, 7, lowest});
  EXPECT_EQ(run_reference("Neg", {}, {x})[0].values<int32_t>(), std::vector<int32_t>({5, -7, lowest}));
  EXPECT_EQ(run_reference("Abs", {}, {x})[0].values<int32_t>(), std::vector<int32_t>({5, 7, lowest}));
  EXPECT_EQ(run_reference("Sign", {}, {x})[0].values<int32_t>(), std::vector<int32_t>({-1, 1, -1}));
  OwnedTensor b(ElementType::kBool, {2});
  b.at<uint8_t>(0) = 0;
  b.at<uint8_t>(1) = 1;
  EXPECT_EQ(run_reference("Not", {}, {b})[0].values<uint8_t>(), std::vector<uint8_t>({1, 0}));
  EXPECT_EQ(reference_error("Exp", {}, {x}), "node 'node' (Exp): input 0 is int32; allowed are float32, uint8, uint16");
}

TEST(PRelu, FloatAndQuantized) {
  const OwnedTensor slopes = constant(tensor_of<float>({2}, {0.5f, -0.25f}));
  EXPECT_EQ(run_reference("PRelu", {}, {tensor_of<float>({2, 2}, {-4, -4, 4, 4}), slopes})[0].values<float>(),
            Floats({-2, 1, 4, 4}));
  const auto y = run_reference("PRelu", {}, {tensor_of<uint8_t>({2, 2}, {0, 0, 10, 9}, levels(8, 1, 8)), slopes},
                               {{levels(8, 0.5f, 20)}});
  EXPECT_EQ(y[0].values<uint8_t>(), std::vector<uint8_t>({12, 24, 24, 22}));
  EXPECT_EQ(reference_error("PRelu", {}, {tensor_of<float>({1, 3}, {1, 2, 3}), slopes}),
            "node 'node' (PRelu): has 2 slopes; expected are 1 or one for each of the 3 channels");
}

}  // namespace
}  // namespace magik::rt::test

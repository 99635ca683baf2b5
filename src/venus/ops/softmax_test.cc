#include <gtest/gtest.h>

#include <cmath>

#include "venus/core/test_util.h"

namespace magik::rt::test {
namespace {

TEST(Softmax, AgreesWithDoubleAlongAnyAxis) {
  std::mt19937 random(1);
  const Shape shape = {3, 4, 5};
  const OwnedTensor x = random_tensor(random, ElementType::kFloat32, shape);
  for (int axis = -3; axis < 3; ++axis) {
    Attributes a;
    a.set("axis", axis);
    const auto y = run_reference("Softmax", a, {x}), log = run_reference("LogSoftmax", a, {x});
    const int positive = (axis + 3) % 3, length = shape[positive];
    const int64_t stride = shape.elements(positive + 1, 3);
    for (int64_t i = 0; i < 60; ++i) {
      double sum = 0;
      const int64_t first = i - i / stride % length * stride;
      for (int k = 0; k < length; ++k) sum += std::exp(double{x.at<float>(first + k * stride)});
      ASSERT_NEAR(y[0].at<float>(i), std::exp(double{x.at<float>(i)}) / sum, 1e-6);
      ASSERT_NEAR(log[0].at<float>(i), x.at<float>(i) - std::log(sum), 1e-6);
    }
  }
}

TEST(Softmax, LargeInputsDoNotOverflow) {
  const auto y = run_reference("Softmax", {}, {tensor_of<float>({1, 3}, {1000, 1000, -1000})});
  EXPECT_EQ(y[0].values<float>(), std::vector<float>({0.5f, 0.5f, 0}));
}

TEST(Softmax, QuantizedIsTheFloatResultInLevels) {
  const auto q = levels(8, 0.5f, 100);
  const OwnedTensor x = tensor_of<uint8_t>({1, 3}, {100, 102, 104}, q);
  const auto real = run_reference("Softmax", {}, {tensor_of<float>({1, 3}, {0, 1, 2})});
  const auto y = run_reference("Softmax", {}, {x}, {{levels(8, 1.0f / 256, 0)}});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(y[0].at<uint8_t>(i), std::nearbyint(real[0].at<float>(i) / (1.0f / 256)));
  const auto f = run_reference("Softmax", {}, {x}, {{{}, 0, ElementType::kFloat32}});
  EXPECT_EQ(f[0].values<float>(), real[0].values<float>());
}

TEST(Softmax, BadNodesAreErrors) {
  Attributes a;
  a.set("axis", 2);
  EXPECT_EQ(reference_error("Softmax", a, {tensor_of<float>({1, 1}, {1})}),
            "node 'node' (Softmax): axis 2 does not exist in a tensor of rank 2");
}

}  // namespace
}  // namespace magik::rt::test

#include <gtest/gtest.h>

#include "venus/core/test_util.h"

namespace magik::rt::test {
namespace {

using Floats = std::vector<float>;

TEST(BatchMatMul, AllTransposesGiveTheSameProduct) {
  const OwnedTensor a = tensor_of<float>({2, 3}, {1, 2, 3, 4, 5, 6}), at = tensor_of<float>({3, 2}, {1, 4, 2, 5, 3, 6});
  const OwnedTensor b = tensor_of<float>({3, 2}, {1, 10, 2, 20, 3, 30}),
                    bt = tensor_of<float>({2, 3}, {1, 2, 3, 10, 20, 30});
  for (int transposes = 0; transposes < 4; ++transposes) {
    Attributes attributes;
    attributes.set("transpose_a", transposes & 1);
    attributes.set("transpose_b", transposes >> 1);
    const auto y = run_reference("BatchMatMul", attributes, {transposes & 1 ? at : a, transposes >> 1 ? bt : b});
    EXPECT_EQ(y[0].values<float>(), Floats({14, 140, 32, 320}));
  }
}

TEST(BatchMatMul, BroadcastsTheLeadingAxes) {
  std::mt19937 random(1);
  const OwnedTensor a = random_tensor(random, ElementType::kFloat32, {2, 1, 3, 4}),
                    b = random_tensor(random, ElementType::kFloat32, {5, 4, 6});
  const auto y = run_reference("BatchMatMul", {}, {a, b});
  ASSERT_EQ(y[0].shape, Shape({2, 5, 3, 6}));
  for (int i = 0; i < 180; ++i) {
    const int n = i % 6, m = i / 6 % 3, second = i / 18 % 5, first = i / 90;
    double sum = 0;
    for (int k = 0; k < 4; ++k) {
      sum += double{a.at<float>((first * 3 + m) * 4 + k)} * b.at<float>((second * 4 + k) * 6 + n);
    }
    EXPECT_NEAR(y[0].at<float>(i), sum, 1e-5);
  }
}

TEST(BatchMatMul, BadNodesAreErrors) {
  const auto factor = [](Shape shape) { return OwnedTensor(ElementType::kFloat32, shape); };
  EXPECT_EQ(reference_error("BatchMatMul", {}, {factor({2, 3}), factor({2, 3})}),
            "node 'node' (BatchMatMul): the factors' shapes 2x3 and 2x3 do not fit: the sum would run over 3 and 2 "
            "elements");
  EXPECT_EQ(reference_error("BatchMatMul", {}, {factor({2, 2, 3}), factor({3, 3, 3})}),
            "node 'node' (BatchMatMul): the factors' shapes 2x2x3 and 3x3x3 do not broadcast");
  EXPECT_EQ(reference_error("BatchMatMul", {}, {factor({3}), factor({3, 3})}),
            "node 'node' (BatchMatMul): the factors have shapes 3 and 3x3; both need at least 2 axes");
}

}  // namespace
}  // namespace magik::rt::test

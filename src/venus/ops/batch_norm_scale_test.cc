#include <gtest/gtest.h>

#include <cmath>

#include "venus/core/test_util.h"

namespace magik::rt::test {
namespace {

using Floats = std::vector<float>;

TEST(BatchNormScale, Float) {
  const OwnedTensor x = tensor_of<float>({2, 2}, {1, 2, 3, 4});
  const OwnedTensor scale = constant(tensor_of<float>({2}, {2, -1})), bias = constant(tensor_of<float>({2}, {10, 20}));
  EXPECT_EQ(run_reference("BatchNormScale", {}, {x, scale, bias})[0].values<float>(), Floats({12, 18, 16, 16}));
  EXPECT_EQ(run_reference("BatchNormScale", {}, {x, scale})[0].values<float>(), Floats({2, -2, 6, -4}));
  EXPECT_EQ(run_reference("BatchNormScale", {}, {x, {}, bias})[0].values<float>(), Floats({11, 22, 13, 24}));
}

TEST(BatchNormScale, PixelsBecomeNumbers) {
  OwnedTensor x(ElementType::kUint8, {1, 1, 2, 3}, {}, 4);  // RGB in 4-byte pixels
  for (int i = 0; i < 6; ++i) x.at<uint8_t>(i) = static_cast<uint8_t>(50 * i);
  const OwnedTensor scale = constant(tensor_of<float>({3}, {0.5f, 0.25f, 1})),
                    bias = constant(tensor_of<float>({3}, {-1, 0, 1}));
  EXPECT_EQ(run_reference("BatchNormScale", {}, {x, scale, bias})[0].values<float>(),
            Floats({-1, 12.5f, 101, 74, 50, 251}));
}

TEST(BatchNormScale, QuantizedFollowsTheFormula) {
  std::mt19937 random(1);
  constexpr int kChannels = 37;  // whole blocks of map_rows() and a rest
  const OwnedTensor scale = constant(random_tensor(random, ElementType::kFloat32, {kChannels})),
                    bias = constant(random_tensor(random, ElementType::kFloat32, {kChannels}));
  const float xs = 0.02f, ys = 0.03f;
  const OwnedTensor x = random_tensor(random, ElementType::kUint8, {3, kChannels}, levels(8, xs, 77), kChannels + 3);
  const auto y = run_reference("BatchNormScale", {}, {x, scale, bias}, {{levels(12, ys, 300)}});
  const auto real = run_reference("BatchNormScale", {}, {x, scale, bias});
  for (int i = 0; i < 3 * kChannels; ++i) {
    const float s = scale.at<float>(i % kChannels), b = bias.at<float>(i % kChannels);
    const float difference = static_cast<float>(x.at<uint8_t>(i) - 77);
    float t = difference * static_cast<float>(double{xs} * s / ys);
    t = t + static_cast<float>(double{b} / ys);
    EXPECT_EQ(y[0].at<uint16_t>(i), std::nearbyint(t) + 300);
    float r = difference * static_cast<float>(double{xs} * s);
    r = r + b;
    EXPECT_EQ(real[0].at<float>(i), r);
  }
}

TEST(BatchNormScale, IsAnAliasWhereNothingChanges) {
  const Operator* op = find_operator("BatchNormScale");
  Result<TestNode> same = try_make_node("BatchNormScale", {}, {tensor_of<float>({1, 2}, {1, 2})});
  EXPECT_EQ(op->alias(same.value().tensors()), Alias::kView);
  Result<TestNode> other = try_make_node("BatchNormScale", {}, {tensor_of<uint8_t>({1, 2}, {1, 2})});
  EXPECT_EQ(op->alias(other.value().tensors()), Alias::kNone);
}

TEST(BatchNormScale, BadNodesAreErrors) {
  EXPECT_EQ(reference_error("BatchNormScale", {}, {tensor_of<float>({1, 2}, {1, 2}), tensor_of<float>({1}, {1})}),
            "node 'node' (BatchNormScale): input 1 has 1 values, but input 0 has 2 channels");
  EXPECT_EQ(reference_error("BatchNormScale", {}, {tensor_of<float>({1, 1}, {1}), tensor_of<float>({1}, {1})}),
            "input 1 must be a float32 constant");
}

}  // namespace
}  // namespace magik::rt::test

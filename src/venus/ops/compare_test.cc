#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <climits>
#include <cmath>

#include "venus/core/math.h"
#include "venus/ops/index_test_util.h"

namespace magik::rt::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

OwnedTensor bools(const std::vector<uint8_t>& values) {
  OwnedTensor tensor = tensor_of<uint8_t>({static_cast<int32_t>(values.size())}, values);
  tensor.type = ElementType::kBool;
  return tensor;
}

TEST(Compare, FloatAndInt32) {
  const OwnedTensor a = tensor_of<float>({4}, {1, 2, 3, nan_value()}), b = tensor_of<float>({1}, {2});
  EXPECT_THAT(run_reference("Less", {}, {a, b})[0].values<uint8_t>(), ElementsAre(1, 0, 0, 0));
  EXPECT_THAT(run_reference("Greater", {}, {a, b})[0].values<uint8_t>(), ElementsAre(0, 0, 1, 0));
  EXPECT_THAT(run_reference("Equal", {}, {a, b})[0].values<uint8_t>(), ElementsAre(0, 1, 0, 0));
  EXPECT_EQ(run_reference("Equal", {}, {a, b})[0].type, ElementType::kBool);
  const OwnedTensor c = tensor_of<int32_t>({2}, {16777216, 16777217}), d = tensor_of<int32_t>({1}, {16777217});
  EXPECT_THAT(run_reference("Equal", {}, {c, d})[0].values<uint8_t>(), ElementsAre(0, 1));
  EXPECT_THAT(run_reference("Less", {}, {c, d})[0].values<uint8_t>(), ElementsAre(1, 0));
}

TEST(Compare, Logic) {
  const OwnedTensor a = bools({0, 0, 1, 1}), b = bools({0, 1, 0, 1});
  EXPECT_THAT(run_reference("And", {}, {a, b})[0].values<uint8_t>(), ElementsAre(0, 0, 0, 1));
  EXPECT_THAT(run_reference("Or", {}, {a, b})[0].values<uint8_t>(), ElementsAre(0, 1, 1, 1));
  EXPECT_THAT(run_reference("Equal", {}, {a, b})[0].values<uint8_t>(), ElementsAre(1, 0, 0, 1));
}

TEST(Compare, Errors) {
  const OwnedTensor f = tensor_of<float>({1}, {0});
  EXPECT_THAT(reference_error("And", {}, {f, f}), HasSubstr("no kernel for the types float32"));
  EXPECT_THAT(reference_error("Less", {}, {bools({1}), bools({0})}), HasSubstr("no kernel for the types bool"));
  EXPECT_THAT(reference_error("Less", {}, {f, bools({0})}), HasSubstr("different types float32 and bool"));
}

TEST(Pow, Float) {
  std::mt19937 random(1);
  for (int i = 0; i < 2000; ++i) {
    const float x = uniform(random, 0.001f, 30.0f), y = uniform(random, -5.0f, 5.0f);
    const float z = run_reference("Pow", {}, {tensor_of<float>({1}, {x}), tensor_of<float>({1}, {y})})[0].at<float>(0);
    const float expected = static_cast<float>(std::pow(double{x}, double{y}));
    ASSERT_NEAR(z / expected, 1.0f, 3e-7f) << x << " " << y;
  }
  const OwnedTensor x = tensor_of<float>({4}, {-3, -2, 0, -2}), y = tensor_of<float>({4}, {2, 3, 0, 0.5f});
  const std::vector<float> z = run_reference("Pow", {}, {x, y})[0].values<float>();
  EXPECT_EQ(z[0], 9);
  EXPECT_EQ(z[1], -8);
  EXPECT_EQ(z[2], 1);
  EXPECT_EQ(float_bits(z[3]), 0x7fc00000u);
}

TEST(Pow, Int32) {
  const OwnedTensor x = tensor_of<int32_t>({6}, {3, -2, 2, 1, -1, 0}),
                    y = tensor_of<int32_t>({6}, {4, 3, -1, -5, -3, -1});
  EXPECT_THAT(run_reference("Pow", {}, {x, y})[0].values<int32_t>(), ElementsAre(81, -8, 0, 1, -1, 0));
}

TEST(Mod, Int32) {
  const OwnedTensor x = tensor_of<int32_t>({6}, {7, -7, 7, -7, 5, INT_MIN});
  const OwnedTensor y = tensor_of<int32_t>({6}, {3, 3, -3, -3, 0, -1});
  EXPECT_THAT(run_reference("Mod", {}, {x, y})[0].values<int32_t>(), ElementsAre(1, 2, -2, -1, 0, 0));
  EXPECT_THAT(run_reference("Mod", attributes({{"fmod", ints({1})}}), {x, y})[0].values<int32_t>(),
              ElementsAre(1, -1, 1, -1, 0, 0));
}

TEST(Mod, FloatIsExact) {
  std::mt19937 random(2);
  OwnedTensor x(ElementType::kFloat32, {3000}), y(ElementType::kFloat32, {3000});
  for (int i = 0; i < 3000; ++i) {
    x.at<float>(i) = std::ldexp(uniform(random, -1, 1), uniform_int(random, -140, 120));
    y.at<float>(i) = std::ldexp(uniform(random, -1, 1), uniform_int(random, -140, 120));
  }
  const OwnedTensor z = run_reference("Mod", attributes({{"fmod", ints({1})}}), {x, y})[0];
  for (int i = 0; i < 3000; ++i) {
    const float expected = std::fmod(x.at<float>(i), y.at<float>(i));
    ASSERT_EQ(float_bits(z.at<float>(i)), float_bits(canonical_nan(expected)))
        << x.at<float>(i) << " mod " << y.at<float>(i);
  }
  const OwnedTensor a = tensor_of<float>({3}, {-5.5f, 5.5f, 1}), b = tensor_of<float>({3}, {2, -2, 0});
  const std::vector<float> floored = run_reference("Mod", {}, {a, b})[0].values<float>();
  EXPECT_EQ(floored[0], 0.5f);
  EXPECT_EQ(floored[1], -0.5f);
  EXPECT_EQ(float_bits(floored[2]), 0x7fc00000u);
}

TEST(Where, SelectsWithBroadcasting) {
  std::mt19937 random(3);
  for (ElementType type : {ElementType::kFloat32, ElementType::kInt32, ElementType::kUint8, ElementType::kUint16}) {
    const OwnedTensor condition = random_tensor(random, ElementType::kBool, {3, 1, 5});
    const OwnedTensor a = random_tensor(random, type, {4, 1}), b = random_tensor(random, type, {2, 1, 4, 5});
    const OwnedTensor y = run_reference("Where", {}, {condition, a, b})[0];
    ASSERT_EQ(y.shape, Shape({2, 3, 4, 5}));
    for_each_index(y.shape, [&](const Index& index) {
      const bool first = condition.at<uint8_t>(broadcast_flat(condition.shape, index)) != 0;
      const OwnedTensor& source = first ? a : b;
      const size_t size = element_size(type);
      ASSERT_EQ(std::memcmp(&y.bytes[size * flat(y.shape, index)],
                            &source.bytes[size * broadcast_flat(source.shape, index)], size),
                0);
    });
  }
}

TEST(Where, Errors) {
  const OwnedTensor f = tensor_of<float>({1}, {0});
  const OwnedTensor c = bools({1});
  EXPECT_THAT(reference_error("Where", {}, {f, f, f}), HasSubstr("condition has type float32, expected bool"));
  EXPECT_THAT(reference_error("Where", {}, {c, f, c}), HasSubstr("different types float32 and bool"));
  const OwnedTensor q = tensor_of<uint8_t>({1}, {1}, levels(8, 1, 0)),
                    r = tensor_of<uint8_t>({1}, {1}, levels(8, 2, 0));
  EXPECT_THAT(reference_error("Where", {}, {c, q, r}, {{levels(8, 1, 0)}}), HasSubstr("different quantization"));
}

}  // namespace
}  // namespace magik::rt::test

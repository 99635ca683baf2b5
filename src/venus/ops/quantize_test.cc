// Quantize, Dequantize, Requantize and Cast.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "venus/core/test_util.h"

namespace magik::rt::test {
namespace {

using Floats = std::vector<float>;

TEST(Quantize, DividesClampsAndRoundsToEven) {
  const float inf = std::numeric_limits<float>::infinity();
  const OwnedTensor x = tensor_of<float>({1, 7}, {0, 0.25f, 0.75f, -0.25f, inf, -inf, 1e30f});
  EXPECT_EQ(run_reference("Quantize", {}, {x}, {{levels(8, 0.5f, 10)}})[0].values<uint8_t>(),
            std::vector<uint8_t>({10, 10, 12, 10, 255, 0, 255}));
  EXPECT_EQ(run_reference("Quantize", {}, {x}, {{levels(10, 0.5f, 10)}})[0].values<uint16_t>(),
            std::vector<uint16_t>({10, 10, 12, 10, 1023, 0, 1023}));
}

TEST(Dequantize, InvertsQuantize) {
  std::mt19937 random(1);
  for (int bits : {2, 8, 12}) {
    const Quantization q = levels(bits, 0.013f, 3);
    const OwnedTensor x = random_tensor(random, activation_type(bits), {4, 9}, q, 11);
    const auto real = run_reference("Dequantize", {}, {x});
    EXPECT_EQ(real[0].at<float>(5),
              static_cast<float>((bits <= 8 ? x.at<uint8_t>(5) : x.at<uint16_t>(5)) - 3) * 0.013f);
    const auto y = run_reference("Quantize", {}, {real[0]}, {{q}});
    for (int i = 0; i < 36; ++i) {
      ASSERT_EQ(bits <= 8 ? y[0].at<uint8_t>(i) : y[0].at<uint16_t>(i),
                bits <= 8 ? x.at<uint8_t>(i) : x.at<uint16_t>(i));
    }
  }
}

TEST(Requantize, FollowsTheFormula) {
  OwnedTensor x(ElementType::kUint8, {256}, levels(8, 0.3f, 40));
  for (int i = 0; i < 256; ++i) x.at<uint8_t>(i) = static_cast<uint8_t>(i);
  const auto y = run_reference("Requantize", {}, {x}, {{levels(4, 2.1f, 5)}});
  const float m = static_cast<float>(double{0.3f} / double{2.1f});
  for (int i = 0; i < 256; ++i) {
    const double expected = std::nearbyint(static_cast<float>(i - 40) * m) + 5;
    ASSERT_EQ(y[0].at<uint8_t>(i), std::min(std::max(expected, 0.0), 15.0));
  }
}

TEST(Quantize, BadQuantizationsAreErrors) {
  const OwnedTensor x = tensor_of<float>({1}, {1});
  EXPECT_EQ(reference_error("Quantize", {}, {x}),
            "output must be quantized to uint8 (1 to 8 bits) or uint16 (9 to 16 bits), but is uint8 with 0 bits");
  EXPECT_EQ(reference_error("Quantize", {}, {x}, {{levels(8, 0, 0)}}),
            "output has scale 0; it must be finite and greater than 0");
  EXPECT_EQ(reference_error("Quantize", {}, {x}, {{{8, {1, 1}, {0, 0}, 0}}}),
            "output must have one scale and one zero point, but has 2 and 2");
}

Attributes to(ElementType type) {
  Attributes a;
  a.set("to", static_cast<int>(type));
  return a;
}

TEST(Cast, TruncatesAndSaturates) {
  const OwnedTensor x = tensor_of<float>({6}, {1.9f, -1.9f, 3e9f, -3e9f, std::nanf(""), 300});
  EXPECT_EQ(
      run_reference("Cast", to(ElementType::kInt32), {x})[0].values<int32_t>(),
      std::vector<int32_t>({1, -1, std::numeric_limits<int32_t>::max(), std::numeric_limits<int32_t>::min(), 0, 300}));
  EXPECT_EQ(run_reference("Cast", to(ElementType::kUint8), {x})[0].values<uint8_t>(),
            std::vector<uint8_t>({1, 0, 255, 0, 0, 255}));
  EXPECT_EQ(run_reference("Cast", to(ElementType::kBool), {tensor_of<float>({2}, {0, -0.5f})})[0].values<uint8_t>(),
            std::vector<uint8_t>({0, 1}));
  EXPECT_EQ(
      run_reference("Cast", to(ElementType::kFloat32), {tensor_of<int32_t>({2}, {-3, 16777217})})[0].values<float>(),
      Floats({-3, 16777216}));
  EXPECT_EQ(reference_error("Cast", to(ElementType::kNone), {x}),
            "node 'node' (Cast): attribute 'to' is 0, which is no element type's number");
}

}  // namespace
}  // namespace magik::rt::test

#include "transform/quantize/weights.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <random>

namespace magik::transform {
namespace {

rt::Quantization activation(int bits, float scale, int32_t zero_point) {
  rt::Quantization result;
  result.bits = bits;
  result.scale = {scale};
  result.zero_point = {zero_point};
  return result;
}

WeightedInputs inputs_of(const std::vector<float>& weights, const std::vector<float>& bias, size_t channels) {
  WeightedInputs inputs;
  inputs.weights = weights.data();
  inputs.bias = bias.empty() ? nullptr : bias.data();
  inputs.channels = channels;
  inputs.channel_weights = weights.size() / channels;
  return inputs;
}

TEST(QuantizeWeightsTest, ScalesEachChannelAndTheBias) {
  const std::vector<float> weights = {1.27f, -0.5f, 0.254f, 0.02f}, bias = {1, -0.1f};
  const QuantizedWeights q =
      quantize_weights(inputs_of(weights, bias, 2), activation(8, 0.5f, 0), QuantMethod::kMaxAbs, 8);
  EXPECT_FLOAT_EQ(q.quantization.scale[0], 0.01f);
  EXPECT_FLOAT_EQ(q.quantization.scale[1], 0.002f);
  EXPECT_EQ(q.quantization.axis, 0);
  EXPECT_EQ(q.quantization.bits, 8);
  EXPECT_EQ(q.weights, (std::vector<int8_t>{127, -50, 127, 10}));
  EXPECT_EQ(q.bias, (std::vector<int32_t>{200, -100}));
  EXPECT_EQ(q.accumulator_bits, 32);
}

TEST(QuantizeWeightsTest, FewBitsUseTheWholeRange) {
  const std::vector<float> weights = {3, -3, 1.4f, 1.6f};
  const QuantizedWeights q = quantize_weights(inputs_of(weights, {}, 1), activation(4, 1, 0), QuantMethod::kMaxAbs, 3);
  EXPECT_EQ(q.weights, (std::vector<int8_t>{3, -3, 1, 2}));
}

TEST(QuantizeWeightsTest, ABiasThatWouldPassTwoToThe30RaisesTheScale) {
  const std::vector<float> weights = {1e-7f, -1e-7f, 1, 1}, bias = {100, 100};
  const float x_scale = 0.01f;
  const QuantizedWeights q =
      quantize_weights(inputs_of(weights, bias, 2), activation(8, x_scale, 3), QuantMethod::kMaxAbs, 8);
  EXPECT_LE(std::abs(q.bias[0]), 1 << 30);
  EXPECT_GT(std::abs(q.bias[0]), (1 << 30) - 1000);
  EXPECT_NEAR(q.bias[0] * static_cast<double>(q.quantization.scale[0]) * x_scale, 100, 1e-3);
  EXPECT_FLOAT_EQ(q.quantization.scale[1], 1.0f / 127);
}

TEST(QuantizeWeightsTest, TheInputsMeanTakesTheShiftOffTheBias) {
  // 0.4 and 0.4 of a level are lost: with all inputs at 10, that is 8 units of the bias.
  const std::vector<float> weights = {127, 1.4f, 1.4f}, bias = {5};
  WeightedInputs inputs = inputs_of(weights, bias, 1);
  inputs.x_mean = 10;
  const QuantizedWeights q = quantize_weights(inputs, activation(8, 1, 0), QuantMethod::kMaxAbs, 8);
  EXPECT_EQ(q.weights, (std::vector<int8_t>{127, 1, 1}));
  EXPECT_EQ(q.bias, (std::vector<int32_t>{13}));
}

// Brute force over the inputs that make the accumulator largest and smallest.
TEST(QuantizeWeightsTest, ThirtyTwoBitsAreChosenOnlyWhereNoInputOverflows) {
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  int wide = 0;
  for (int round = 0; round < 60; ++round) {
    const int bits = round % 2 ? 12 : 8;
    std::vector<float> weights(1 + random() % 12000);
    for (float& w : weights) w = round % 3 ? normal(random) : (random() % 2 ? 1.0f : -1.0f);
    const std::vector<float> bias = {normal(random) * 1000};
    const auto zero_point = static_cast<int32_t>(random() % (1u << bits));
    const QuantizedWeights q =
        quantize_weights(inputs_of(weights, bias, 1), activation(bits, 0.01f, zero_point), QuantMethod::kMaxAbs, 8);
    int64_t largest = q.bias[0], smallest = q.bias[0];
    const int64_t high = (1 << bits) - 1 - zero_point, low = -zero_point;
    for (int8_t w : q.weights) {
      largest += std::max(w * high, w * low);
      smallest += std::min(w * high, w * low);
    }
    const bool fits = largest <= INT32_MAX && smallest >= INT32_MIN;
    if (q.accumulator_bits == 32) {
      EXPECT_TRUE(fits);
    }
    wide += q.accumulator_bits == 64;
  }
  EXPECT_GT(wide, 0);
  EXPECT_LT(wide, 60);
}

}  // namespace
}  // namespace magik::transform

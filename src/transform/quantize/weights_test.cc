#include "transform/quantize/weights.h"

#include <gtest/gtest.h>

#include <algorithm>
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

TEST(QuantizeWeightsTest, TheInputsMeansTakeTheShiftOffTheBias) {
  // 0.4 of a level is lost of the second input and 0.25 given to the third: 0.4 * 10 - 0.25 * 20 = -1.
  const std::vector<float> weights = {127, 1.4f, 1.75f}, bias = {5};
  WeightedInputs inputs = inputs_of(weights, bias, 1);
  inputs.x_means = {100, 10, 20};
  const QuantizedWeights q = quantize_weights(inputs, activation(8, 1, 0), QuantMethod::kMaxAbs, 8);
  EXPECT_EQ(q.weights, (std::vector<int8_t>{127, 1, 2}));
  EXPECT_EQ(q.bias, (std::vector<int32_t>{4}));
}

TEST(QuantizeWeightsTest, AGroupTakesTheMeansOfItsInputChannels) {
  const std::vector<float> weights = {127, 0.25f, 127, 0.25f}, bias = {0, 0};
  WeightedInputs inputs = inputs_of(weights, bias, 2);
  inputs.groups = 2;
  inputs.x_means = {0, 40, 0, 80};
  const QuantizedWeights q = quantize_weights(inputs, activation(8, 1, 0), QuantMethod::kMaxAbs, 8);
  EXPECT_EQ(q.bias, (std::vector<int32_t>{10, 20}));
}

TEST(QuantizeWeightsTest, AMeanOutsideOfTheLevelsCountsAsTheirEnd) {
  const std::vector<float> weights = {127, 0.25f};
  WeightedInputs inputs = inputs_of(weights, {}, 1);
  inputs.x_means = {0, 1e30};
  EXPECT_EQ(quantize_weights(inputs, activation(8, 1, 55), QuantMethod::kMaxAbs, 8).bias[0], 50);
  inputs.x_means = {0, -1e30};
  EXPECT_EQ(quantize_weights(inputs, activation(8, 1, 100), QuantMethod::kMaxAbs, 8).bias[0], -25);
}

TEST(QuantizeWeightsTest, ErrorsOfTheTapsOfAnInputChannelCancel) {
  // Two input channels, interleaved; scale 1. Four times 1.4 is 5.6: two taps go up, the last two as they are equal.
  const std::vector<float> weights = {127, 1.4f, 0, 1.4f, 0, 1.4f, 0.3f, 1.4f};
  WeightedInputs inputs = inputs_of(weights, {}, 1);
  inputs.taps = 4;
  const QuantizedWeights q = quantize_weights(inputs, activation(8, 1, 0), QuantMethod::kMaxAbs, 8);
  EXPECT_EQ(q.weights, (std::vector<int8_t>{127, 2, 0, 2, 0, 1, 0, 1}));
}

// Of all ways to round each tap down or up, with their sum next to the exact one, the least squared error.
TEST(QuantizeWeightsTest, TapsAreRoundedAtTheLeastCost) {
  std::mt19937 random(5);
  std::normal_distribution<float> normal;
  for (int round = 0; round < 200; ++round) {
    const size_t taps = 1 + random() % 9;
    std::vector<float> weights(taps);
    for (float& w : weights) w = normal(random);
    WeightedInputs inputs = inputs_of(weights, {}, 1);
    inputs.taps = taps;
    const int bits = 2 + static_cast<int>(random() % 7), levels = (1 << (bits - 1)) - 1;
    const QuantizedWeights q = quantize_weights(inputs, activation(8, 1, 0), QuantMethod::kMaxAbs, bits);
    const double scale = q.quantization.scale[0];
    double sum = 0, cost = 0;
    for (size_t i = 0; i < taps; ++i) {
      const double error = weights[i] / scale - q.weights[i];
      EXPECT_LT(std::fabs(error), 1 + 1e-6);
      sum += error;
      cost += error * error;
    }
    EXPECT_LE(std::fabs(sum), 0.5 + 1e-6);
    for (unsigned up = 0; up < 1u << taps; ++up) {
      double other_sum = 0, other_cost = 0;
      bool fits = true;
      for (size_t i = 0; i < taps; ++i) {
        const double level = std::floor(weights[i] / scale) + (up >> i & 1);
        fits = fits && std::fabs(level) <= levels;
        other_sum += weights[i] / scale - level;
        other_cost += std::pow(weights[i] / scale - level, 2);
      }
      if (fits && std::fabs(other_sum) <= 0.5) {
        EXPECT_LE(cost, other_cost + 1e-6);
      }
    }
  }
}

TEST(QuantizeWeightsTest, WhatClippedTapsLoseMovesNoOthers) {
  // Most weights are 1, so that MSE chooses a scale near 1 and clips the six of 1.4.
  std::vector<float> weights(64, 1.0f);
  for (size_t i = 0; i < 6; ++i) weights[i] = 1.4f;
  for (size_t i = 6; i < 12; ++i) weights[i] = 0;
  WeightedInputs inputs = inputs_of(weights, {}, 1);
  inputs.taps = 64;
  const QuantizedWeights q = quantize_weights(inputs, activation(8, 1, 0), QuantMethod::kMse, 2);
  ASSERT_LT(q.quantization.scale[0], 1.1f);
  for (size_t i = 0; i < 12; ++i) EXPECT_EQ(q.weights[i], i < 6 ? 1 : 0) << i;
}

TEST(QuantizeWeightsTest, ClippedWeightsStayAtTheEnd) {
  std::vector<float> weights(64, 1.0f);
  weights[5] = 4;
  WeightedInputs inputs = inputs_of(weights, {}, 1);
  inputs.taps = 64;
  const QuantizedWeights q = quantize_weights(inputs, activation(8, 1, 0), QuantMethod::kMse, 2);
  ASSERT_LT(q.quantization.scale[0], 2);
  EXPECT_EQ(q.weights[5], 1);
  EXPECT_GE(std::count(q.weights.begin(), q.weights.end(), 1), 60) << "what clipping loses is the bias' to mend";
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

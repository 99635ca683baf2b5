// Conv2D and MatMul.
#include <gtest/gtest.h>

#include <cmath>

#include "venus/core/test_util.h"
#include "venus/ops/conv2d_params.h"

namespace magik::rt::test {
namespace {

using Ints = std::vector<int64_t>;
using Floats = std::vector<float>;

// A random node: shapes, attributes, and what the independent computation below needs.
struct Case {
  Shape x, weight;
  int stride[2], dilation[2], pads[4];
  int group;
  bool bias;

  Attributes attributes() const {
    Attributes a;
    a.set("strides", Ints{stride[0], stride[1]});
    a.set("dilations", Ints{dilation[0], dilation[1]});
    a.set("pads", Ints{pads[0], pads[1], pads[2], pads[3]});
    a.set("group", group);
    return a;
  }
};

Case random_case(std::mt19937& random) {
  const auto pick = [&](int lo, int hi) { return uniform_int(random, lo, hi); };
  Case c{};
  c.group = pick(1, 3);
  const int in = pick(1, 5), out = pick(1, 4) * c.group;
  c.weight = {out, pick(1, 4), pick(1, 4), in};
  for (int axis = 0; axis < 2; ++axis) {
    c.stride[axis] = pick(1, 3);
    c.dilation[axis] = pick(1, 2);
    c.pads[axis] = pick(0, 2);
    c.pads[axis + 2] = pick(0, 2);
  }
  c.x = {pick(1, 2), pick(7, 12), pick(7, 12), in * c.group};
  c.bias = pick(0, 1) != 0;
  return c;
}

// The sum of x * w over the window at output (n, oy, ox, o), as an exact double. `value(element)` and `padding` give
// the factors.
template <typename X, typename W>
double exact_sum(const Case& c, const OwnedTensor& x, const OwnedTensor& w, int n, int oy, int ox, int o, double zero,
                 double padding) {
  double sum = 0;
  const int in = c.weight[3], g = o / (c.weight[0] / c.group);
  for (int ky = 0; ky < c.weight[1]; ++ky) {
    for (int kx = 0; kx < c.weight[2]; ++kx) {
      const int y = oy * c.stride[0] - c.pads[0] + ky * c.dilation[0];
      const int xx = ox * c.stride[1] - c.pads[1] + kx * c.dilation[1];
      const bool inside = y >= 0 && y < c.x[1] && xx >= 0 && xx < c.x[2];
      for (int i = 0; i < in; ++i) {
        const int64_t at = ((int64_t{n} * c.x[1] + y) * c.x[2] + xx) * c.x[3] + g * in + i;
        const double value = inside ? static_cast<double>(x.at<X>(at)) - zero : padding;
        sum += value * static_cast<double>(w.at<W>(((o * c.weight[1] + ky) * c.weight[2] + kx) * in + i));
      }
    }
  }
  return sum;
}

template <typename Check>
void for_each_output(const Shape& shape, const Check& check) {
  int64_t i = 0;
  for (int n = 0; n < shape[0]; ++n) {
    for (int y = 0; y < shape[1]; ++y) {
      for (int x = 0; x < shape[2]; ++x) {
        for (int o = 0; o < shape[3]; ++o) check(n, y, x, o, i++);
      }
    }
  }
}

TEST(Conv2D, HandComputed) {
  Attributes a;
  a.set("pads", Ints{0, 1, 0, 0});
  a.set("activation", "relu");
  // 1x1x3 image, a 1x2 kernel, one channel: 0*1 + 1*10, 1*1 + 2*10, 2*1 - 3*10, plus 0.5.
  const auto y =
      run_reference("Conv2D", a,
                    {tensor_of<float>({1, 1, 3, 1}, {1, 2, -3}), constant(tensor_of<float>({1, 1, 2, 1}, {1, 10})),
                     constant(tensor_of<float>({1}, {0.5f}))});
  EXPECT_EQ(y[0].shape, Shape({1, 1, 3, 1}));
  EXPECT_EQ(y[0].values<float>(), Floats({10.5f, 21.5f, 0}));
}

TEST(Conv2D, FloatAgreesWithDouble) {
  std::mt19937 random(1);
  for (int round = 0; round < 40; ++round) {
    const Case c = random_case(random);
    const OwnedTensor x = random_tensor(random, ElementType::kFloat32, c.x, {}, c.x[3] + 3);
    const OwnedTensor w = constant(random_tensor(random, ElementType::kFloat32, c.weight));
    const OwnedTensor bias = constant(random_tensor(random, ElementType::kFloat32, {c.weight[0]}));
    const auto y = run_reference("Conv2D", c.attributes(), {x, w, c.bias ? bias : OwnedTensor()}, {{{}, 64}});
    for_each_output(y[0].shape, [&](int n, int oy, int ox, int o, int64_t i) {
      const double expected =
          exact_sum<float, float>(c, x, w, n, oy, ox, o, 0, 0) + (c.bias ? double{bias.at<float>(o)} : 0);
      ASSERT_NEAR(y[0].at<float>(i), expected, 1e-4);
    });
  }
}

template <typename X>
void check_quantized(int bits, int accumulator_bits) {
  std::mt19937 random(static_cast<unsigned>(bits));
  for (int round = 0; round < 20; ++round) {
    const Case c = random_case(random);
    const int32_t zero = uniform_int(random, 0, (1 << bits) - 1), out_zero = uniform_int(random, 0, 255);
    const float x_scale = 0.03f, y_scale = uniform(random, 0.5f, 2.0f) * static_cast<float>(1 << bits) / 256;
    Floats w_scale;
    for (int o = 0; o < c.weight[0]; ++o) w_scale.push_back(uniform(random, 0.01f, 0.02f));
    const OwnedTensor x = random_tensor(random, activation_type(bits), c.x, levels(bits, x_scale, zero));
    const OwnedTensor w = constant(random_tensor(random, ElementType::kInt8, c.weight, weight_levels(8, w_scale)));
    const OwnedTensor bias = constant(random_tensor(random, ElementType::kInt32, {c.weight[0]}));
    Attributes a = c.attributes();
    a.set("accumulator_bits", accumulator_bits);
    const auto y = run_reference("Conv2D", a, {x, w, c.bias ? bias : OwnedTensor()}, {{levels(8, y_scale, out_zero)}});
    const auto real = run_reference("Conv2D", a, {x, w, c.bias ? bias : OwnedTensor()});
    ASSERT_EQ(real[0].type, ElementType::kFloat32);
    for_each_output(y[0].shape, [&](int n, int oy, int ox, int o, int64_t i) {
      const double acc = exact_sum<X, int8_t>(c, x, w, n, oy, ox, o, zero, 0) + (c.bias ? bias.at<int32_t>(o) : 0);
      const float m = static_cast<float>(double{x_scale} * w_scale[o] / y_scale);
      const float t = static_cast<float>(acc) * m;
      const double level = std::min(std::max(std::nearbyint(double{t}) + out_zero, 0.0), 255.0);
      ASSERT_EQ(y[0].at<uint8_t>(i), level);
      ASSERT_EQ(real[0].at<float>(i), static_cast<float>(acc) * static_cast<float>(double{x_scale} * w_scale[o]));
    });
  }
}

TEST(Conv2D, QuantizedIsExact) {
  check_quantized<uint8_t>(8, 32);
  check_quantized<uint8_t>(4, 32);
  check_quantized<uint16_t>(12, 32);
}
TEST(Conv2D, QuantizedWith64BitAccumulatorIsExact) { check_quantized<uint16_t>(16, 64); }

TEST(Conv2D, SumsOf32BitsWrapAround) {
  const int32_t most = std::numeric_limits<int32_t>::max();
  const OwnedTensor x = tensor_of<uint8_t>({1, 1, 1, 1}, {1}, levels(8, 1, 0));
  const OwnedTensor w = constant(tensor_of<int8_t>({1, 1, 1, 1}, {1}, weight_levels(8, {1})));
  const OwnedTensor bias = constant(tensor_of<int32_t>({1}, {most}));
  EXPECT_EQ(run_reference("Conv2D", {}, {x, w, bias})[0].values<float>(), Floats({-2147483648.0f}));
  Attributes a;
  a.set("accumulator_bits", 64);
  EXPECT_EQ(run_reference("Conv2D", a, {x, w, bias})[0].values<float>(), Floats({2147483648.0f}));
}

TEST(Conv2D, PadsWithTheValueOfEachChannel) {
  Attributes a;
  a.set("pads", Ints{0, 1, 0, 1});
  a.set("pad_value", Floats{2.0f, -1.0f});
  const Floats w = {1, 10, 0, 0, 0, 0};  // the left tap only
  const auto y =
      run_reference("Conv2D", a, {tensor_of<float>({1, 1, 1, 2}, {5, 5}), constant(tensor_of<float>({1, 1, 3, 2}, w))});
  EXPECT_EQ(y[0].values<float>(), Floats({2 - 10}));
  // Levels: 2 / 0.5 + 3 = 7; -1 / 0.5 + 3 = 1; minus the zero point 4 and -2.
  const auto q = run_reference("Conv2D", a,
                               {tensor_of<uint8_t>({1, 1, 1, 2}, {5, 5}, levels(8, 0.5f, 3)),
                                constant(tensor_of<int8_t>({1, 1, 3, 2}, {1, 10, 0, 0, 0, 0}, weight_levels(8, {1})))});
  EXPECT_EQ(q[0].values<float>(), Floats({(4 - 20) * 0.5f}));
}

TEST(Conv2D, AutoPadFollowsTheInput) {
  Attributes a;
  a.set("strides", Ints{2, 2});
  const OwnedTensor x = tensor_of<float>({1, 1, 4, 1}, {1, 2, 3, 4});
  const OwnedTensor w = constant(tensor_of<float>({1, 1, 3, 1}, {1, 10, 100}));
  a.set("auto_pad", "SAME_UPPER");
  EXPECT_EQ(run_reference("Conv2D", a, {x, w})[0].values<float>(), Floats({321, 43}));
  a.set("auto_pad", "SAME_LOWER");
  EXPECT_EQ(run_reference("Conv2D", a, {x, w})[0].values<float>(), Floats({210, 432}));
  a.set("auto_pad", "VALID");
  EXPECT_EQ(run_reference("Conv2D", a, {x, w})[0].values<float>(), Floats({321}));
}

// One pixel, one channel per weight: outputs are x * w with scale 1.
std::vector<OwnedTensor> products(const std::vector<int8_t>& w, int32_t x) {
  const int32_t n = static_cast<int32_t>(w.size());
  return {tensor_of<uint8_t>({1, 1}, {static_cast<uint8_t>(x)}, levels(8, 1, 0)),
          constant(tensor_of<int8_t>({n, 1}, w, weight_levels(8, {1})))};
}

TEST(MatMul, FusedClampsAreRangesOfLevels) {
  Attributes a;
  a.set("activation", "clip");
  a.set("act_min", -2.0f);
  a.set("act_max", 6.0f);
  const auto y = run_reference("MatMul", a, products({-9, -1, 3, 5, 90}, 2), {{levels(8, 1, 100)}});
  EXPECT_EQ(y[0].values<uint8_t>(), std::vector<uint8_t>({98, 98, 106, 106, 106}));
  a.set("activation", "relu");
  const auto z = run_reference("MatMul", a, products({-9, -1, 3, 5, 90}, 2), {{levels(8, 1, 100)}});
  EXPECT_EQ(z[0].values<uint8_t>(), std::vector<uint8_t>({100, 100, 106, 110, 255}));
}

TEST(MatMul, FusedSlopesMultiplyNegativeValues) {
  Attributes a;
  a.set("activation", "leaky_relu");
  a.set("act_alpha", 0.25f);
  EXPECT_EQ(run_reference("MatMul", a, products({-8, 8}, 2), {{levels(8, 1, 100)}})[0].values<uint8_t>(),
            std::vector<uint8_t>({96, 116}));
  EXPECT_EQ(run_reference("MatMul", a, products({-8, 8}, 2))[0].values<float>(), Floats({-4, 16}));
  a.set("activation", "prelu");
  std::vector<OwnedTensor> inputs = products({-8, -8}, 2);
  inputs.push_back({});
  EXPECT_EQ(reference_error("MatMul", a, inputs), "activation 'prelu' needs its slopes as input 3");
  inputs.push_back(constant(tensor_of<float>({2}, {0.5f, -0.25f})));
  EXPECT_EQ(run_reference("MatMul", a, inputs, {{levels(8, 1, 100)}})[0].values<uint8_t>(),
            std::vector<uint8_t>({92, 104}));
  EXPECT_EQ(run_reference("MatMul", a, inputs)[0].values<float>(), Floats({-8, 4}));
}

TEST(MatMul, FusedSmoothActivationsLookUpATable) {
  Attributes a;
  a.set("activation", "sigmoid");
  a.set("pre_bits", 2);
  a.set("pre_scale", 4.0f);
  a.set("pre_zero_point", 1);
  std::vector<OwnedTensor> inputs = products({-9, 0, 2, 7}, 2);
  inputs.resize(5);
  EXPECT_EQ(reference_error("MatMul", a, inputs, {{levels(8, 1, 0)}}),
            "a smooth activation with a quantized output needs its table as input 4");
  inputs[4] = constant(tensor_of<uint8_t>({4}, {10, 20, 30, 40}));
  // Pre-activation levels: -18 / 4 + 1 -> 0, 1, 4 / 4 + 1 = 2, 14 / 4 + 1 -> 3 (clamped).
  EXPECT_EQ(run_reference("MatMul", a, inputs, {{levels(8, 1, 0)}})[0].values<uint8_t>(),
            std::vector<uint8_t>({10, 20, 30, 40}));
  EXPECT_EQ(reference_error("MatMul", a, inputs, {{levels(5, 1, 0)}}),
            "entry 3 of the table is 40, but the output's levels end at 31");
  const auto real = run_reference("MatMul", a, inputs);
  EXPECT_NEAR(real[0].at<float>(2), 1 / (1 + std::exp(-4.0)), 1e-6);
}

TEST(MatMul, KeepsTheLeadingAxes) {
  const auto y = run_reference(
      "MatMul", {},
      {tensor_of<float>({2, 1, 2}, {1, 2, 3, 4}), constant(tensor_of<float>({3, 2}, {1, 0, 0, 1, 1, 1}))});
  EXPECT_EQ(y[0].shape, Shape({2, 1, 3}));
  EXPECT_EQ(y[0].values<float>(), Floats({1, 2, 3, 3, 4, 7}));
}

TEST(Conv2D, IsTheSameOnTwoThreads) {
  std::mt19937 random(3);
  const std::vector<OwnedTensor> inputs = {random_tensor(random, ElementType::kFloat32, {2, 9, 9, 4}),
                                           constant(random_tensor(random, ElementType::kFloat32, {5, 3, 3, 4}))};
  Result<TestNode> node = try_make_node("Conv2D", {}, inputs);
  ASSERT_TRUE(node.ok()) << node.message();
  ASSERT_TRUE(run_kernel(find_operator("Conv2D")->reference, node.value(), 2).ok());
  EXPECT_EQ(node.value().outputs[0].bytes, run_reference("Conv2D", {}, inputs)[0].bytes);
}

TEST(Conv2D, BadNodesAreErrors) {
  const OwnedTensor x({ElementType::kFloat32}, {1, 4, 4, 4});
  const auto weight = [](Shape shape) { return constant(OwnedTensor(ElementType::kFloat32, shape)); };
  const auto error = [&](const char* name, Attributes::Data value, Shape w = {4, 3, 3, 4}) {
    Attributes a;
    if (name[0] != 0) a.put(name, std::move(value));
    return reference_error("Conv2D", a, {x, weight(w)});
  };
  EXPECT_EQ(error("", Ints{}), "");
  EXPECT_EQ(error("", Ints{}, {4, 3, 3, 3}),
            "node 'node' (Conv2D): the input has 4 channels, but weights of shape 4x3x3x3 in 1 groups need 3");
  EXPECT_EQ(error("group", Ints{3}),
            "node 'node' (Conv2D): attribute 'group' is 3, which does not divide the 4 output channels");
  EXPECT_EQ(error("strides", Ints{0, 1}),
            "node 'node' (Conv2D): attribute 'strides' contains 0; expected are 1 to 32768");
  EXPECT_EQ(error("pads", Ints{1, 1}), "node 'node' (Conv2D): attribute 'pads' has 2 values instead of 4");
  EXPECT_EQ(error("", Ints{}, {4, 5, 3, 4}),
            "node 'node' (Conv2D): a window of 5 does not fit into the input's height of 4 with pads 0 and 0");
  EXPECT_EQ(
      error("auto_pad", std::string("SAME")),
      "node 'node' (Conv2D): attribute 'auto_pad' is 'SAME'; known are SAME_UPPER, SAME_LOWER, VALID and the empty "
      "text");
  EXPECT_EQ(error("pad_value", Floats{1.0f}), "attribute 'pad_value' has 1 values, but the input has 4 channels");
  EXPECT_EQ(error("activation", std::string("swish")).substr(0, 33), "attribute 'activation' is 'swish'");

  const OwnedTensor q(ElementType::kUint8, {1, 1}, levels(8, 1, 0));
  const auto w = [](Quantization quantization) {
    return constant(OwnedTensor(ElementType::kInt8, {2, 1}, std::move(quantization)));
  };
  EXPECT_EQ(reference_error("MatMul", {}, {q, w(weight_levels(8, {1, 2, 3}))}),
            "the weights have 3 scales along axis 0; expected are one, or 2 along axis 0");
  EXPECT_EQ(reference_error("MatMul", {}, {q, w(weight_levels(8, {-1}))}),
            "the scales of inputs and output give the multiplier -1; it must be finite and not negative");
  EXPECT_EQ(
      reference_error("MatMul", {}, {q, w(weight_levels(8, {1})), constant(OwnedTensor(ElementType::kFloat32, {2}))}),
      "the bias must be a constant of 2 int32 values, but it is float32 of shape 2");
  EXPECT_EQ(reference_error("MatMul", {}, {OwnedTensor(ElementType::kUint8, {1, 1}, levels(8, 1, 300)), w({})}),
            "input 0 has zero point 300 outside of its levels 0..255");
}

}  // namespace
}  // namespace magik::rt::test

// For tests: random nodes of the operators that have fast kernels. A seed gives the same node on every machine:
// std::mt19937's numbers are the standard's, distributions (which are not) are not used, and no two throws of the dice
// stand in one function call's arguments.
#pragma once

#include "venus/core/math.h"
#include "venus/core/test_util.h"

namespace magik::rt::test {

// A random source of node parameters.
struct Dice {
  std::mt19937 engine;
  int32_t in(int32_t lo, int32_t hi) { return uniform_int(engine, lo, hi); }
  bool one_in(int n) { return in(1, n) == 1; }
  template <typename T>
  T any(std::initializer_list<T> choices) {
    return *(choices.begin() + in(0, static_cast<int32_t>(choices.size()) - 1));
  }
  // Below, at, above and at multiples of the vector widths.
  int32_t channels() { return any({1, 1, 3, 7, 8, 9, 15, 16, 17, 24, 31, 32, 33, 40, 48, 63, 64, 65, 100}); }
  int64_t pitch(int32_t channels) { return one_in(3) ? channels + in(1, 9) : 0; }
};

// What a kernel reads: bytes, or 16-bit words too.
struct Limits {
  bool words = true;
};

// Scales about `scale`; now and then a power of two, which makes ties when levels are rounded, or one that makes every
// level saturate or vanish.
inline float random_scale(Dice& dice, float scale) {
  if (dice.one_in(3)) return float_from_bits(float_bits(scale) & 0x7f800000u) * power_of_two(dice.in(-2, 2));
  if (dice.one_in(16)) return scale * power_of_two(dice.any({-30, 30}));
  return scale;
}

inline Quantization random_levels(Dice& dice, const Limits& limits, float scale) {
  const int bits = limits.words ? dice.any({8, 8, 8, 4, 12, dice.in(2, 12)}) : dice.any({8, 8, 8, 4, dice.in(2, 8)});
  const int32_t most = (1 << bits) - 1;
  const float wide = random_scale(dice, scale * 255.0f / static_cast<float>(most));
  return levels(bits, wide, dice.any({0, most, dice.in(0, most)}));
}

inline OwnedTensor random_levels_tensor(Dice& dice, const Limits& limits, const Shape& shape, float scale = 0.02f) {
  Quantization quantization = random_levels(dice, limits, scale);
  const ElementType type = activation_type(quantization.bits);
  return random_tensor(dice.engine, type, shape, std::move(quantization), dice.pitch(shape.back()));
}

// Entries 0..count-1 of an activation's table, as levels of `output`.
inline OwnedTensor random_table(Dice& dice, int64_t count, const Quantization& output) {
  return constant(random_tensor(dice.engine, activation_type(output.bits), {static_cast<int32_t>(count)}, output));
}

inline OwnedTensor random_bias(Dice& dice, int32_t channels) {
  const int32_t most = dice.any({20000, 20000, 100, (1 << 30) - 1});
  OwnedTensor bias(ElementType::kInt32, {channels});
  for (int32_t i = 0; i < channels; ++i) bias.at<int32_t>(i) = dice.in(-most, most);
  return constant(std::move(bias));
}

inline OwnedTensor random_weights(Dice& dice, const Shape& shape) {
  const int bits = dice.any({8, 8, 8, 4, dice.in(2, 8)});
  const int32_t most = (1 << (bits - 1)) - 1;
  const float wide = 127.0f / static_cast<float>(most);
  const bool powers = dice.one_in(3), tiny = dice.one_in(16);  // ties, and subnormal multipliers
  std::vector<float> scales;
  for (int32_t i = 0; i < shape[0]; ++i) {
    const float scale = powers ? power_of_two(dice.in(-10, -4)) : uniform(dice.engine, 0.0005f, 0.002f) * wide;
    scales.push_back(tiny ? scale * power_of_two(-110) : scale);
  }
  OwnedTensor weights = random_tensor(dice.engine, ElementType::kInt8, shape, weight_levels(bits, scales));
  if (dice.one_in(4)) {  // saturating
    for (int64_t i = 0; i < shape.elements(); ++i) {
      weights.at<int8_t>(i) = static_cast<int8_t>(dice.one_in(2) ? most : -most);
    }
  }
  return constant(std::move(weights));
}

// Adds a random fused activation, and for weighted operators the inputs that it needs.
inline void add_activation(Dice& dice, Attributes& attributes, std::vector<OwnedTensor>& inputs,
                           const Quantization& output, int32_t channels, bool weighted) {
  const std::string activation =
      dice.any<const char*>({"", "relu", "clip", "leaky_relu", "silu", weighted ? "prelu" : "relu"});
  attributes.set("activation", activation);
  attributes.set("act_min", -0.5f);
  attributes.set("act_max", 1.25f);
  attributes.set("act_alpha", 0.1f);
  const size_t slopes = 3, table = weighted ? 4 : 2;
  if (activation == "prelu") {
    inputs.resize(slopes);
    inputs.push_back(constant(random_tensor(dice.engine, ElementType::kFloat32, {channels})));
  }
  if (activation == "silu" && output.enabled()) {
    const int pre_bits = dice.any({8, 12});
    attributes.set("pre_bits", pre_bits);
    attributes.set("pre_scale", 16.0f / static_cast<float>(1 << pre_bits));
    attributes.set("pre_zero_point", 1 << (pre_bits - 1));
    inputs.resize(table);
    inputs.push_back(random_table(dice, int64_t{1} << pre_bits, output));
  }
}

// A random output: now and then float, if that is supported.
inline OutputSpec random_output(Dice& dice, int32_t channels, bool may_be_float) {
  OutputSpec spec;
  if (may_be_float && dice.one_in(5)) {
    spec.type = ElementType::kFloat32;
  } else {
    spec.quantization = random_levels(dice, Limits(), 0.05f);  // kernels that read bytes only write words too
  }
  spec.pitch = dice.pitch(channels);
  return spec;
}

enum class ConvGroups { kWide, kDepthwise, kSmall };  // kWide: one, or of at least 8 channels

inline Result<TestNode> random_conv2d(Dice& dice, const Limits& limits, ConvGroups groups) {
  const bool depthwise = groups == ConvGroups::kDepthwise, small = groups == ConvGroups::kSmall;
  const int32_t group = depthwise ? dice.channels() : small ? dice.any({2, 3, 5, 16}) : dice.any({1, 1, 1, 1, 2, 3});
  const bool rgba = group == 1 && !depthwise && dice.one_in(8);  // pixels of 4 bytes
  int32_t group_in = 1, group_out = 1;
  if (small) {
    group_in = dice.any({1, 2, 3, 7});
    group_out = dice.any({1, 1, 2, 5});
  } else if (!depthwise) {
    group_in = group > 1 ? dice.any({8, 11, 16}) : rgba ? 3 : dice.channels();
    group_out = group > 1 ? dice.any({8, 9, 24, 33}) : dice.channels();
  }
  const int32_t kernel_h = dice.any({1, 1, 2, 3, 3, 5}), kernel_w = dice.one_in(4) ? dice.in(1, 7) : kernel_h;
  std::vector<int64_t> strides = {1, 1}, dilations = {1, 1}, pads = {0, 0, 0, 0};
  if (dice.one_in(2)) strides = {dice.in(1, 3), dice.in(1, 3)};
  if (dice.one_in(4)) dilations = {dice.in(1, 3), dice.in(1, 3)};
  if (dice.one_in(2)) pads = {dice.in(0, 4), dice.in(0, 4), dice.in(0, 4), dice.in(0, 4)};
  const int32_t h = static_cast<int32_t>((kernel_h - 1) * dilations[0]) + dice.in(1, 9);
  const int32_t w = static_cast<int32_t>((kernel_w - 1) * dilations[1]) + dice.in(1, 12);
  OwnedTensor x = random_levels_tensor(dice, limits, {dice.in(1, 2), h, w, group * group_in});
  if (rgba) x = random_tensor(dice.engine, ElementType::kUint8, x.shape, levels(8, 0.02f, 7), 4);
  Attributes attributes;
  attributes.set("group", int64_t{group});
  attributes.set("strides", strides);
  attributes.set("dilations", dilations);
  attributes.set("pads", pads);
  if (dice.one_in(6)) attributes.set("auto_pad", dice.any<const char*>({"SAME_UPPER", "SAME_LOWER", "VALID"}));
  if (dice.one_in(4)) {
    std::vector<float> values;
    for (int32_t i = 0; i < group * group_in; ++i) values.push_back(uniform(dice.engine, -2.0f, 2.0f));
    attributes.set("pad_value", values);
  }
  const int32_t channels = group * group_out;
  std::vector<OwnedTensor> inputs = {std::move(x), random_weights(dice, {channels, kernel_h, kernel_w, group_in})};
  if (!dice.one_in(4)) inputs.push_back(random_bias(dice, channels));
  const OutputSpec spec = random_output(dice, channels, !depthwise);
  add_activation(dice, attributes, inputs, spec.quantization, channels, true);
  return try_make_node("Conv2D", attributes, std::move(inputs), {spec});
}

inline Result<TestNode> random_matmul(Dice& dice, const Limits& limits) {
  const bool long_sums = dice.one_in(8), many_outputs = !long_sums && dice.one_in(8);
  const int32_t k = long_sums ? 5000 : dice.channels(), n = many_outputs ? 1000 : dice.channels();
  const Shape shape = dice.one_in(2) ? Shape{dice.in(1, 20), k} : Shape{dice.in(1, 3), dice.in(1, 9), k};
  std::vector<OwnedTensor> inputs = {random_levels_tensor(dice, limits, shape), random_weights(dice, {n, k})};
  if (!dice.one_in(4)) inputs.push_back(random_bias(dice, n));
  const OutputSpec spec = random_output(dice, n, true);
  Attributes attributes;
  add_activation(dice, attributes, inputs, spec.quantization, n, true);
  return try_make_node("MatMul", attributes, std::move(inputs), {spec});
}

inline Result<TestNode> random_pool(Dice& dice, const Limits& limits, const std::string& op) {
  const bool average = op == "AveragePool" || op == "GlobalAveragePool";
  const int32_t channels = dice.channels();
  Attributes attributes;
  const int32_t kernel_h = dice.in(1, 4), kernel_w = dice.in(1, 4);
  if (op == "MaxPool" || op == "AveragePool") {
    attributes.set("kernel", std::vector<int64_t>{kernel_h, kernel_w});
    attributes.set("strides", std::vector<int64_t>{dice.in(1, 3), dice.in(1, 3)});
    attributes.set("pads", std::vector<int64_t>{dice.in(0, kernel_h - 1), dice.in(0, kernel_w - 1),
                                                dice.in(0, kernel_h - 1), dice.in(0, kernel_w - 1)});
    attributes.set("ceil_mode", dice.in(0, 1));
    if (dice.one_in(6)) attributes.set("auto_pad", dice.any<const char*>({"SAME_UPPER", "SAME_LOWER", "VALID"}));
    if (average) attributes.set("count_include_pad", dice.in(0, 1));
    if (!average && dice.one_in(3)) attributes.set("dilations", std::vector<int64_t>{dice.in(1, 2), dice.in(1, 2)});
  }
  OwnedTensor x = random_levels_tensor(dice, limits, {dice.in(1, 2), dice.in(7, 12), dice.in(7, 12), channels});
  OutputSpec spec;
  spec.quantization = x.quantization;
  if (average && !dice.one_in(3)) spec.quantization.scale[0] *= uniform(dice.engine, 0.3f, 1.1f);  // else ties
  if (average) spec.quantization.zero_point[0] /= 2;
  spec.pitch = dice.pitch(channels);
  return try_make_node(op, attributes, {std::move(x)}, {spec});
}

// Shapes of two tensors that broadcasting makes one of.
inline std::pair<Shape, Shape> random_pair_shapes(Dice& dice) {
  const int32_t n = dice.in(1, 2), h = dice.in(1, 7), w = dice.in(1, 7), c = dice.channels();
  const Shape full = {n, h, w, c};
  return {full, dice.any<Shape>({full, full, {n, 1, 1, c}, {c}, {1}, {n, h, w, 1}, {1, h, 1, c}})};
}

inline Result<TestNode> random_pair(Dice& dice, const Limits& limits, const std::string& op) {
  const std::pair<Shape, Shape> shapes = random_pair_shapes(dice);
  const int32_t channels = shapes.first.back();
  const float scale = op == "EltwiseMul" ? 0.02f : 0.05f;
  std::vector<OwnedTensor> inputs = {random_levels_tensor(dice, limits, shapes.first, scale),
                                     random_levels_tensor(dice, limits, shapes.second, scale)};
  if (dice.one_in(4)) inputs[1] = constant(std::move(inputs[1]));
  if (dice.one_in(3)) std::swap(inputs[0], inputs[1]);
  const OutputSpec spec = random_output(dice, channels, false);
  Attributes attributes;
  if (op == "EltwiseAdd") add_activation(dice, attributes, inputs, spec.quantization, channels, false);
  return try_make_node(op, attributes, std::move(inputs), {spec});
}

// A function of one variable through its table; bytes or words.
inline Result<TestNode> random_lookup(Dice& dice, const std::string& op, bool words) {
  const int32_t c = dice.channels();
  const Quantization quantization = words ? levels(dice.in(9, 12), 0.02f, 7) : random_levels(dice, {false}, 0.02f);
  const ElementType type = activation_type(quantization.bits);
  const Shape shape = {dice.in(1, 3), dice.in(1, 40), c};
  OwnedTensor x = random_tensor(dice.engine, type, shape, quantization, dice.pitch(c));
  OutputSpec spec;
  spec.quantization = words ? levels(dice.in(9, 12), 0.02f, 7) : random_levels(dice, {false}, 0.02f);
  spec.pitch = dice.pitch(c);
  OwnedTensor table = random_table(dice, int64_t{1} << x.quantization.bits, spec.quantization);
  return try_make_node(op, {}, {std::move(x), std::move(table)}, {spec});
}

}  // namespace magik::rt::test

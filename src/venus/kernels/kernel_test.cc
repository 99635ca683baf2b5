// Every entry of kernel_list(), and the emulated AVX-512 VNNI tiles, against the reference kernel on seeded random
// nodes: equal bytes, with 1 and 2 threads. The kernel under test may decline none of them.
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <ostream>

#include "venus/core/test_util.h"
#include "venus/kernels/conv2d/conv2d_gemm.h"
#include "venus/kernels/emulated_avx512vnni.h"

namespace magik::rt {

// GoogleTest would print the entry's bytes, which change from run to run.
void PrintTo(const KernelEntry& entry, std::ostream* out) { *out << entry.name; }

namespace {

using namespace test;

constexpr int kNodes = 120;        // for each kernel
constexpr size_t kReadSlack = 64;  // SIMD kernels may read so much behind an input
constexpr uint8_t kUntouched = 0xa5;

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

Quantization random_levels(Dice& dice, const Limits& limits, float scale) {
  const int bits = limits.words ? dice.any({8, 8, 4, 7, 10, 12}) : dice.any({8, 8, 4, 7});
  const int32_t most = (1 << bits) - 1;
  return levels(bits, scale * 255.0f / static_cast<float>(most), dice.any({0, most, dice.in(0, most)}));
}

OwnedTensor random_levels_tensor(Dice& dice, const Limits& limits, const Shape& shape, float scale = 0.02f) {
  Quantization quantization = random_levels(dice, limits, scale);
  const ElementType type = activation_type(quantization.bits);
  return random_tensor(dice.engine, type, shape, std::move(quantization), dice.pitch(shape.back()));
}

// Entries 0..count-1 of an activation's table, as levels of `output`.
OwnedTensor random_table(Dice& dice, int64_t count, const Quantization& output) {
  return constant(random_tensor(dice.engine, activation_type(output.bits), {static_cast<int32_t>(count)}, output));
}

OwnedTensor random_bias(Dice& dice, int32_t channels) {
  OwnedTensor bias(ElementType::kInt32, {channels});
  for (int32_t i = 0; i < channels; ++i) bias.at<int32_t>(i) = dice.in(-20000, 20000);
  return constant(std::move(bias));
}

OwnedTensor random_weights(Dice& dice, const Shape& shape) {
  std::vector<float> scales;
  for (int32_t i = 0; i < shape[0]; ++i) scales.push_back(uniform(dice.engine, 0.0005f, 0.002f));
  OwnedTensor weights = random_tensor(dice.engine, ElementType::kInt8, shape, weight_levels(8, scales));
  if (dice.one_in(4)) {  // saturating
    for (int64_t i = 0; i < shape.elements(); ++i) weights.at<int8_t>(i) = dice.one_in(2) ? 127 : -127;
  }
  return constant(std::move(weights));
}

// Adds a random fused activation, and for weighted operators the inputs that it needs.
void add_activation(Dice& dice, Attributes& attributes, std::vector<OwnedTensor>& inputs, const Quantization& output,
                    int32_t channels, bool weighted) {
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
OutputSpec random_output(Dice& dice, int32_t channels, bool may_be_float) {
  OutputSpec spec;
  if (may_be_float && dice.one_in(5)) {
    spec.type = ElementType::kFloat32;
  } else {
    spec.quantization = random_levels(dice, Limits(), 0.05f);  // kernels that read bytes only write words too
  }
  spec.pitch = dice.pitch(channels);
  return spec;
}

Result<TestNode> random_conv2d(Dice& dice, const Limits& limits, bool depthwise) {
  const int32_t group = depthwise ? dice.channels() : dice.any({1, 1, 1, 1, 2, 3});
  const bool rgba = group == 1 && !depthwise && dice.one_in(8);  // pixels of 4 bytes
  const int32_t group_in = depthwise ? 1 : group > 1 ? dice.any({8, 11, 16}) : rgba ? 3 : dice.channels();
  const int32_t group_out = depthwise ? 1 : group > 1 ? dice.any({8, 9, 24, 33}) : dice.channels();
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

Result<TestNode> random_matmul(Dice& dice, const Limits& limits) {
  const int32_t k = dice.one_in(8) ? 5000 : dice.channels(), n = dice.one_in(8) ? 1000 : dice.channels();
  const Shape shape = dice.one_in(2) ? Shape{dice.in(1, 20), k} : Shape{dice.in(1, 3), dice.in(1, 9), k};
  std::vector<OwnedTensor> inputs = {random_levels_tensor(dice, limits, shape), random_weights(dice, {n, k})};
  if (!dice.one_in(4)) inputs.push_back(random_bias(dice, n));
  const OutputSpec spec = random_output(dice, n, true);
  Attributes attributes;
  add_activation(dice, attributes, inputs, spec.quantization, n, true);
  return try_make_node("MatMul", attributes, std::move(inputs), {spec});
}

Result<TestNode> random_pool(Dice& dice, const Limits& limits, const std::string& op) {
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
    if (average) attributes.set("count_include_pad", dice.in(0, 1));
    if (!average && dice.one_in(3)) attributes.set("dilations", std::vector<int64_t>{dice.in(1, 2), dice.in(1, 2)});
  }
  OwnedTensor x = random_levels_tensor(dice, limits, {dice.in(1, 2), dice.in(7, 12), dice.in(7, 12), channels});
  OutputSpec spec;
  spec.quantization = x.quantization;
  if (average) spec.quantization.scale[0] *= uniform(dice.engine, 0.3f, 1.1f);
  if (average) spec.quantization.zero_point[0] /= 2;
  spec.pitch = dice.pitch(channels);
  return try_make_node(op, attributes, {std::move(x)}, {spec});
}

Result<TestNode> random_pair(Dice& dice, const Limits& limits, const std::string& op) {
  const int32_t n = dice.in(1, 2), h = dice.in(1, 7), w = dice.in(1, 7), c = dice.channels();
  const Shape full = {n, h, w, c};
  const Shape other = dice.any<Shape>({full, full, {n, 1, 1, c}, {c}, {1}, {n, h, w, 1}, {1, h, 1, c}});
  const float scale = op == "EltwiseMul" ? 0.02f : 0.05f;
  std::vector<OwnedTensor> inputs = {random_levels_tensor(dice, limits, full, scale),
                                     random_levels_tensor(dice, limits, other, scale)};
  if (dice.one_in(4)) inputs[1] = constant(std::move(inputs[1]));
  if (dice.one_in(3)) std::swap(inputs[0], inputs[1]);
  const OutputSpec spec = random_output(dice, c, false);
  Attributes attributes;
  if (op == "EltwiseAdd") add_activation(dice, attributes, inputs, spec.quantization, c, false);
  return try_make_node(op, attributes, std::move(inputs), {spec});
}

Result<TestNode> random_lookup(Dice& dice, const std::string& op) {
  const int32_t c = dice.channels();
  OwnedTensor x = random_levels_tensor(dice, {false}, {dice.in(1, 3), dice.in(1, 40), c});
  OutputSpec spec;
  spec.quantization = random_levels(dice, {false}, 0.02f);
  spec.pitch = dice.pitch(c);
  OwnedTensor table = random_table(dice, int64_t{1} << x.quantization.bits, spec.quantization);
  return try_make_node(op, {}, {std::move(x), std::move(table)}, {spec});
}

Result<TestNode> random_node(const KernelEntry& entry, Dice& dice) {
  const std::string op = entry.op, name = entry.name;
  const bool bytes_only = name.find("avx512vnni") != std::string::npos || name.find("dotprod") != std::string::npos;
  const Limits limits = {!bytes_only};
  if (op == "Conv2D") return random_conv2d(dice, limits, name.find("depthwise") != std::string::npos);
  if (op == "MatMul") return random_matmul(dice, limits);
  if (op.find("Pool") != std::string::npos) return random_pool(dice, limits, op);
  if (op == "EltwiseAdd" || op == "EltwiseMul") return random_pair(dice, limits, op);
  if (name.find("lookup") != std::string::npos) return random_lookup(dice, op);
  return Status::error("kernel %s of %s has no generator of test nodes", entry.name, entry.op);
}

// The node's output memory, gaps between rows and what follows included, after a run on `create`.
Result<std::vector<uint8_t>> run(const TestNode& node, KernelFactory create, int threads) {
  TestNode copy = node;
  for (OwnedTensor& output : copy.outputs) std::fill(output.bytes.begin(), output.bytes.end(), kUntouched);
  // Vectors keep their addresses: tensors() below takes them after the slack is there.
  for (OwnedTensor& input : copy.inputs) {
    if (!input.constant) input.bytes.resize(input.bytes.size() + kReadSlack, kUntouched);
  }
  for (OwnedTensor& output : copy.outputs) output.bytes.resize(output.bytes.size() + kReadSlack, kUntouched);
  MAGIK_RETURN_IF_ERROR(run_kernel(create, copy, threads));
  return std::move(copy.outputs[0].bytes);
}

std::string describe(const TestNode& node) {
  std::string text = node.node.op;
  for (const OwnedTensor& tensor : node.inputs) {
    text += std::string(" ") + element_type_name(tensor.type) + "[" + tensor.shape.text() + "]/" +
            std::to_string(tensor.pitch);
  }
  const OwnedTensor& y = node.outputs[0];
  text += std::string(" -> ") + element_type_name(y.type) + "[" + y.shape.text() + "]/" + std::to_string(y.pitch);
  return text + " activation '" + node.node.attributes.text("activation") + "'";
}

class KernelTest : public testing::TestWithParam<KernelEntry> {};

TEST_P(KernelTest, EqualsReference) {
  const KernelEntry entry = GetParam();
  if (!cpu_has(entry.isa)) GTEST_SKIP() << "THIS CPU LACKS " << isa_name(entry.isa) << ": " << entry.name << " not run";
  for (int seed = 0; seed < kNodes; ++seed) {
    Dice dice{std::mt19937(static_cast<uint32_t>(seed))};
    Result<TestNode> node = random_node(entry, dice);
    ASSERT_TRUE(node.ok()) << node.message();
    SCOPED_TRACE("seed " + std::to_string(seed) + ": " + describe(node.value()));
    Result<std::vector<uint8_t>> expected = run(node.value(), find_operator(entry.op)->reference, 1);
    ASSERT_TRUE(expected.ok()) << expected.message();
    for (int threads = 1; threads <= 2; ++threads) {
      Result<std::vector<uint8_t>> actual = run(node.value(), entry.create, threads);
      ASSERT_TRUE(actual.ok()) << actual.message();
      ASSERT_TRUE(expected.value() == actual.value()) << "with " << threads << " threads";
    }
  }
}

#if defined(__x86_64__)
Result<std::unique_ptr<Kernel>> conv2d_emulated(const NodeTensors& tensors) {
  return kernels::make_conv2d_gemm(tensors, kernels::gemm_tiles_avx512vnni_emulated());
}
#endif

std::vector<KernelEntry> tested_kernels() {
  std::vector<KernelEntry> list = kernel_list();
#if defined(__x86_64__)
  list.push_back({"Conv2D", "conv2d_gemm_avx512vnni_emulated", Isa::kReference, conv2d_emulated});
  list.push_back({"MatMul", "matmul_gemm_avx512vnni_emulated", Isa::kReference, conv2d_emulated});
#endif
  return list;
}

INSTANTIATE_TEST_SUITE_P(All, KernelTest, testing::ValuesIn(tested_kernels()),
                         [](const testing::TestParamInfo<KernelEntry>& info) {
                           return std::string(info.param.op) + "_" + info.param.name;
                         });

TEST(KernelList, HasTheKernelSetsOfThisArchitecture) {
#if defined(__x86_64__)
  EXPECT_TRUE(build_has(Isa::kAvx2));
  EXPECT_TRUE(build_has(Isa::kAvx512Vnni));
#elif defined(__aarch64__)
  EXPECT_TRUE(build_has(Isa::kNeon));
  EXPECT_TRUE(build_has(Isa::kDotprod));
#elif defined(__arm__)
  EXPECT_TRUE(build_has(Isa::kNeon));
#elif defined(MAGIK_MSA)
  EXPECT_TRUE(build_has(Isa::kMsa));
#elif defined(__mips__)
  EXPECT_TRUE(build_has(Isa::kMips32));
#endif
}

// What kernels leave to others.
TEST(KernelList, GemmDeclinesSmallGroups) {
  Dice dice{std::mt19937(1)};
  Attributes attributes;
  attributes.set("group", 4);
  Result<TestNode> node = try_make_node(
      "Conv2D", attributes, {random_levels_tensor(dice, {false}, {1, 4, 4, 8}), random_weights(dice, {8, 1, 1, 2})},
      {{levels(8, 0.1f, 0)}});
  ASSERT_TRUE(node.ok()) << node.message();
  for (const KernelEntry& entry : kernel_list()) {
    if (entry.op != std::string("Conv2D")) continue;
    Result<std::unique_ptr<Kernel>> kernel = entry.create(node.value().tensors());
    ASSERT_TRUE(kernel.ok()) << kernel.message();
    EXPECT_EQ(kernel.value(), nullptr) << entry.name;
  }
}

}  // namespace
}  // namespace magik::rt

// Every entry of kernel_list(), and the emulated AVX-512 VNNI tiles, against the reference kernel on seeded random
// nodes: equal bytes, with 1 and 2 threads. The kernel under test may decline none of them.
#include <gtest/gtest.h>

#include <ostream>

#include "venus/kernels/conv2d/conv2d_gemm.h"
#include "venus/kernels/emulated_avx512vnni.h"
#include "venus/kernels/random_nodes.h"

namespace magik::rt {

// GoogleTest would print the entry's bytes, which change from run to run.
void PrintTo(const KernelEntry& entry, std::ostream* out) { *out << entry.name; }

namespace {

using namespace test;

constexpr int kNodes = 120;        // for each kernel
constexpr size_t kReadSlack = 64;  // SIMD kernels may read so much behind an input
constexpr uint8_t kUntouched = 0xa5;

Result<TestNode> random_node(const KernelEntry& entry, Dice& dice) {
  const std::string op = entry.op, name = entry.name;
  const bool bytes_only = name.find("avx512vnni") != std::string::npos || name.find("dotprod") != std::string::npos;
  const Limits limits = {!bytes_only};
  const bool depthwise = name.find("depthwise") != std::string::npos;
  const ConvGroups dense = dice.one_in(6) ? ConvGroups::kSmall : ConvGroups::kWide;
  if (op == "Conv2D") return random_conv2d(dice, limits, depthwise ? ConvGroups::kDepthwise : dense);
  if (op == "MatMul") return random_matmul(dice, limits);
  if (op.find("Pool") != std::string::npos) return random_pool(dice, limits, op);
  if (op == "EltwiseAdd" || op == "EltwiseMul") return random_pair(dice, limits, op);
  if (name.find("lookup") != std::string::npos) return random_lookup(dice, op, false);
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
TEST(KernelList, GemmDeclinesSmallGroupsThatCannotBeMerged) {
  Dice dice{std::mt19937(1)};
  Attributes attributes;
  attributes.set("group", 17);
  Result<TestNode> node = try_make_node(
      "Conv2D", attributes, {random_levels_tensor(dice, {false}, {1, 4, 4, 17}), random_weights(dice, {34, 1, 1, 1})},
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

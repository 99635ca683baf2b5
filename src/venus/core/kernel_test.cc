#include "venus/core/kernel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "venus/core/operator.h"

namespace magik::rt {
namespace {

constexpr Isa kAll[] = {Isa::kReference, Isa::kAvx2, Isa::kAvx512Vnni, Isa::kMips32,
                        Isa::kMsa,       Isa::kNeon, Isa::kDotprod};

TEST(Isa, NamesRoundTrip) {
  for (Isa isa : kAll) {
    auto found = isa_from_name(isa_name(isa));
    ASSERT_TRUE(found.ok());
    EXPECT_EQ(found.value(), isa);
  }
  EXPECT_EQ(isa_from_name("sse2").message(),
            "unknown instruction set 'sse2': expected one of reference, avx2, avx512vnni, mips32, msa, neon, dotprod");
}

TEST(Isa, EverythingBuildsOnReference) {
  for (Isa isa : kAll) {
    EXPECT_TRUE(isa_includes(isa, Isa::kReference));
    EXPECT_TRUE(isa_includes(isa, isa));
    EXPECT_EQ(isa_includes(Isa::kReference, isa), isa == Isa::kReference);
  }
  EXPECT_TRUE(isa_includes(Isa::kAvx512Vnni, Isa::kAvx2));
  EXPECT_FALSE(isa_includes(Isa::kAvx2, Isa::kAvx512Vnni));
  EXPECT_FALSE(isa_includes(Isa::kNeon, Isa::kAvx2));
}

TEST(Isa, TheBestOneIsUsable) {
  EXPECT_TRUE(cpu_has(Isa::kReference));
  EXPECT_TRUE(build_has(Isa::kReference));
  EXPECT_TRUE(cpu_has(best_isa()));
  EXPECT_TRUE(build_has(best_isa()));
#if defined(__x86_64__)
  EXPECT_EQ(cpu_has(Isa::kAvx2), __builtin_cpu_supports("avx2") != 0);
  EXPECT_EQ(cpu_has(Isa::kAvx512Vnni), __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bw") &&
                                           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"));
#endif
}

TEST(KernelList, NamesOperatorsThatExist) {
  for (const KernelEntry& entry : kernel_list()) EXPECT_NE(find_operator(entry.op), nullptr) << entry.name;
}

TEST(OperatorList, NamesAreThoseOfTheLines) {
  std::vector<std::string> names;
#define MAGIK_OPERATOR(name) names.push_back(#name);
#include "venus/ops/operators.inc"
#undef MAGIK_OPERATOR
  ASSERT_EQ(operator_list().size(), names.size());
  for (size_t i = 0; i < names.size(); ++i) {
    EXPECT_EQ(operator_list()[i]->name, names[i]);
    EXPECT_EQ(find_operator(names[i]), operator_list()[i]);
  }
  EXPECT_EQ(find_operator("Conv3D"), nullptr);
}

TEST(CheckShape, BoundsElementsAndDimensions) {
  EXPECT_TRUE(check_shape({}).ok());
  EXPECT_TRUE(check_shape({1, 0, 3}).ok());
  EXPECT_TRUE(check_shape({1 << 30, 2}).ok());
  EXPECT_EQ(check_shape({1 << 30, 3}).message(), "shape 1073741824x3 has more than 2147483648 elements");
  EXPECT_EQ(check_shape({1, -1}).message(), "shape 1x-1 has a negative dimension");
  EXPECT_FALSE(check_shape({1 << 30, 1 << 30, 1 << 30, 0}).ok());  // products over some axes would overflow
}

TEST(InferNode, UnknownOperatorsAndVersionsAreNamed) {
  Node node;
  node.op = "Conv3D";
  node.name = "stem";
  InferContext unknown{node, {}, {}};
  EXPECT_EQ(infer_node(unknown).message(), "node 'stem' (Conv3D): this library has no such operator");
  node.op = "Identity";
  node.version = 2;
  InferContext newer{node, {}, {}};
  EXPECT_THAT(infer_node(newer).message(),
              testing::HasSubstr("version 2 of the operator is newer than this library's"));
}

TEST(EvaluateNode, ComputesOnTheReferenceKernel) {
  Node node;
  node.op = "EltwiseAdd";
  node.name = "sum";
  node.inputs = {0, 1};
  node.outputs = {2};
  const float a[] = {1, 2, 3}, b[] = {10};
  auto result = evaluate_node(node, {{ElementType::kFloat32, {3}, Constant::copy_of(a, 3)},
                                     {ElementType::kFloat32, {1}, Constant::copy_of(b, 1)}});
  ASSERT_TRUE(result.ok()) << result.message();
  ASSERT_EQ(result.value().size(), 1u);
  const HostTensor& sum = result.value()[0];
  EXPECT_EQ(sum.shape, (Shape{3}));
  EXPECT_THAT(std::vector<float>(sum.data.as<float>(), sum.data.as<float>() + 3), testing::ElementsAre(11, 12, 13));
}

}  // namespace
}  // namespace magik::rt

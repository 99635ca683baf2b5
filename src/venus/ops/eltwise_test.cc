#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <climits>
#include <cmath>

#include "venus/core/math.h"
#include "venus/core/numerics.h"
#include "venus/ops/index_test_util.h"

namespace magik::rt::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<float> float_result(const char* op, const std::vector<float>& a, const std::vector<float>& b) {
  const int32_t n = static_cast<int32_t>(a.size()), m = static_cast<int32_t>(b.size());
  return run_reference(op, {}, {tensor_of<float>({n}, a), tensor_of<float>({m}, b)})[0].values<float>();
}
std::vector<int32_t> int_result(const char* op, const std::vector<int32_t>& a, const std::vector<int32_t>& b) {
  const int32_t n = static_cast<int32_t>(a.size()), m = static_cast<int32_t>(b.size());
  return run_reference(op, {}, {tensor_of<int32_t>({n}, a), tensor_of<int32_t>({m}, b)})[0].values<int32_t>();
}

TEST(Eltwise, Float) {
  EXPECT_THAT(float_result("EltwiseAdd", {1, 2, 3}, {10}), ElementsAre(11, 12, 13));
  EXPECT_THAT(float_result("EltwiseSub", {10}, {1, 2, 3}), ElementsAre(9, 8, 7));
  EXPECT_THAT(float_result("EltwiseMul", {1, 2, 3}, {4, 5, 6}), ElementsAre(4, 10, 18));
  EXPECT_THAT(float_result("EltwiseDiv", {1, -1, 3}, {0, 0, 2}), ElementsAre(kInfinity, -kInfinity, 1.5f));
  EXPECT_THAT(float_result("EltwiseMax", {1, 5}, {4, 2}), ElementsAre(4, 5));
  EXPECT_THAT(float_result("EltwiseMin", {1, 5}, {4, 2}), ElementsAre(1, 2));
}

TEST(Eltwise, NanIsCanonical) {
  EXPECT_EQ(float_bits(float_result("EltwiseDiv", {0}, {0})[0]), 0x7fc00000u);
  EXPECT_EQ(float_bits(float_result("EltwiseSub", {kInfinity}, {kInfinity})[0]), 0x7fc00000u);
  EXPECT_EQ(float_bits(float_result("EltwiseMul", {kInfinity}, {0})[0]), 0x7fc00000u);
  EXPECT_EQ(float_bits(float_result("EltwiseAdd", {kInfinity}, {-kInfinity})[0]), 0x7fc00000u);
}

TEST(Eltwise, Int32WrapsAndDividesByZero) {
  EXPECT_THAT(int_result("EltwiseAdd", {INT_MAX}, {1}), ElementsAre(INT_MIN));
  EXPECT_THAT(int_result("EltwiseSub", {INT_MIN}, {1}), ElementsAre(INT_MAX));
  EXPECT_THAT(int_result("EltwiseMul", {1 << 20}, {1 << 12}), ElementsAre(0));
  EXPECT_THAT(int_result("EltwiseDiv", {7, -7, 5, INT_MIN}, {2, 2, 0, -1}), ElementsAre(3, -3, 0, INT_MIN));
  EXPECT_THAT(int_result("EltwiseMax", {-3, 2}, {1}), ElementsAre(1, 2));
}

TEST(Eltwise, BroadcastsUpToRank8) {
  std::mt19937 random(1);
  for (int repeat = 0; repeat < 200; ++repeat) {
    const int rank = uniform_int(random, 0, 8);
    const Shape full = random_shape(random, rank, 3);
    const auto broadcastable = [&] {
      const int own = uniform_int(random, 0, rank);
      Shape shape(full.end() - own, full.end());
      for (int axis = 0; axis < own; ++axis) {
        if (random() % 3 == 0) shape[axis] = 1;
      }
      return shape;
    };
    const Shape shapes[2] = {random() & 1 ? full : broadcastable(), random() & 1 ? full : broadcastable()};
    OwnedTensor a = random_tensor(random, ElementType::kFloat32, shapes[0], {}, shapes[0].back() + random() % 3);
    OwnedTensor b = random_tensor(random, ElementType::kFloat32, shapes[1], {}, shapes[1].back() + random() % 3);
    const OwnedTensor y = run_reference("EltwiseSub", {}, {a, b})[0];
    for_each_index(y.shape, [&](const Index& index) {
      const float expected = a.at<float>(broadcast_flat(a.shape, index)) - b.at<float>(broadcast_flat(b.shape, index));
      ASSERT_EQ(y.at<float>(flat(y.shape, index)), expected) << a.shape.text() << " " << b.shape.text();
    });
  }
}

TEST(Eltwise, ThreadsAndPitchChangeNothing) {
  std::mt19937 random(2);
  const OwnedTensor a = random_tensor(random, ElementType::kFloat32, {40, 300}, {}, 301);
  const OwnedTensor b = random_tensor(random, ElementType::kFloat32, {300});
  Result<TestNode> node = try_make_node("EltwiseMul", {}, {a, b}, {{{}, 310}});
  ASSERT_TRUE(node.ok()) << node.message();
  ASSERT_TRUE(run_kernel(find_operator("EltwiseMul")->reference, node.value(), 3).ok());
  for (int64_t i = 0; i < a.shape.elements(); ++i) {
    ASSERT_EQ(node.value().outputs[0].at<float>(i), a.at<float>(i) * b.at<float>(i % 300));
  }
}

TEST(Eltwise, RunsInPlace) {
  std::mt19937 random(3);
  const Quantization q = levels(8, 0.1f, 100);
  for (ElementType type : {ElementType::kFloat32, ElementType::kUint8}) {
    const Quantization quantization = type == ElementType::kUint8 ? q : Quantization();
    const std::vector<OwnedTensor> inputs = {random_tensor(random, type, {7, 100}, quantization),
                                             random_tensor(random, type, {100}, quantization)};
    Result<TestNode> node = try_reference("EltwiseAdd", {}, inputs, {{quantization}});
    ASSERT_TRUE(node.ok()) << node.message();
    TestNode& made = node.value();
    NodeTensors tensors = made.tensors();
    tensors.outputs[0].data = tensors.inputs[0].data;
    Result<std::unique_ptr<Kernel>> kernel = find_operator("EltwiseAdd")->reference(tensors);
    ASSERT_TRUE(kernel.ok());
    ASSERT_TRUE(kernel.value()->runs_in_place(0));
    ThreadPool pool(2);
    kernel.value()->run(tensors, {pool, nullptr, 0});
    EXPECT_EQ(made.inputs[0].bytes, made.outputs[0].bytes);
  }
}

// The formulas of docs/operators.md, one element at a time.
int32_t expected_level(const std::string& op, int32_t a, int32_t b, const Quantization& qa, const Quantization& qb,
                       const Quantization& qy) {
  const float sa = qa.scale[0], sb = qb.scale[0], sy = qy.scale[0];
  const int32_t za = qa.zero_point[0], zb = qb.zero_point[0], zy = qy.zero_point[0];
  const float ma = static_cast<float>(double{sa} / double{sy}), mb = static_cast<float>(double{sb} / double{sy});
  const float pa = static_cast<float>(a - za) * ma, pb = static_cast<float>(b - zb) * mb;
  float t = 0;
  if (op == "EltwiseAdd") t = pa + pb;
  if (op == "EltwiseSub") t = pa - pb;
  if (op == "EltwiseMax") t = std::max(pa, pb);
  if (op == "EltwiseMin") t = std::min(pa, pb);
  if (op == "EltwiseMul") {
    t = static_cast<float>((a - za) * (b - zb)) * static_cast<float>(double{sa} * double{sb} / double{sy});
  }
  if (op == "EltwiseDiv") {
    t = static_cast<float>(a - za) / static_cast<float>(b - zb) *
        static_cast<float>(double{sa} / (double{sb} * double{sy}));
  }
  const float lo = static_cast<float>(-zy), hi = static_cast<float>((1 << qy.bits) - 1 - zy);
  const float clamped = t > lo ? (t < hi ? t : hi) : lo;
  return static_cast<int32_t>(std::nearbyint(clamped)) + zy;
}

int32_t level_at(const OwnedTensor& tensor, int64_t i) {
  return tensor.type == ElementType::kUint8 ? tensor.at<uint8_t>(i) : tensor.at<uint16_t>(i);
}

TEST(Eltwise, QuantizedIsExactlyTheFormula) {
  std::mt19937 random(4);
  const auto random_levels = [&] {
    const int bits = std::vector<int>{2, 4, 8, 10, 12}[random() % 5];
    return levels(bits, uniform(random, 0.01f, 0.2f), uniform_int(random, 0, (1 << bits) - 1));
  };
  for (const char* op : {"EltwiseAdd", "EltwiseSub", "EltwiseMul", "EltwiseDiv", "EltwiseMax", "EltwiseMin"}) {
    for (int repeat = 0; repeat < 30; ++repeat) {
      const Quantization qa = random_levels(), qb = random_levels(), qy = random_levels();
      const Shape shape = {2, 3, uniform_int(random, 1, 600)};
      const Shape other = random() & 1 ? shape : Shape{random() & 1 ? shape[2] : 1};
      const OwnedTensor a = random_tensor(random, activation_type(qa.bits), shape, qa);
      const OwnedTensor b = random_tensor(random, activation_type(qb.bits), other, qb);
      const OwnedTensor y = run_reference(op, {}, {a, b}, {{qy}})[0];
      for_each_index(shape, [&](const Index& index) {
        const int64_t i = flat(shape, index);
        const int32_t level_b = level_at(b, broadcast_flat(other, index));
        ASSERT_EQ(level_at(y, i), expected_level(op, level_at(a, i), level_b, qa, qb, qy)) << op << " at " << i;
      });
    }
  }
}

TEST(EltwiseAdd, FusedActivationInFloat) {
  const std::vector<OwnedTensor> inputs = {tensor_of<float>({3}, {-3, 1, 9}), tensor_of<float>({3}, {1, 1, 1})};
  const auto run = [&](const Attributes& given) {
    return run_reference("EltwiseAdd", given, inputs)[0].values<float>();
  };
  EXPECT_THAT(run(attributes({{"activation", text("relu")}})), ElementsAre(0, 2, 10));
  EXPECT_THAT(run(attributes({{"activation", text("clip")}, {"act_min", floats({-1})}, {"act_max", floats({6})}})),
              ElementsAre(-1, 2, 6));
  EXPECT_THAT(run(attributes({{"activation", text("leaky_relu")}, {"act_alpha", floats({0.5f})}})),
              ElementsAre(-1, 2, 10));
}

TEST(EltwiseAdd, FusedActivationOnLevels) {
  // Scales 1, zero points 10: levels 10 + (real value).
  const Quantization q = levels(8, 1.0f, 10);
  const std::vector<OwnedTensor> inputs = {tensor_of<uint8_t>({3}, {6, 11, 20}, q),
                                           tensor_of<uint8_t>({3}, {10, 11, 12}, q)};  // sums -4, 2, 12
  const auto run = [&](const Attributes& given) {
    return run_reference("EltwiseAdd", given, inputs, {{q}})[0].values<uint8_t>();
  };
  EXPECT_THAT(run({}), ElementsAre(6, 12, 22));
  EXPECT_THAT(run(attributes({{"activation", text("relu")}})), ElementsAre(10, 12, 22));
  EXPECT_THAT(run(attributes({{"activation", text("clip")}, {"act_min", floats({0})}, {"act_max", floats({6})}})),
              ElementsAre(10, 12, 16));
  EXPECT_THAT(run(attributes({{"activation", text("leaky_relu")}, {"act_alpha", floats({0.25f})}})),
              ElementsAre(9, 12, 22));
}

TEST(EltwiseAdd, SmoothActivationReadsItsTable) {
  const Quantization q = levels(8, 1.0f, 10);
  std::vector<uint8_t> table(16);
  for (int i = 0; i < 16; ++i) table[i] = static_cast<uint8_t>(100 + i);
  const Attributes given = attributes({{"activation", text("sigmoid")},
                                       {"pre_bits", ints({4})},
                                       {"pre_scale", floats({2.0f})},
                                       {"pre_zero_point", ints({8})}});
  const std::vector<OwnedTensor> inputs = {tensor_of<uint8_t>({3}, {6, 14, 200}, q),
                                           tensor_of<uint8_t>({3}, {10, 10, 10}, q),  // sums -4, 4, 190
                                           constant(tensor_of<uint8_t>({16}, table))};
  EXPECT_THAT(run_reference("EltwiseAdd", given, inputs, {{q}})[0].values<uint8_t>(), ElementsAre(106, 110, 115));
}

TEST(Eltwise, Errors) {
  const OwnedTensor f = tensor_of<float>({2, 3}, std::vector<float>(6));
  const OwnedTensor i = tensor_of<int32_t>({2, 3}, std::vector<int32_t>(6));
  const OwnedTensor other = tensor_of<float>({2}, std::vector<float>(2));
  EXPECT_THAT(reference_error("EltwiseMul", {}, {f, i}), HasSubstr("different types float32 and int32"));
  EXPECT_THAT(reference_error("EltwiseMul", {}, {f, other}), HasSubstr("cannot broadcast shapes 2x3 and 2: 3 and 2"));
  EXPECT_THAT(reference_error("EltwiseMul", {}, {f}), HasSubstr("1 inputs instead of 2"));
  EXPECT_THAT(reference_error("EltwiseMul", {}, {f, f}, {{levels(8, 1, 0)}}), HasSubstr("float32 -> uint8 (8 bits)"));
  EXPECT_THAT(reference_error("EltwiseAdd", attributes({{"activation", text("relu")}}), {i, i}),
              HasSubstr("no kernel for the types int32"));
  EXPECT_THAT(reference_error("EltwiseAdd", attributes({{"activation", text("prelu")}}), {f, f}), HasSubstr("prelu"));
}

}  // namespace
}  // namespace magik::rt::test

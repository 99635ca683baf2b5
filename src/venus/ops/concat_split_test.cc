#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "venus/ops/index_test_util.h"

namespace magik::rt::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Attributes axis_of(int64_t axis) { return attributes({{"axis", ints({axis})}}); }

TEST(Concat, BothAxes) {
  const OwnedTensor a = tensor_of<float>({2, 1}, {1, 2}), b = tensor_of<float>({2, 2}, {3, 4, 5, 6});
  EXPECT_THAT(run_reference("Concat", axis_of(-1), {a, b})[0].values<float>(), ElementsAre(1, 3, 4, 2, 5, 6));
  const OwnedTensor c = tensor_of<float>({1, 2}, {7, 8});
  EXPECT_THAT(run_reference("Concat", axis_of(0), {b, c})[0].values<float>(), ElementsAre(3, 4, 5, 6, 7, 8));
}

// Splitting gives back what was concatenated, with pitches on both sides.
TEST(Concat, IsTheInverseOfSplit) {
  std::mt19937 random(1);
  const ElementType types[] = {ElementType::kUint8, ElementType::kUint16, ElementType::kInt32};
  for (int repeat = 0; repeat < 100; ++repeat) {
    const ElementType type = types[repeat % 3];
    const int rank = uniform_int(random, 1, 5), axis = uniform_int(random, 0, rank - 1);
    Shape shape = random_shape(random, rank, 5);
    std::vector<OwnedTensor> parts;
    std::vector<int64_t> sizes;
    std::vector<OutputSpec> specs;
    for (int i = uniform_int(random, 1, 4); i > 0; --i) {
      shape[axis] = uniform_int(random, 0, 4);
      parts.push_back(random_tensor(random, type, shape, {}, shape.back() + uniform_int(random, 0, 2)));
      sizes.push_back(shape[axis]);
      specs.push_back({{}, shape.back() + uniform_int(random, 0, 2)});
    }
    const OwnedTensor whole = run_reference("Concat", axis_of(axis), parts, {{{}, 25}})[0];
    const Attributes given = attributes({{"axis", ints({axis})}, {"sizes", ints(sizes)}});
    const std::vector<OwnedTensor> again = run_reference("Split", given, {whole}, specs);
    for (size_t i = 0; i < parts.size(); ++i) {
      ASSERT_EQ(again[i].shape, parts[i].shape);
      for (int64_t k = 0; k < again[i].shape.elements(); ++k) {
        const auto bytes = [&](const OwnedTensor& tensor) {
          const int64_t at = k / tensor.shape.back() * tensor.pitch + k % tensor.shape.back();
          const size_t size = element_size(type);
          return std::vector<uint8_t>(&tensor.bytes[at * size], &tensor.bytes[at * size] + size);
        };
        ASSERT_EQ(bytes(again[i]), bytes(parts[i]));
      }
    }
  }
}

TEST(Concat, RequantizesOtherScales) {
  std::mt19937 random(2);
  for (int repeat = 0; repeat < 40; ++repeat) {
    const auto random_levels = [&] {
      const int bits = random() & 1 ? 8 : 12;
      return levels(bits, uniform(random, 0.01f, 0.1f), uniform_int(random, 0, (1 << bits) - 1));
    };
    const Quantization qa = random_levels(), qy = random_levels();
    const OwnedTensor a = random_tensor(random, activation_type(qa.bits), {3, 5, 7}, qa, 9);
    const OwnedTensor b = random_tensor(random, activation_type(qy.bits), {3, 5, 2}, qy);
    const OwnedTensor y = run_reference("Concat", axis_of(2), {a, b}, {{qy}})[0];
    const auto level = [](const OwnedTensor& t, int64_t i) {
      return t.type == ElementType::kUint8 ? int32_t{t.at<uint8_t>(i)} : int32_t{t.at<uint16_t>(i)};
    };
    for (int64_t row = 0; row < 15; ++row) {
      for (int64_t c = 0; c < 7; ++c) {
        const float t = static_cast<float>(level(a, row * 7 + c) - qa.zero_point[0]) *
                        static_cast<float>(double{qa.scale[0]} / double{qy.scale[0]});
        const int32_t top = (1 << qy.bits) - 1;
        const double rounded = std::nearbyint(t) + qy.zero_point[0];
        ASSERT_EQ(level(y, row * 9 + c), static_cast<int32_t>(std::min<double>(std::max(rounded, 0.0), top)));
      }
      for (int64_t c = 0; c < 2; ++c) ASSERT_EQ(level(y, row * 9 + 7 + c), level(b, row * 2 + c));
    }
  }
}

TEST(Concat, SkipsInputsThatAreInPlace) {
  OwnedTensor whole = counting_tensor({4, 5});
  const std::vector<int32_t> before = whole.values<int32_t>();
  Result<TestNode> node = try_make_node("Concat", axis_of(1), {counting_tensor({4, 2}), counting_tensor({4, 3})});
  NodeTensors tensors = node.value().tensors();
  tensors.outputs[0].data = whole.bytes.data();
  tensors.inputs[0].data = whole.bytes.data();
  tensors.inputs[0].pitch = 5;
  Result<std::unique_ptr<Kernel>> kernel = find_operator("Concat")->reference(tensors);
  ASSERT_TRUE(kernel.ok() && kernel.value()->prepare(tensors).ok());
  ThreadPool pool(1);
  kernel.value()->run(tensors, {pool, nullptr, 0});
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(whole.at<int32_t>(i), i % 5 < 2 ? before[i] : i / 5 * 3 + i % 5 - 2);
  }
}

TEST(Concat, Errors) {
  const OwnedTensor a = counting_tensor({2, 3}), b = counting_tensor({3, 3});
  EXPECT_THAT(reference_error("Concat", axis_of(1), {a, b}), HasSubstr("cannot concatenate 2x3 and 3x3 along axis 1"));
  EXPECT_THAT(reference_error("Concat", axis_of(2), {a, a}), HasSubstr("axis 2"));
  EXPECT_THAT(reference_error("Concat", axis_of(1), {}), HasSubstr("0 inputs instead of 1"));
  const OwnedTensor f = tensor_of<float>({2, 3}, std::vector<float>(6));
  EXPECT_THAT(reference_error("Concat", axis_of(1), {a, f}), HasSubstr("input 1 of type float32"));
}

TEST(Split, EqualPiecesAndErrors) {
  const OwnedTensor x = counting_tensor({2, 4});
  const std::vector<OwnedTensor> y = run_reference("Split", axis_of(1), {x}, {{}, {}});
  EXPECT_THAT(y[0].values<int32_t>(), ElementsAre(0, 1, 4, 5));
  EXPECT_THAT(y[1].values<int32_t>(), ElementsAre(2, 3, 6, 7));
  EXPECT_THAT(reference_error("Split", axis_of(1), {x}, {{}, {}, {}}), HasSubstr("cannot split 4 into 3 equal pieces"));
  const auto error = [&](std::vector<int64_t> sizes) {
    return reference_error("Split", attributes({{"axis", ints({1})}, {"sizes", ints(sizes)}}), {x}, {{}, {}});
  };
  EXPECT_THAT(error({1, 2}), HasSubstr("does not add up to the 4 of axis 1 of 2x4"));
  EXPECT_THAT(error({6, -2}), HasSubstr("does not add up"));
  EXPECT_THAT(error({4}), HasSubstr("sizes has 1 entries, expected 2"));
}

}  // namespace
}  // namespace magik::rt::test

// Gather, Expand, Tile, DepthToSpace, SpaceToDepth, Shape, ConstantOfShape, Range.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <climits>

#include "venus/ops/index_test_util.h"

namespace magik::rt::test {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Attributes axis_of(int64_t axis) { return attributes({{"axis", ints({axis})}}); }

TEST(Gather, AnyAxis) {
  std::mt19937 random(1);
  for (ElementType type : {ElementType::kUint8, ElementType::kUint16, ElementType::kInt32}) {
    for (int axis = 0; axis < 3; ++axis) {
      const OwnedTensor x = counting_tensor({3, 4, 5}, type);
      OwnedTensor indices(ElementType::kInt32, {2, 3});
      const int32_t size = x.shape[axis];
      for (int i = 0; i < 6; ++i) indices.at<int32_t>(i) = uniform_int(random, -size, size - 1);
      const OwnedTensor y = run_reference("Gather", axis_of(axis), {x, constant(indices)})[0];
      ASSERT_EQ(y.shape.rank(), 4);
      for_each_index(y.shape, [&](const Index& index) {
        const int32_t picked = indices.at<int32_t>(index[axis] * 3 + index[axis + 1]);
        Index source(index.begin(), index.begin() + axis);
        source.push_back(picked < 0 ? picked + size : picked);
        source.insert(source.end(), index.begin() + axis + 2, index.end());
        const size_t bytes = element_size(type);
        ASSERT_EQ(std::memcmp(&y.bytes[bytes * flat(y.shape, index)], &x.bytes[bytes * flat(x.shape, source)], bytes),
                  0);
      });
    }
  }
}

TEST(Gather, WrongIndices) {
  const OwnedTensor x = counting_tensor({3});
  const OwnedTensor indices = tensor_of<int32_t>({4}, {3, -4, INT_MAX, INT_MIN});
  EXPECT_THAT(run_reference("Gather", axis_of(0), {x, indices})[0].values<int32_t>(), ElementsAre(2, 0, 2, 0));
  EXPECT_THAT(reference_error("Gather", axis_of(0), {x, constant(indices)}),
              HasSubstr("index 3 (element 0 of the indices) is outside -3..2"));
  EXPECT_THAT(reference_error("Gather", axis_of(0), {x, tensor_of<float>({1}, {0})}), HasSubstr("expected int32"));
  EXPECT_THAT(reference_error("Gather", axis_of(0), {counting_tensor({0, 2}), indices}), HasSubstr("axis 0 of 0x2"));
  EXPECT_THAT(
      reference_error("Gather", axis_of(0), {counting_tensor({1, 1, 1, 1, 1}), counting_tensor({1, 1, 1, 1, 1})}),
      HasSubstr("9 axes"));
}

TEST(Expand, BothWays) {
  const OwnedTensor x = tensor_of<int32_t>({2, 1}, {5, 6});
  const OwnedTensor y = run_reference("Expand", attributes({{"shape", ints({2, 1, 3})}}), {x})[0];
  EXPECT_EQ(y.shape, Shape({2, 2, 3}));
  EXPECT_THAT(y.values<int32_t>(), ElementsAre(5, 5, 5, 6, 6, 6, 5, 5, 5, 6, 6, 6));
  EXPECT_EQ(run_reference("Expand", attributes({{"shape", ints({1})}}), {x})[0].shape, Shape({2, 1}));
  EXPECT_THAT(reference_error("Expand", attributes({{"shape", ints({3, 2})}}), {x}), HasSubstr("cannot broadcast"));
  EXPECT_THAT(reference_error("Expand", attributes({{"shape", ints({-1, 2})}}), {x}), HasSubstr("dimension of -1"));
}

TEST(Tile, Repeats) {
  std::mt19937 random(2);
  for (int repeat = 0; repeat < 50; ++repeat) {
    const int rank = uniform_int(random, 0, 5);
    const Shape shape = random_shape(random, rank, 4);
    std::vector<int64_t> repeats;
    for (int axis = 0; axis < rank; ++axis) repeats.push_back(uniform_int(random, 0, 3));
    const OwnedTensor x = counting_tensor(shape, ElementType::kUint16, shape.back() + 1);
    const OwnedTensor y = run_reference("Tile", attributes({{"repeats", ints(repeats)}}), {x})[0];
    for_each_index(y.shape, [&](const Index& index) {
      Index source = index;
      for (int axis = 0; axis < rank; ++axis) source[axis] %= shape[axis];
      ASSERT_EQ(y.at<uint16_t>(flat(y.shape, index)), flat(shape, source));
    });
  }
  const OwnedTensor x = counting_tensor({2});
  EXPECT_THAT(reference_error("Tile", attributes({{"repeats", ints({-1})}}), {x}), HasSubstr("impossible entry -1"));
  EXPECT_THAT(reference_error("Tile", attributes({{"repeats", ints({1, 1})}}), {x}), HasSubstr("expected 1"));
}

TEST(DepthToSpace, BothModes) {
  const int32_t b = 2, channels = 3;
  for (const char* mode : {"DCR", "CRD"}) {
    const Attributes given = attributes({{"blocksize", ints({b})}, {"mode", text(mode)}});
    const OwnedTensor x = counting_tensor({2, 3, 4, b * b * channels}, ElementType::kUint16, 13);
    const OwnedTensor y = run_reference("DepthToSpace", given, {x})[0];
    ASSERT_EQ(y.shape, Shape({2, 6, 8, channels}));
    for_each_index(y.shape, [&](const Index& i) {
      const int32_t by = i[1] % b, bx = i[2] % b, c = i[3];
      const int32_t depth = mode[0] == 'D' ? (by * b + bx) * channels + c : (c * b + by) * b + bx;
      ASSERT_EQ(y.at<uint16_t>(flat(y.shape, i)), flat(x.shape, {i[0], i[1] / b, i[2] / b, depth}));
    });
    const OwnedTensor again = run_reference("SpaceToDepth", given, {y})[0];
    EXPECT_EQ(again.values<uint16_t>(), x.values<uint16_t>());
  }
}

TEST(DepthToSpace, Errors) {
  const OwnedTensor x = counting_tensor({1, 3, 4, 6});
  const auto given = [](int64_t block, const char* mode) {
    return attributes({{"blocksize", ints({block})}, {"mode", text(mode)}});
  };
  EXPECT_THAT(reference_error("DepthToSpace", given(2, "DCR"), {x}),
              HasSubstr("6 channels are not a multiple of the 4"));
  EXPECT_THAT(reference_error("SpaceToDepth", given(2, "DCR"), {x}), HasSubstr("not multiples of blocksize 2"));
  EXPECT_THAT(reference_error("SpaceToDepth", given(0, "DCR"), {x}), HasSubstr("blocksize is 0"));
  EXPECT_THAT(reference_error("DepthToSpace", given(1, "RDC"), {x}), HasSubstr("'RDC', expected DCR or CRD"));
  EXPECT_THAT(reference_error("DepthToSpace", given(1, "DCR"), {counting_tensor({2, 3})}),
              HasSubstr("2x3, expected NHWC"));
}

TEST(Shape, ShapeConstantRange) {
  EXPECT_THAT(run_reference("Shape", {}, {counting_tensor({2, 3, 4})})[0].values<int32_t>(), ElementsAre(2, 3, 4));

  const OwnedTensor dims = constant(tensor_of<int32_t>({2}, {2, 3}));
  const OwnedTensor filled = run_reference("ConstantOfShape", attributes({{"value", floats({1.5f})}}), {dims})[0];
  EXPECT_EQ(filled.shape, Shape({2, 3}));
  EXPECT_THAT(filled.values<float>(), Each(1.5f));
  const Attributes integer = attributes({{"value", ints({16777217})}, {"to", ints({2})}});
  EXPECT_THAT(run_reference("ConstantOfShape", integer, {dims})[0].values<int32_t>(), Each(16777217));

  const auto number = [](auto value) { return constant(tensor_of<decltype(value)>({}, {value})); };
  EXPECT_THAT(run_reference("Range", {}, {number(2), number(9), number(3)})[0].values<int32_t>(), ElementsAre(2, 5, 8));
  EXPECT_THAT(run_reference("Range", {}, {number(3), number(0), number(-1)})[0].values<int32_t>(),
              ElementsAre(3, 2, 1));
  EXPECT_THAT(run_reference("Range", {}, {number(0.0f), number(1.0f), number(0.4f)})[0].values<float>(),
              ElementsAre(0.0f, 0.4f, 0.8f));
  EXPECT_EQ(run_reference("Range", {}, {number(3), number(0), number(1)})[0].shape, Shape({0}));
}

TEST(Shape, Errors) {
  const OwnedTensor dims = tensor_of<int32_t>({2}, {2, -3});
  EXPECT_THAT(reference_error("ConstantOfShape", {}, {dims}), HasSubstr("must be a constant int32 vector"));
  EXPECT_THAT(reference_error("ConstantOfShape", {}, {constant(dims)}), HasSubstr("dimension of -3"));
  EXPECT_THAT(reference_error("ConstantOfShape", attributes({{"to", ints({3})}}), {constant(dims)}),
              HasSubstr("to is 3"));
  const OwnedTensor zero = constant(tensor_of<int32_t>({}, {0})), one = constant(tensor_of<int32_t>({}, {1}));
  EXPECT_THAT(reference_error("Range", {}, {zero, one, zero}), HasSubstr("not finite"));
  EXPECT_THAT(reference_error("Range", {}, {zero, zero, zero}), HasSubstr("not finite"));
  EXPECT_THAT(reference_error("Range", {}, {zero, one, counting_tensor({2})}),
              HasSubstr("constant numbers of one type"));
}

}  // namespace
}  // namespace magik::rt::test

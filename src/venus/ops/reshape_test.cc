#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "venus/ops/index_test_util.h"

namespace magik::rt::test {
namespace {

using ::testing::HasSubstr;

OwnedTensor run(const char* op, const Attributes& given, const OwnedTensor& input) {
  return run_reference(op, given, {input})[0];
}

TEST(Reshape, Shapes) {
  const OwnedTensor x = counting_tensor({2, 3, 4});
  const auto reshaped = [&](std::vector<int64_t> shape) {
    return run("Reshape", attributes({{"shape", ints(shape)}}), x).shape;
  };
  EXPECT_EQ(reshaped({4, 6}), Shape({4, 6}));
  EXPECT_EQ(reshaped({0, -1}), Shape({2, 12}));
  EXPECT_EQ(reshaped({-1}), Shape({24}));
  EXPECT_EQ(reshaped({0, 0, 2, -1}), Shape({2, 3, 2, 2}));
  EXPECT_EQ(run("Reshape", attributes({{"shape", ints({})}}), counting_tensor({1, 1})).shape, Shape());
}

TEST(Reshape, Errors) {
  const OwnedTensor x = counting_tensor({2, 3, 4});
  const auto error = [&](std::vector<int64_t> shape) {
    return reference_error("Reshape", attributes({{"shape", ints(shape)}}), {x});
  };
  EXPECT_THAT(error({5, 5}), HasSubstr("cannot reshape 2x3x4 to 5x5"));
  EXPECT_THAT(error({5, -1}), HasSubstr("cannot reshape 2x3x4 to 5x4"));
  EXPECT_THAT(error({-1, -1}), HasSubstr("more than one -1"));
  EXPECT_THAT(error({-2, 12}), HasSubstr("impossible entry -2"));
  EXPECT_THAT(error({1, 1, 1, 0}), HasSubstr("copies axis 3"));
  EXPECT_THAT(error({int64_t{1} << 40, int64_t{1} << 40}), HasSubstr("impossible entry"));
  EXPECT_THAT(error({1, 1, 1, 1, 1, 1, 1, 1, 24}), HasSubstr("9 axes"));
}

TEST(Reshape, FlattenSqueezeUnsqueeze) {
  const OwnedTensor x = counting_tensor({1, 3, 1, 4});
  EXPECT_EQ(run("Flatten", attributes({{"axis", ints({2})}}), x).shape, Shape({3, 4}));
  EXPECT_EQ(run("Flatten", attributes({{"axis", ints({0})}}), x).shape, Shape({1, 12}));
  EXPECT_EQ(run("Flatten", attributes({{"axis", ints({-1})}}), x).shape, Shape({3, 4}));
  EXPECT_EQ(run("Flatten", attributes({{"axis", ints({4})}}), x).shape, Shape({12, 1}));
  EXPECT_EQ(run("Squeeze", {}, x).shape, Shape({3, 4}));
  EXPECT_EQ(run("Squeeze", attributes({{"axes", ints({-2})}}), x).shape, Shape({1, 3, 4}));
  EXPECT_EQ(run("Unsqueeze", attributes({{"axes", ints({0, -1})}}), x).shape, Shape({1, 1, 3, 1, 4, 1}));
  EXPECT_THAT(reference_error("Flatten", attributes({{"axis", ints({5})}}), {x}), HasSubstr("outside -4..4"));
  EXPECT_THAT(reference_error("Squeeze", attributes({{"axes", ints({1})}}), {x}), HasSubstr("axis 1 of 1x3x1x4"));
  EXPECT_THAT(reference_error("Unsqueeze", attributes({{"axes", ints({0, 0})}}), {x}), HasSubstr("given twice"));
  EXPECT_THAT(reference_error("Unsqueeze", attributes({{"axes", ints({0, 1, 2, 3, 4})}}), {x}), HasSubstr("at most 8"));
}

TEST(Reshape, CopiesPitchedRows) {
  for (ElementType type : {ElementType::kUint8, ElementType::kUint16, ElementType::kInt32}) {
    const OwnedTensor x = counting_tensor({5, 6, 3}, type, 4);
    const OwnedTensor dense = counting_tensor({5, 6, 3}, type);
    EXPECT_EQ(run("Reshape", attributes({{"shape", ints({10, 9})}}), x).bytes, dense.bytes);
    EXPECT_EQ(run("Identity", {}, x).bytes, dense.bytes);
  }
}

TEST(Reshape, IsAnAliasOfEqualTypesOnly) {
  Result<TestNode> node = try_make_node("Identity", {}, {counting_tensor({2, 3})});
  EXPECT_EQ(find_operator("Identity")->alias(node.value().tensors()), Alias::kView);
  EXPECT_EQ(find_operator("Reshape")->alias(node.value().tensors()), Alias::kReshape);
  node = try_make_node("Identity", {}, {counting_tensor({2, 3})}, {{levels(8, 1, 0)}});
  EXPECT_EQ(find_operator("Identity")->alias(node.value().tensors()), Alias::kNone);
  EXPECT_THAT(reference_error("Identity", {}, {counting_tensor({2, 3})}, {{levels(8, 1, 0)}}),
              HasSubstr("type int32 to output 0 of type uint8"));
}

}  // namespace
}  // namespace magik::rt::test

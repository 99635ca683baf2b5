#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "venus/ops/index_test_util.h"

namespace magik::rt::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Permute, Transposes) {
  const OwnedTensor y = run_reference("Permute", attributes({{"perm", ints({1, 0})}}), {counting_tensor({2, 3})})[0];
  EXPECT_EQ(y.shape, Shape({3, 2}));
  EXPECT_THAT(y.values<int32_t>(), ElementsAre(0, 3, 1, 4, 2, 5));
}

TEST(Permute, RandomPermutations) {
  std::mt19937 random(1);
  const ElementType types[] = {ElementType::kUint8, ElementType::kUint16, ElementType::kFloat32};
  for (int repeat = 0; repeat < 200; ++repeat) {
    const int rank = uniform_int(random, 0, 6);
    const ElementType type = types[repeat % 3];
    const Shape shape = random_shape(random, rank, rank <= 3 ? 40 : 5);
    const OwnedTensor x = random_tensor(random, type, shape, {}, shape.back() + random() % 2);
    std::vector<int64_t> perm(static_cast<size_t>(rank));
    std::iota(perm.begin(), perm.end(), 0);
    std::shuffle(perm.begin(), perm.end(), random);
    Result<TestNode> node = try_make_node("Permute", attributes({{"perm", ints(perm)}}), {x});
    ASSERT_TRUE(node.ok()) << node.message();
    ASSERT_TRUE(run_kernel(find_operator("Permute")->reference, node.value(), 1 + repeat % 2).ok());
    const OwnedTensor& y = node.value().outputs[0];
    const size_t size = element_size(type);
    for_each_index(y.shape, [&](const Index& index) {
      Index source(index.size());
      for (int axis = 0; axis < rank; ++axis) source[perm[axis]] = index[axis];
      const int64_t from = flat(shape, source), row = from / shape.back(), column = from % shape.back();
      ASSERT_EQ(std::memcmp(&y.bytes[size * flat(y.shape, index)], &x.bytes[size * (row * x.pitch + column)], size), 0);
    });
  }
}

TEST(Permute, IsAnAliasWhereOnlyOnesMove) {
  const auto alias = [](Shape shape, std::vector<int64_t> perm) {
    Result<TestNode> node = try_make_node("Permute", attributes({{"perm", ints(perm)}}), {counting_tensor(shape)});
    return find_operator("Permute")->alias(node.value().tensors());
  };
  EXPECT_EQ(alias({1, 1, 1, 7}, {0, 3, 1, 2}), Alias::kReshape);
  EXPECT_EQ(alias({2, 1, 5, 7}, {1, 0, 2, 3}), Alias::kReshape);
  EXPECT_EQ(alias({1, 2, 3, 7}, {0, 3, 1, 2}), Alias::kNone);
}

TEST(Permute, Errors) {
  const OwnedTensor x = counting_tensor({2, 3});
  EXPECT_THAT(reference_error("Permute", {}, {x}), HasSubstr("perm has 0 entries, expected 2"));
  EXPECT_THAT(reference_error("Permute", attributes({{"perm", ints({0, 0})}}), {x}), HasSubstr("given twice"));
  EXPECT_THAT(reference_error("Permute", attributes({{"perm", ints({0, 2})}}), {x}), HasSubstr("axis 2"));
}

}  // namespace
}  // namespace magik::rt::test

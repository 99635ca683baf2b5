#include "transform/passes/permutation.h"

#include <gtest/gtest.h>

namespace magik::transform {
namespace {

TEST(Permutation, InverseUndoes) {
  EXPECT_EQ(inverse(kToNhwc), kToNchw);
  EXPECT_TRUE(is_identity(compose(kToNhwc, kToNchw)));
  EXPECT_FALSE(is_identity(kToNhwc));
}

TEST(Permutation, ComposesLikePermutesInSequence) {
  const rt::Shape shape = {2, 3, 4, 5};
  const Permutation second = {3, 0, 2, 1};
  EXPECT_EQ(permuted(permuted(shape, kToNhwc), second), permuted(shape, compose(kToNhwc, second)));
}

TEST(Permutation, KeepsOrderWhereOnlyOnesMove) {
  EXPECT_TRUE(keeps_order({2, 1, 1, 5}, kToNchw));
  EXPECT_TRUE(keeps_order({1, 1, 7, 1}, kToNchw));
  EXPECT_FALSE(keeps_order({1, 1, 7, 2}, kToNchw));
}

}  // namespace
}  // namespace magik::transform

#include "transform/text/counted.h"

#include <gtest/gtest.h>

namespace magik::transform {
namespace {

TEST(Counted, AgreesWithTheNumber) {
  EXPECT_EQ(counted(0, "input"), "0 inputs");
  EXPECT_EQ(counted(1, "input"), "1 input");
  EXPECT_EQ(counted(2, "input"), "2 inputs");
  EXPECT_EQ(counted(1, "axis", "axes"), "1 axis");
  EXPECT_EQ(counted(3, "axis", "axes"), "3 axes");
}

}  // namespace
}  // namespace magik::transform

#include "args_parser.h"

#include <gtest/gtest.h>

namespace magik::transformkit::magikexecutor {
namespace {

TEST(ArgsParser, LeavesOutTheProgram) {
  const char* const argv[] = {"program", "model", "3"};
  const ArgsParser words(3, argv);
  ASSERT_EQ(words.size(), 2u);
  EXPECT_EQ(words[0], "model");
  EXPECT_EQ(ArgsParser(0, argv).size(), 0u);
}

TEST(ArgsParser, ReadsWholeNumbers) {
  const char* const argv[] = {"program", "-12", "7x", "", "99999999999", "5", "1.5"};
  const ArgsParser words(7, argv);
  int value = 0;
  std::string error;
  ASSERT_TRUE(words.integer(0, "W", -20, 20, value, error));
  EXPECT_EQ(value, -12);
  for (const size_t wrong : {1, 2, 3, 5}) {
    EXPECT_FALSE(words.integer(wrong, "W", -20, 20, value, error)) << wrong;
    EXPECT_EQ(error, "W is \"" + words[wrong] + "\", expected a whole number from -20 to 20");
  }
  EXPECT_FALSE(words.integer(4, "W", 6, 9, value, error));
  EXPECT_EQ(value, -12);
}

}  // namespace
}  // namespace magik::transformkit::magikexecutor

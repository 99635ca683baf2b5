#include "venus/core/graph.h"

#include <gtest/gtest.h>

#include "venus/core/aligned_memory.h"

namespace magik::rt {
namespace {

using Ints = std::vector<int64_t>;
using Floats = std::vector<float>;

TEST(Attributes, AbsentNamesGiveTheDefault) {
  const Attributes attributes;
  EXPECT_FALSE(attributes.has("axis"));
  EXPECT_EQ(attributes.integer("axis", 3), 3);
  EXPECT_EQ(attributes.number("alpha", 0.5f), 0.5f);
  EXPECT_EQ(attributes.text("mode", "linear"), "linear");
  EXPECT_EQ(attributes.integers("pads", {1, 2}), (Ints{1, 2}));
  EXPECT_EQ(attributes.numbers("scales", {1.5f}), (Floats{1.5f}));
}

TEST(Attributes, AnotherTypeOrLengthCountsAsAbsent) {
  Attributes attributes;
  attributes.set("text", "words");
  attributes.set("list", Ints{1, 2});
  attributes.set("number", 1.0f);
  EXPECT_EQ(attributes.integer("text", 7), 7);
  EXPECT_EQ(attributes.integer("list", 7), 7);
  EXPECT_EQ(attributes.integers("number", {7}), Ints{7});
  EXPECT_EQ(attributes.text("number", "none"), "none");
}

TEST(Attributes, EntriesAreSortedAndReplaced) {
  Attributes attributes;
  attributes.set("strides", Ints{2, 2});
  attributes.set("axis", 1);
  attributes.set("mode", "DCR");
  attributes.set("axis", int64_t{-1});
  ASSERT_EQ(attributes.entries().size(), 3u);
  EXPECT_EQ(attributes.entries()[0].first, "axis");
  EXPECT_EQ(attributes.entries()[2].first, "strides");
  EXPECT_EQ(attributes.integer("axis", 0), -1);
  attributes.erase("mode");
  attributes.erase("absent");
  EXPECT_EQ(attributes.entries().size(), 2u);
  EXPECT_FALSE(attributes.has("mode"));
}

TEST(Constant, CopiesAreAlignedAndEmptyOnesExist) {
  const float data[] = {1, 2, 3};
  const Constant copy = Constant::copy_of(data, 3);
  EXPECT_TRUE(is_aligned(copy.data));
  EXPECT_EQ(copy.bytes, sizeof data);
  EXPECT_EQ(copy.as<float>()[2], 3);
  EXPECT_TRUE(Constant::copy_bytes(nullptr, 0));
  EXPECT_FALSE(Constant());
}

TEST(Shape, TextAndEquality) {
  EXPECT_EQ((Shape{1, 3, 224, 224}).text(), "1x3x224x224");
  EXPECT_EQ(Shape().text(), "scalar");
  EXPECT_EQ((Shape{2, 3}), (Shape{2, 3}));
  EXPECT_NE((Shape{2, 3}), (Shape{2, 3, 1}));
  EXPECT_NE((Shape{2, 3}), (Shape{3, 2}));
}

}  // namespace
}  // namespace magik::rt

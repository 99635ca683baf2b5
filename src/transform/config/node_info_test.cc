#include "transform/config/node_info.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "transform/test_folder.h"

namespace magik::transform {
namespace {

using test::error_of;
using test::TestFolder;
using testing::HasSubstr;

TEST(NodeInfo, KeepsTheOrderAndReadsBack) {
  const std::vector<NodeInfo> nodes = {{"z", 8, std::nullopt}, {"a\"b", 10, Range{-0.5f, 1.7f}}};
  const std::string text = node_info_text(nodes);
  EXPECT_LT(text.find("\"z\""), text.find("\"a\\\"b\""));
  TestFolder folder;
  const std::vector<NodeInfo> read = read_node_info(folder.write("i.json", text));
  ASSERT_EQ(read.size(), 2u);
  EXPECT_EQ(read[0].node, "a\"b");
  EXPECT_EQ(*read[0].feature_bits, 10);
  EXPECT_EQ(read[0].range->min, -0.5f);
  EXPECT_EQ(read[0].range->max, 1.7f);
  EXPECT_EQ(read[1].node, "z");
  EXPECT_FALSE(read[1].range.has_value());
}

TEST(NodeInfo, ErrorsNameTheNode) {
  TestFolder folder;
  const auto error = [&](const char* text) { return error_of([&] { read_node_info(folder.write("i.json", text)); }); };
  EXPECT_THAT(error(R"({"n": 8})"), HasSubstr("i.json: n: expected {"));
  EXPECT_THAT(error(R"({"n": {"QUANT_FEATURE_BIT": 13}})"), HasSubstr("n: expected a QUANT_FEATURE_BIT from 2 to 12"));
  EXPECT_THAT(error(R"({"n": {"MAX": 1}})"), HasSubstr("n: expected MIN and MAX together"));
  EXPECT_THAT(error(R"({"n": {"MAX": 1, "MIN": 0.5}})"), HasSubstr("n: expected MIN <= 0 <= MAX"));
  EXPECT_THAT(error(R"({"n": {"BITS": 1}})"), HasSubstr("n: expected QUANT_FEATURE_BIT, MIN and MAX, not BITS"));
  EXPECT_THAT(error_of([] { read_node_info("/no/such.json"); }), HasSubstr("/no/such.json: cannot read"));
}

}  // namespace
}  // namespace magik::transform

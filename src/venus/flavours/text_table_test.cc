#include "venus/flavours/text_table.h"

#include <gtest/gtest.h>

namespace magik::rt {
namespace {

TEST(TextTable, CellsStandAtTheirColumnsLeftEdge) {
  TextTable table({"name", "n", "share"});
  table.add({"a", "12345", "1"});
  table.add({"much longer", "1", ""});
  EXPECT_EQ(table.text(),
            "name         n      share\n"
            "a            12345  1\n"
            "much longer  1\n");
}

}  // namespace
}  // namespace magik::rt

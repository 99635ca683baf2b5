#include "transform/config/soc.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "transform/test_folder.h"

namespace magik::transform {
namespace {

using test::error_of;

TEST(Soc, VendorChipsAndGenericTargetsDiffer) {
  for (const char* name : {"T40", "T41", "X2500", "A1"}) {
    EXPECT_THAT(find_soc(name).feature_bits, testing::ElementsAre(2, 4, 8, 10, 12));
    EXPECT_THAT(find_soc(name).weight_bits, testing::ElementsAre(2, 4, 6, 8));
  }
  for (const char* name : {"PC", "MIPS32", "ARM64"}) {
    EXPECT_EQ(find_soc(name).feature_bits.size(), 11u);
    EXPECT_EQ(find_soc(name).weight_bits.size(), 7u);
  }
}

TEST(Soc, WidthErrorNamesKeyNodeAndSoc) {
  EXPECT_EQ(error_of([] { check_width(find_soc("T40"), "QUANT_FEATURE_BIT", "conv1", 9, false); }),
            "QUANT_FEATURE_BIT of node conv1: the SOC T40 has no 9-bit features, it takes 2, 4, 8, 10, 12 bits");
  EXPECT_EQ(error_of([] { check_width(find_soc("PC"), "QUANT_FEATURE_BIT", "conv1", 9, false); }), "");
  EXPECT_EQ(error_of([] { check_width(find_soc("A1"), "QUANT_WEIGHT_BIT", "", 7, true); }),
            "QUANT_WEIGHT_BIT: the SOC A1 has no 7-bit weights, it takes 2, 4, 6, 8 bits");
}

}  // namespace
}  // namespace magik::transform

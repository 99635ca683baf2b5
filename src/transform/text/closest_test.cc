#include "transform/text/closest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace magik::transform {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Closest, RanksByEditDistance) {
  EXPECT_THAT(closest("INPUT_SHAP", {"OUTPUT", "INPUT_SHAPE", "INPUT"}), ElementsAre("INPUT_SHAPE", "INPUT"));
}

TEST(Closest, IgnoresLetterCase) { EXPECT_THAT(closest("soc", {"SOC", "sock"}), ElementsAre("SOC", "sock")); }

TEST(Closest, KeepsTheOrderOfEquallyClose) {
  EXPECT_THAT(closest("770", {"771", "772", "780"}, 2), ElementsAre("771", "772"));
}

TEST(Closest, NamesEachOnce) {  // a node and its tensor may have the same name
  EXPECT_THAT(closest("770", {"771", "771", "772"}, 2), ElementsAre("771", "772"));
}

TEST(Closest, LeavesOutWhatIsFarAway) { EXPECT_THAT(closest("mean", {"quant_dataset_path", "xyzw"}), IsEmpty()); }

TEST(DidYouMean, IsAnAppendix) {
  EXPECT_EQ(did_you_mean("conv1", {"conv2"}), " (did you mean 'conv2'?)");
  EXPECT_EQ(did_you_mean("conv1", {"relu"}), "");
}

}  // namespace
}  // namespace magik::transform

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

TEST(DidYouMean, GivesTheClosest) {
  EXPECT_EQ(did_you_mean("conv1", {"conv2", "relu"}), " (did you mean 'conv2'?)");
  EXPECT_EQ(did_you_mean("conv1", {"conv2", "conv3"}), " (did you mean 'conv2', 'conv3'?)");
}

TEST(DidYouMean, ListsAFewWhereNothingIsClose) {
  EXPECT_EQ(did_you_mean("data", {"image"}), " (there is 'image')");
  EXPECT_EQ(did_you_mean("data", {"image", "scale_of_image", "image"}), " (there are 'image', 'scale_of_image')");
  EXPECT_EQ(did_you_mean("data", {}), " (there are none)");
}

TEST(DidYouMean, ListsTheFirstOfMany) {
  std::vector<std::string> names;
  for (int i = 10; i < 90; ++i) names.push_back("tensor" + std::to_string(i));
  EXPECT_EQ(did_you_mean("x", names),
            " (there are 80: 'tensor10', 'tensor11', 'tensor12', 'tensor13', 'tensor14', 'tensor15', 'tensor16', "
            "'tensor17', ...)");
}

}  // namespace
}  // namespace magik::transform

#include "transform/calibrate/calibrate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "transform/calibrate/test_support.h"

namespace magik::transform {
namespace {

using testing::add_conv;
using ::testing::HasSubstr;
using testing::MemoryDataset;
using testing::random_dataset;

std::shared_ptr<const rt::Graph> small_network() {
  GraphBuilder builder;
  rt::ValueId x = builder.input("x", rt::ElementType::kFloat32, {1, 8, 8, 4});
  x = add_conv(builder, x, 8, "a");
  x = add_conv(builder, x, 4, "b", 1, "");
  builder.output(x);
  return std::make_shared<const rt::Graph>(builder.take());
}

TEST(CalibrateTest, CollectsInputsAndActivations) {
  const auto graph = small_network();
  const StatisticsByName statistics = calibrate(graph, random_dataset(5, 8 * 8 * 4), 1);
  ASSERT_EQ(statistics.size(), 3u);
  EXPECT_EQ(statistics.at("x").histogram.count(), 5u * 8 * 8 * 4);
  EXPECT_EQ(statistics.at("a").histogram.count(), 5u * 8 * 8 * 8);
  EXPECT_EQ(statistics.at("a").histogram.min(), 0);
  EXPECT_GT(statistics.at("a").histogram.zeros(), 0u);
  EXPECT_LT(statistics.at("b").histogram.min(), 0);
  EXPECT_EQ(statistics.at("x").channel_means.means().size(), 4u);
  EXPECT_EQ(statistics.at("a").channel_means.means().size(), 8u);
  EXPECT_TRUE(statistics.at("b").channel_means.means().empty()) << "nothing reads it";
}

TEST(CalibrateTest, ThreadsDoNotChangeStatistics) {
  const auto graph = small_network();
  const MemoryDataset dataset = random_dataset(11, 8 * 8 * 4);
  const StatisticsByName one = calibrate(graph, dataset, 1), three = calibrate(graph, dataset, 3);
  ASSERT_EQ(one.size(), three.size());
  for (const auto& [name, statistics] : one) {
    EXPECT_EQ(statistics.histogram.positive(), three.at(name).histogram.positive()) << name;
    EXPECT_EQ(statistics.histogram.negative(), three.at(name).histogram.negative()) << name;
    EXPECT_EQ(statistics.histogram.exponent(), three.at(name).histogram.exponent()) << name;
    EXPECT_EQ(statistics.channel_means.means(), three.at(name).channel_means.means()) << name;
  }
}

TEST(CalibrateTest, WarnsOfNonFiniteActivationsOnce) {
  std::vector<float> bad(8 * 8 * 4, 1.0f), good = bad;
  bad[3] = std::numeric_limits<float>::infinity();
  ::testing::internal::CaptureStderr();
  const StatisticsByName statistics = calibrate(small_network(), MemoryDataset({good, bad, bad}), 2);
  const std::string log = ::testing::internal::GetCapturedStderr();
  EXPECT_THAT(log, HasSubstr("node 'x' gives NaN or infinity for 'item1'"));
  EXPECT_EQ(statistics.at("x").histogram.max(), 1);
}

class BrokenDataset : public MemoryDataset {
 public:
  using MemoryDataset::MemoryDataset;
  std::vector<InputData> load(size_t item) const override {
    if (item == 2) fail("item2 is broken");
    return MemoryDataset::load(item);
  }
};

TEST(CalibrateTest, AnErrorOfAWorkerReachesTheCaller) {
  const BrokenDataset dataset(std::vector<std::vector<float>>(6, std::vector<float>(8 * 8 * 4, 1.0f)));
  for (int threads : {1, 2}) {
    try {
      calibrate(small_network(), dataset, threads);
      FAIL();
    } catch (const Error& error) {
      EXPECT_STREQ(error.what(), "item2 is broken");
    }
  }
}

}  // namespace
}  // namespace magik::transform

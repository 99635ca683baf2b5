// Partial runs of a converted network.
#include <gtest/gtest.h>

#include "transform/data/image.h"
#include "venus_client.h"
#include "workspace.h"

namespace magik::e2e {
namespace {

TEST(Steps, OfARealNetworkGiveTheBytesOfARun) {
  const Workspace workspace;
  workspace.convert_well(digits_config());
  const NetPtr net = load_net(workspace.path("out/digits.bin")), other = load_net(workspace.path("out/digits.bin"));
  ASSERT_GT(net->steps(), 1);
  const std::vector<std::string> pictures = digits_test_pictures();
  for (size_t i = 0; i < 5; ++i) {
    const transform::Image picture = transform::load_image(pictures.at(i * pictures.size() / 5));
    fill_input(*net->get_input(0), picture);
    fill_input(*other->get_input(0), picture);
    const std::vector<std::vector<float>> expected = run_net(*other);
    std::vector<std::string> complete;
    for (int step = 0; step < net->steps(); ++step) {
      ASSERT_EQ(net->run_step(), 0);
      for (std::string& name : net->get_output_names_step(step)) {
        EXPECT_EQ(values_of(*net->get_output_by_name(name)), values_of(*other->get_output_by_name(name))) << name;
        complete.push_back(name);
      }
    }
    EXPECT_EQ(complete, net->get_output_names());  // one, in the last step
    for (size_t k = 0; k < expected.size(); ++k) {
      EXPECT_EQ(values_of(*net->get_output(static_cast<int>(k))), expected[k]);
    }
  }
}

}  // namespace
}  // namespace magik::e2e

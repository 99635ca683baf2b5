#include "transform/cli/input_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "transform/test_folder.h"

namespace magik::transform {
namespace {

using test::error_of;
using test::TestFolder;
using testing::ElementsAre;
using testing::HasSubstr;

rt::Graph graph_of(const std::vector<rt::Shape>& shapes) {
  rt::Graph graph;
  for (size_t i = 0; i < shapes.size(); ++i) {
    rt::Value value;
    value.name = std::string(1, static_cast<char>('a' + i));
    value.type = rt::ElementType::kFloat32;
    value.shape = shapes[i];
    graph.inputs.push_back(graph.add_value(std::move(value)));
  }
  return graph;
}

TEST(InputSettings, ColorMakesPixelsOfInputsThatHaveItsChannels) {
  Config config;
  const rt::Graph graph = graph_of({{1, 3, 8, 8}, {1, 16, 8, 8}, {1, 8, 8, 3}, {1, 128}});
  for (const InputSetting& setting : input_settings(config, graph)) EXPECT_EQ(setting.kind, rt::InputKind::kFloat);
  config.color = {"BGR"};
  const std::vector<InputSetting> settings = input_settings(config, graph);
  EXPECT_EQ(settings[0].kind, rt::InputKind::kPixels);
  EXPECT_EQ(settings[0].color, "BGR");
  EXPECT_EQ(settings[0].resize, "STRETCH");
  EXPECT_EQ(settings[1].kind, rt::InputKind::kFloat);
  EXPECT_EQ(settings[2].kind, rt::InputKind::kPixels);
  EXPECT_EQ(settings[3].kind, rt::InputKind::kFloat);
}

TEST(InputSettings, ImagesMakePixelsWithoutColor) {
  TestFolder folder;
  folder.write("a.ppm", "P6 1 1 255\nabc");
  Config config;
  config.quant_dataset_path = folder.path();
  config.resize = {"LETTERBOX"};
  const auto first = [&](const rt::Shape& shape) { return input_settings(config, graph_of({shape}))[0]; };
  EXPECT_EQ(first({1, 3, 8, 8}).color, "RGB");
  EXPECT_EQ(first({1, 3, 8, 8}).resize, "LETTERBOX");
  EXPECT_EQ(first({1, 1, 8, 8}).color, "GRAY");
  EXPECT_THAT(error_of([&] { first({1, 16, 8, 8}); }), HasSubstr("has images, but the input a has shape 1x16x8x8"));
}

TEST(InputSettings, ColorHasToFitAnInput) {
  Config config;
  config.color = {"GRAY"};
  EXPECT_EQ(
      error_of([&] {
        input_settings(config, graph_of({{1, 3, 8, 8}}));
      }),
      "COLOR: GRAY does not fit the input 'a' of shape 1x3x8x8: expected RGB or BGR for its 3 channels, or no colour "
      "where it takes floats");
  TestFolder folder;
  folder.write("a.ppm", "P6 1 1 255\nabc");
  config.quant_dataset_path = folder.path();
  config.color = {"RGB"};
  EXPECT_EQ(error_of([&] {
              input_settings(config, graph_of({{1, 8, 8, 1}}));
            }),
            "COLOR: RGB does not fit the input 'a' of shape 1x8x8x1: expected GRAY for its 1 channel");
}

TEST(InputSettings, ColorThatHasNoEffectIsTold) {
  Config config;
  const auto warnings = [&](const std::vector<rt::Shape>& shapes) {
    testing::internal::CaptureStderr();
    input_settings(config, graph_of(shapes));
    return testing::internal::GetCapturedStderr();
  };
  config.color = {"RGB"};
  EXPECT_THAT(warnings({{1, 16, 8, 8}}), HasSubstr("COLOR: RGB has no effect on the input 'a' of shape 1x16x8x8"));
  EXPECT_EQ(warnings({{1, 3, 8, 8}, {1, 16, 8, 8}}), "") << "it is for the first";
  EXPECT_THAT(warnings({{1, 3, 8, 8}, {1, 1, 8, 8}}),
              HasSubstr("COLOR: RGB does not fit the input 'b' of shape 1x1x8x8, which takes floats"));

  config.color = {"RGB", "GRAY"};
  EXPECT_THAT(warnings({{1, 3, 8, 8}, {1, 40}}), HasSubstr("COLOR: GRAY has no effect on the input 'b' of shape 1x40"));
  config.color = {"RGB", ""};
  EXPECT_EQ(warnings({{1, 3, 8, 8}, {1, 40}}), "");
}

TEST(InputSettings, FilesTellTheKindByTheirSize) {
  TestFolder folder;
  Config config;
  config.quant_dataset_path = folder.path();
  folder.write("x.bin", std::string(3 * 4, 'x'));
  EXPECT_EQ(input_settings(config, graph_of({{1, 3, 2, 2}}))[0].kind, rt::InputKind::kPixels);
  EXPECT_EQ(input_settings(config, graph_of({{1, 3, 1, 1}}))[0].kind, rt::InputKind::kFloat);
  EXPECT_EQ(input_settings(config, graph_of({{1, 12}}))[0].kind, rt::InputKind::kFloat);
}

TEST(InputSettings, ListsServeAllOrEachInput) {
  Config config;
  config.mean = {{1, 2, 3}, {4}};
  config.normal = {{2}};
  const std::vector<InputSetting> settings = input_settings(config, graph_of({{1, 3, 8, 8}, {1, 4}, {1, 5}}));
  EXPECT_THAT(settings[0].mean, ElementsAre(1, 2, 3));
  EXPECT_THAT(settings[1].mean, ElementsAre(4));
  EXPECT_THAT(settings[2].mean, ElementsAre());
  for (const InputSetting& setting : settings) EXPECT_THAT(setting.normal, ElementsAre(2));
  EXPECT_EQ(error_of([&] {
              input_settings(config, graph_of({{1, 4}}));
            }),
            "MEAN: it has 2 entries, expected one for each of the network's 1 input or one for all");
}

}  // namespace
}  // namespace magik::transform

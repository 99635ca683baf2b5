// Whole networks of the project's shared data: MAGIK_TEST_DATA, or ../shared/data beside the sources.
#include <gmock/gmock.h>

#include <cstdlib>
#include <map>

#include "transform/frontends/onnx/onnx_test_model.h"

namespace magik::transform::test {
namespace {

using testing::ElementsAre;

// The file below the folder of models; empty where it is not there.
std::string network(const std::string& name) {
  const char* folder = std::getenv("MAGIK_TEST_DATA");
  // This file is src/transform/frontends/onnx/onnx_networks_test.cc of the project.
  std::filesystem::path sources = __FILE__;
  for (int i = 0; i < 5; ++i) sources = sources.parent_path();
  const auto path = (folder ? std::filesystem::path(folder) : sources / "../shared/data") / "models" / name;
  return std::filesystem::exists(path) ? path.string() : "";
}

#define NETWORK_OR_SKIP(path, name)       \
  const std::string path = network(name); \
  if (path.empty()) GTEST_SKIP() << "no " name " in MAGIK_TEST_DATA or ../shared/data/models"

// "name shape" of each value.
std::vector<std::string> described(const rt::Graph& graph, const std::vector<rt::ValueId>& ids) {
  std::vector<std::string> texts;
  for (rt::ValueId id : ids) texts.push_back(value_of(graph, id).name + " " + value_of(graph, id).shape.text());
  return texts;
}

// Operators and how often they occur, without the Permutes that passes remove.
std::map<std::string, int> counts(const rt::Graph& graph) {
  std::map<std::string, int> result;
  for (const rt::Node& node : graph.nodes) ++result[node.op];
  result.erase("Permute");
  return result;
}

using Counts = std::map<std::string, int>;

TEST(OnnxNetworks, EfficientNetLite0) {
  NETWORK_OR_SKIP(path, "efficientnet_lite0.onnx");
  const rt::Graph graph = import_model(path, {});
  EXPECT_THAT(described(graph, graph.inputs), ElementsAre("input 1x3x224x224"));
  EXPECT_THAT(described(graph, graph.outputs), ElementsAre("907 1x1000"));
  // The computations of 17 paddings have been folded into constants.
  EXPECT_EQ(counts(graph), (Counts{{"Clip", 33},
                                   {"Conv2D", 49},
                                   {"EltwiseAdd", 9},
                                   {"GlobalAveragePool", 1},
                                   {"MatMul", 1},
                                   {"Pad", 17},
                                   {"Reshape", 1}}));
}

TEST(OnnxNetworks, YoloFastestV2) {
  NETWORK_OR_SKIP(path, "yolo-fastestv2.onnx");
  const rt::Graph graph = import_model(path, {});
  EXPECT_THAT(described(graph, graph.inputs), ElementsAre("input 1x3x352x352"));
  EXPECT_THAT(described(graph, graph.outputs), ElementsAre("770 1x22x22x95", "772 1x11x11x95"));
  EXPECT_EQ(counts(graph), (Counts{{"Concat", 19},
                                   {"Conv2D", 79},
                                   {"Gather", 26},
                                   {"MaxPool", 1},
                                   {"Relu", 46},
                                   {"Reshape", 26},
                                   {"Resize", 1},
                                   {"Sigmoid", 4},
                                   {"Softmax", 2}}));
}

TEST(OnnxNetworks, Slim320) {
  NETWORK_OR_SKIP(path, "slim-320/version-slim-320.onnx");
  const rt::Graph graph = import_model(path, {});
  EXPECT_THAT(described(graph, graph.outputs), ElementsAre("scores 1x4420x2", "boxes 1x4420x4"));
  EXPECT_EQ(counts(graph), (Counts{{"BatchNormScale", 25},
                                   {"Concat", 4},
                                   {"Conv2D", 42},
                                   {"EltwiseAdd", 2},
                                   {"EltwiseDiv", 2},
                                   {"EltwiseMul", 4},
                                   {"EltwiseSub", 1},
                                   {"Exp", 1},
                                   {"Relu", 34},
                                   {"Reshape", 8},
                                   {"Slice", 6},
                                   {"Softmax", 1}}));
}

TEST(OnnxNetworks, YoloFastestV2InAnotherSizeUpToAFeatureMap) {
  NETWORK_OR_SKIP(path, "yolo-fastestv2.onnx");
  const rt::Graph whole = import_model(path, {});
  // The first convolution's output.
  ImportOptions options;
  options.shapes = {{1, 3, 192, 320}};
  for (const rt::Node& node : whole.nodes) {
    if (node.op == "Conv2D") options.outputs = {node.name};
    if (node.op == "Conv2D") break;
  }
  const rt::Graph part = import_model(path, options);
  EXPECT_EQ(counts(part), (Counts{{"Conv2D", 1}}));
  EXPECT_EQ(value_of(part, part.outputs[0]).shape.text(), "1x24x96x160");
}

}  // namespace
}  // namespace magik::transform::test

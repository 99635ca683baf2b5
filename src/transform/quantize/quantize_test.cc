#include "transform/quantize/quantize.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "transform/calibrate/test_support.h"
#include "transform/debug/dump.h"
#include "transform/passes/pass.h"
#include "transform/quantize/rules.h"

namespace magik::transform {
namespace {

using testing::add_conv;
using ::testing::ElementsAre;
using testing::MemoryDataset;
using testing::node_named;
using testing::node_names;
using testing::random_dataset;
using testing::value_named;

StatisticsByName calibrate_randomly(const rt::Graph& graph, size_t items = 8) {
  const rt::Value& input = graph.values[static_cast<size_t>(graph.inputs[0])];
  return calibrate(std::make_shared<const rt::Graph>(graph),
                   random_dataset(items, static_cast<size_t>(input.shape.elements())), 1);
}

rt::Graph quantize_randomly(rt::Graph graph, const QuantizeSettings& settings = {}) {
  const StatisticsByName statistics = calibrate_randomly(graph);
  fuse_smooth_activations(graph);
  return quantize(graph, statistics, settings);
}

const rt::Value& input_of(const rt::Graph& graph, const rt::Node& node, size_t i) {
  return graph.values[static_cast<size_t>(node.inputs.at(i))];
}

std::vector<float> run(const rt::Graph& graph, const std::vector<float>& input) {
  const auto network = check(rt::Network::create(std::make_shared<const rt::Graph>(graph)));
  std::copy(input.begin(), input.end(), network->input(0).as<float>());
  check(network->run());
  return real_values(network->output(0));
}

double cosine(const std::vector<float>& a, const std::vector<float>& b) {
  double ab = 0, aa = 0, bb = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    ab += static_cast<double>(a[i]) * b[i];
    aa += static_cast<double>(a[i]) * a[i];
    bb += static_cast<double>(b[i]) * b[i];
  }
  return ab / std::sqrt(aa * bb);
}

TEST(QuantizeTest, AConvolutionByHand) {
  GraphBuilder builder;
  rt::ValueId x = builder.input("x", rt::ElementType::kFloat32, {1, 1, 2, 1});
  x = builder.add(
      "Conv2D", {x, builder.constant_floats("w", {1, 1, 1, 1}, {-2}), builder.constant_floats("b", {1}, {1})}, {}, "y");
  x = builder.add("Conv2D", {x, builder.constant_floats("w2", {1, 1, 1, 1}, {1})}, {}, "z");
  builder.output(x);
  const rt::Graph graph = builder.take();
  const StatisticsByName statistics =
      calibrate(std::make_shared<const rt::Graph>(graph), MemoryDataset({{2.55f, 0}, {1, 1}}), 1);
  QuantizeSettings settings;
  settings.feature_method = QuantMethod::kMaxAbs;
  const rt::Graph q = quantize(graph, statistics, settings);

  EXPECT_THAT(node_names(q), ElementsAre("x/Quantize", "y", "z"));
  const rt::Quantization& x_levels = value_named(q, "x/Quantize").quantization;
  EXPECT_FLOAT_EQ(x_levels.scale[0], 0.01f);
  EXPECT_EQ(x_levels.zero_point[0], 0);
  const rt::Quantization& y_levels = value_named(q, "y").quantization;  // -4.1 .. 1
  EXPECT_FLOAT_EQ(y_levels.scale[0], 5.1f / 255);
  EXPECT_EQ(y_levels.zero_point[0], 205);
  EXPECT_EQ(value_named(q, "y").type, rt::ElementType::kUint8);
  const rt::Node& y = node_named(q, "y");
  EXPECT_EQ(input_of(q, y, 1).constant.as<int8_t>()[0], -127);
  EXPECT_EQ(input_of(q, y, 2).type, rt::ElementType::kInt32);
  EXPECT_EQ(input_of(q, y, 2).constant.as<int32_t>()[0], 6350);  // 1 / (0.01 * 2 / 127)
  EXPECT_EQ(value_named(q, "z").type, rt::ElementType::kFloat32);
  EXPECT_NEAR(run(q, {1, 2})[0], -1, 0.02);
  EXPECT_NEAR(run(q, {1, 2})[1], -3, 0.02);
}

rt::Graph random_network(const std::string& activation = "relu") {
  GraphBuilder builder;
  rt::ValueId x = builder.input("x", rt::ElementType::kFloat32, {1, 16, 16, 3});
  x = add_conv(builder, x, 16, "a", 3, activation, 1);
  rt::Attributes pool;
  pool.set("kernel", std::vector<int64_t>{2, 2});
  pool.set("strides", std::vector<int64_t>{2, 2});
  x = builder.add("MaxPool", {x}, pool, "pool");
  const rt::ValueId left = add_conv(builder, x, 16, "left", 1, activation, 3);
  const rt::ValueId right = add_conv(builder, x, 16, "right", 3, activation, 5);
  rt::Attributes last_axis;
  last_axis.set("axis", 3);
  x = builder.add("Concat", {left, right}, last_axis, "concat");
  x = builder.add("EltwiseAdd", {add_conv(builder, x, 16, "c", 1, "", 7), left}, {}, "add");
  x = builder.add("EltwiseMul", {x, builder.constant_floats("half", {1}, {0.5f})}, {}, "mul");
  x = builder.add("Sigmoid", {x}, {}, "sigmoid");
  x = builder.add("GlobalAveragePool", {x}, {}, "mean");
  rt::Attributes flat;
  flat.set("axis", 1);
  x = builder.add("Flatten", {x}, flat, "flat");
  const auto weights = testing::random_floats(10 * 16, 11, 1.0f);
  x = builder.add("MatMul", {x, builder.constant_floats("fc.weight", {10, 16}, weights)}, {}, "fc");
  rt::Attributes classes;
  classes.set("axis", 1);
  builder.output(builder.add("Softmax", {x}, classes, "softmax"));
  return builder.take();
}

TEST(QuantizeTest, ARandomNetworkStaysCloseToFloat) {
  const rt::Graph graph = random_network();
  const rt::Graph q = quantize_randomly(graph);
  for (unsigned seed = 100; seed < 105; ++seed) {
    const std::vector<float> input = testing::random_floats(16 * 16 * 3, seed);
    EXPECT_GT(cosine(run(graph, input), run(q, input)), 0.999);
  }
}

TEST(QuantizeTest, EveryWidthAndMethodRuns) {
  const rt::Graph graph = random_network();
  const StatisticsByName statistics = calibrate_randomly(graph);
  const std::vector<float> input = testing::random_floats(16 * 16 * 3, 50);
  const std::vector<float> expected = run(graph, input);
  rt::Graph fused = graph;
  fuse_smooth_activations(fused);
  for (QuantMethod method : {QuantMethod::kMaxAbs, QuantMethod::kKl, QuantMethod::kAdmm, QuantMethod::kMse}) {
    for (int bits = 2; bits <= 12; ++bits) {
      QuantizeSettings settings;
      settings.feature_bits = bits;
      settings.weight_bits = std::min(bits, 8);
      settings.feature_method = settings.weight_method = method;
      const rt::Graph q = quantize(fused, statistics, settings);
      EXPECT_EQ(value_named(q, "concat").type, bits <= 8 ? rt::ElementType::kUint8 : rt::ElementType::kUint16);
      EXPECT_EQ(value_named(q, "concat").quantization.bits, bits);
      EXPECT_GT(cosine(expected, run(q, input)), bits < 4 ? 0.5 : bits < 8 ? 0.9 : 0.999) << bits;
    }
  }
}

TEST(QuantizeTest, NamesEqualTheFloatNetworks) {
  const rt::Graph graph = random_network();
  const rt::Graph q = quantize_randomly(graph);
  EXPECT_THAT(node_names(q), ElementsAre("x/Quantize", "a", "pool", "left", "right", "concat", "c", "add", "mul",
                                         "sigmoid", "mean", "flat", "fc", "softmax"));
  for (const rt::Node& node : graph.nodes) {
    EXPECT_EQ(node_named(q, node.name).op, node.op);
    EXPECT_EQ(q.values[static_cast<size_t>(node_named(q, node.name).outputs[0])].name, node.name);
  }
}

TEST(QuantizeTest, DataMovementKeepsLevels) {
  const rt::Graph q = quantize_randomly(random_network());
  EXPECT_EQ(value_named(q, "pool").quantization, value_named(q, "a").quantization);
  EXPECT_EQ(value_named(q, "flat").quantization, value_named(q, "mean").quantization);
}

TEST(QuantizeTest, ConcatSharesItsLevelsWithInputsThatLoseLittle) {
  const auto build = [](float right_scale) {
    GraphBuilder builder;
    const rt::ValueId x = builder.input("x", rt::ElementType::kFloat32, {1, 4, 4, 2});
    const rt::ValueId left = add_conv(builder, x, 4, "left", 1, "relu", 3);
    const rt::ValueId right =
        builder.add("EltwiseMul", {left, builder.constant_floats("s", {1}, {right_scale})}, {}, "right");
    const rt::ValueId other = builder.add("EltwiseMul", {left, builder.constant_floats("t", {1}, {1.1f})}, {}, "other");
    rt::Attributes axis;
    axis.set("axis", 3);
    const rt::ValueId concat = builder.add("Concat", {right, other}, axis, "concat");
    builder.output(add_conv(builder, concat, 2, "last", 1));
    return builder.take();
  };
  QuantizeSettings settings;
  settings.feature_method = QuantMethod::kMaxAbs;
  const rt::Graph close = quantize_randomly(build(0.8f), settings);
  EXPECT_EQ(value_named(close, "right").quantization, value_named(close, "concat").quantization);
  EXPECT_EQ(value_named(close, "other").quantization, value_named(close, "concat").quantization);
  const rt::Graph far = quantize_randomly(build(0.3f), settings);
  EXPECT_LT(value_named(far, "right").quantization.scale[0], value_named(far, "concat").quantization.scale[0] / 2);
  EXPECT_EQ(value_named(far, "other").quantization, value_named(far, "concat").quantization);
}

TEST(QuantizeTest, SkippedNodesGetBorders) {
  QuantizeSettings settings;
  settings.skip_nodes = {"right", "mul"};
  const rt::Graph graph = random_network();
  const rt::Graph q = quantize_randomly(graph, settings);
  EXPECT_THAT(node_names(q), ElementsAre("x/Quantize", "a", "pool", "left", "pool/Dequantize", "right",
                                         "right/Quantize", "concat", "c", "add", "add/Dequantize", "mul",
                                         "mul/Quantize", "sigmoid", "mean", "flat", "fc", "softmax"));
  EXPECT_EQ(value_named(q, "right").type, rt::ElementType::kFloat32);
  EXPECT_TRUE(value_named(q, "right/Quantize").quantization.enabled());
  const std::vector<float> input = testing::random_floats(16 * 16 * 3, 60);
  EXPECT_GT(cosine(run(graph, input), run(q, input)), 0.999);
}

TEST(QuantizeTest, SkippingEverythingGivesTheFloatNetwork) {
  QuantizeSettings settings;
  const rt::Graph graph = random_network();
  for (const rt::Node& node : graph.nodes) settings.skip_ops.insert(user_op_type(node));
  const rt::Graph q = quantize_randomly(graph, settings);
  EXPECT_EQ(node_names(q), node_names(graph));
  const std::vector<float> input = testing::random_floats(16 * 16 * 3, 61);
  EXPECT_EQ(run(graph, input), run(q, input));
}

TEST(QuantizeTest, AnOutputInTheMiddleIsFloatUnderItsName) {
  rt::Graph graph = random_network();
  graph.outputs.insert(graph.outputs.begin(), testing::find_value(graph, "pool"));
  const rt::Graph q = quantize_randomly(graph);
  EXPECT_EQ(q.values[static_cast<size_t>(q.outputs[0])].name, "pool");
  EXPECT_EQ(value_named(q, "pool").type, rt::ElementType::kFloat32);
  EXPECT_EQ(value_named(q, "pool/Quantized").type, rt::ElementType::kUint8);
  const std::vector<float> input = testing::random_floats(16 * 16 * 3, 62);
  EXPECT_GT(cosine(run(graph, input), run(q, input)), 0.999);
}

TEST(QuantizeTest, SmoothActivationsAreFusedWithAWideTable) {
  GraphBuilder builder;
  rt::ValueId x = builder.input("x", rt::ElementType::kFloat32, {1, 8, 8, 4});
  x = builder.add("SiLU", {add_conv(builder, x, 8, "conv", 3, "")}, {}, "silu");
  builder.output(add_conv(builder, x, 4, "last", 1, ""));
  const rt::Graph graph = builder.take();
  const rt::Graph q = quantize_randomly(graph);
  EXPECT_THAT(node_names(q), ElementsAre("x/Quantize", "silu", "last"));
  const rt::Node& node = node_named(q, "silu");
  EXPECT_EQ(node.attributes.integer("pre_bits", 0), 12);
  EXPECT_GT(node.attributes.number("pre_scale", 0), 0);
  EXPECT_FALSE(node.attributes.has("pre_activation"));
  EXPECT_EQ(input_of(q, node, 4).shape, (rt::Shape{4096}));
  EXPECT_EQ(input_of(q, node, 4).type, rt::ElementType::kUint8);
  const std::vector<float> input = testing::random_floats(8 * 8 * 4, 63);
  EXPECT_GT(cosine(run(graph, input), run(q, input)), 0.999);
}

TEST(QuantizeTest, WidthsAndRangesOfNodesWin) {
  QuantizeSettings settings;
  settings.node_feature_bits = {{"a", 12}, {"left", 4}, {"flat", 6}};
  settings.node_ranges = {{"right", {0, 1.7f}}};
  const rt::Graph q = quantize_randomly(random_network(), settings);
  EXPECT_EQ(value_named(q, "a").quantization.bits, 12);
  EXPECT_EQ(value_named(q, "pool").quantization.bits, 12);
  EXPECT_EQ(value_named(q, "left").quantization.bits, 4);
  EXPECT_FLOAT_EQ(value_named(q, "right").quantization.scale[0], 1.7f / 255);
  EXPECT_EQ(value_named(q, "mean").quantization.bits, 8);
  EXPECT_EQ(value_named(q, "mean/Requantize").quantization.bits, 6);
  EXPECT_EQ(value_named(q, "flat").quantization.bits, 6);
  run(q, testing::random_floats(16 * 16 * 3, 64));
}

TEST(QuantizeTest, DataMovementOfAnotherWidthRequantizesOnceAndFollowsAGivenRange) {
  QuantizeSettings settings;
  settings.node_feature_bits = {{"a", 10}, {"pool", 8}};
  const rt::Graph own = quantize_randomly(random_network(), settings);
  const std::vector<std::string> names = node_names(own);
  EXPECT_EQ(std::count_if(names.begin(), names.end(), [](const auto& name) { return name.starts_with("a/"); }), 1);
  EXPECT_EQ(value_named(own, "a/Requantize").quantization, value_named(own, "pool").quantization);
  settings.node_ranges = {{"a", {0, 1.7f}}};
  const rt::Graph given = quantize_randomly(random_network(), settings);
  EXPECT_FLOAT_EQ(value_named(given, "pool").quantization.scale[0], 1.7f / 255);
}

// One node at a time is wider than its neighbours, then narrower: every operator meets levels stored as u8 and as u16.
TEST(QuantizeTest, AnyNodeMayHaveAnotherStorageThanItsNeighbours) {
  for (const char* activation : {"relu", ""}) {
    rt::Graph graph = random_network(activation);
    const StatisticsByName statistics = calibrate_randomly(graph);
    const std::vector<float> input = testing::random_floats(16 * 16 * 3, 50);
    const std::vector<float> expected = run(graph, input);
    fuse_smooth_activations(graph);
    for (const rt::Node& node : graph.nodes) {
      for (const auto& [usual, bits] : {std::pair{8, 12}, std::pair{12, 8}}) {
        QuantizeSettings settings;
        settings.feature_bits = usual;
        settings.node_feature_bits = {{node.name, bits}};
        const rt::Graph q = quantize(graph, statistics, settings);
        EXPECT_GT(cosine(expected, run(q, input)), 0.999) << node.name << " at " << bits << " bits";
      }
    }
  }
}

TEST(QuantizeTest, LongWideReductionsGet64BitAccumulators) {
  GraphBuilder builder;
  rt::ValueId x = builder.input("x", rt::ElementType::kFloat32, {1, 8192});
  const rt::ValueId ones = builder.constant_floats("w", {4, 8192}, std::vector<float>(4 * 8192, 1.0f));
  builder.output(builder.add("MatMul", {x, ones}, {}, "y"));
  const rt::Graph graph = builder.take();
  QuantizeSettings settings;
  settings.feature_bits = 12;
  const rt::Graph wide = quantize_randomly(graph, settings), narrow = quantize_randomly(graph);
  EXPECT_EQ(node_named(wide, "y").attributes.integer("accumulator_bits", 32), 64);
  EXPECT_EQ(node_named(narrow, "y").attributes.integer("accumulator_bits", 32), 32);
}

TEST(QuantizeTest, NodesShareQuantizedWeights) {
  GraphBuilder builder;
  const rt::ValueId x = builder.input("x", rt::ElementType::kFloat32, {1, 4, 4, 2});
  const rt::ValueId w = builder.constant_floats("w", {2, 1, 1, 2}, {1, 2, 3, 4});
  rt::ValueId y = builder.add("Conv2D", {x, w}, {}, "first");
  builder.output(builder.add("Conv2D", {y, w}, {}, "second"));
  const rt::Graph q = quantize_randomly(builder.take());
  EXPECT_EQ(node_named(q, "first").inputs[1], node_named(q, "second").inputs[1]);
}

TEST(QuantizeTest, PixelsKeepTheirLevels) {
  GraphBuilder builder;
  const rt::ValueId x = builder.input("x", rt::ElementType::kUint8, {1, 4, 4, 3});
  const rt::ValueId norm = builder.add("BatchNormScale", {x}, {}, "x/BatchNormScale");
  builder.output(add_conv(builder, norm, 2, "conv"));
  rt::Graph graph = builder.take();
  rt::Quantization pixels;
  pixels.bits = 8;
  pixels.scale = {1};
  pixels.zero_point = {0};
  graph.values[static_cast<size_t>(graph.inputs[0])].quantization = pixels;
  StatisticsByName statistics;
  for (int bits : {4, 8, 10}) {
    QuantizeSettings settings;
    settings.feature_bits = bits;
    const rt::Graph q = quantize(graph, statistics, settings);
    EXPECT_THAT(node_names(q), ElementsAre("x/BatchNormScale", "conv"));
    EXPECT_EQ(value_named(q, "x/BatchNormScale").quantization, pixels);
  }
}

}  // namespace
}  // namespace magik::transform

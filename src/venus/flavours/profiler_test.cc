#include "venus/flavours/profiler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <sstream>

#include "venus/core/test_graph.h"

namespace magik::rt {
namespace {

using test::attribute;
using testing::HasSubstr;
using Ints = std::vector<int64_t>;

std::vector<float> floats(size_t count) { return std::vector<float>(count, 0.25f); }

// RGB pixels {1,8,6,3} -> `data/BatchNormScale`, an alias -> `conv`, 3x3 with stride 2 and padding, 4 of 3 channels ->
// `dw`, 3x3 depthwise -> `pool`, 2x2 -> `flat` -> `dense`, 5 of 4 values. `conv` is quantized, with 8-bit weights.
std::shared_ptr<const Graph> hand_made() {
  test::TestGraph test;
  const auto levels = [&](ValueId id, ElementType type, Quantization quantization) {
    test.graph.values[static_cast<size_t>(id)].type = type;
    test.graph.values[static_cast<size_t>(id)].quantization = std::move(quantization);
  };
  const ValueId data = test.pixels("data", {1, 8, 6, 3});
  levels(data, ElementType::kUint8, {8, {1.0f}, {0}, -1});
  const ValueId same = test.node("BatchNormScale", "data/BatchNormScale", {data}, {1, 8, 6, 3}, {});
  levels(same, ElementType::kUint8, {8, {1.0f}, {0}, -1});
  const ValueId weight = test.value("weight", {4, 3, 3, 3}, ElementType::kInt8);
  test.graph.values[static_cast<size_t>(weight)].constant =
      Constant::copy_of(std::vector<int8_t>(4 * 3 * 3 * 3, 3).data(), 4 * 3 * 3 * 3);
  levels(weight, ElementType::kInt8, {8, {0.1f, 0.1f, 0.1f, 0.1f}, {}, 0});
  Attributes conv = attribute("strides", Ints{2, 2});
  conv.set("pads", Ints{1, 1, 1, 1});
  const ValueId a = test.node("Conv2D", "conv", {same, weight}, {1, 4, 3, 4}, conv);
  const ValueId dw_weight = test.constant("dw_weight", {4, 3, 3, 1}, floats(36));
  Attributes depthwise = attribute("group", 4);
  depthwise.set("auto_pad", "SAME_UPPER");
  const ValueId b = test.node("Conv2D", "dw", {a, dw_weight}, {1, 4, 3, 4}, depthwise);
  Attributes window = attribute("kernel", Ints{2, 2});
  window.set("strides", Ints{2, 2});
  const ValueId c = test.node("AveragePool", "pool", {b}, {1, 2, 1, 4}, window);
  const ValueId d = test.node("Flatten", "flat", {c}, {1, 8}, attribute("axis", 1));
  const ValueId dense = test.constant("dense_weight", {5, 8}, floats(40));
  return test.shared({test.node("MatMul", "dense", {d, dense}, {1, 5})});
}

std::unique_ptr<Network> network() {
  auto created = Network::create(hand_made());
  EXPECT_TRUE(created.ok()) << created.message();
  return created.take();
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::vector<std::string> cells_of(const std::string& line) {
  std::istringstream stream(line);
  return {std::istream_iterator<std::string>(stream), {}};
}

// The rows of the table with this title: cells by column name.
std::vector<std::map<std::string, std::string>> rows_of(const std::string& tables, const std::string& title) {
  std::vector<std::map<std::string, std::string>> rows;
  const std::vector<std::string> lines = lines_of(tables);
  size_t at = 0;
  while (at < lines.size() && lines[at] != title) ++at;
  if (at + 1 >= lines.size()) return rows;
  const std::vector<std::string> header = cells_of(lines[at + 1]);
  for (at += 2; at < lines.size() && lines[at].compare(0, 5, "=====") != 0; ++at) {
    const std::vector<std::string> cells = cells_of(lines[at]);
    EXPECT_EQ(cells.size(), header.size()) << lines[at];
    rows.emplace_back();
    for (size_t i = 0; i < cells.size(); ++i) rows.back()[header[i]] = cells[i];
  }
  return rows;
}

constexpr char kDetailed[] = "===== Detailed DispatchProfiler Summary: N/A, Exclude 5warm-ups =====";
constexpr char kDetailedOfAll[] = "===== Detailed DispatchProfiler Summary: N/A, Exclude 0warm-ups =====";
constexpr char kConcise[] = "===== Concise Dispatch Profiler Summary: N/A, Exclude 0 warm-ups =====";

// A run in which node i takes times[i] milliseconds.
void observe(Profiler& profiler, const Network& network, const std::vector<double>& times) {
  profiler.run_begins(network);
  for (size_t i = 0; i < times.size(); ++i) profiler.node_done(network, i, times[i]);
  profiler.run_ends(network);
}

TEST(NodeWork, HasShapesWindowsAndCountsOfAHandMadeNetwork) {
  const auto net = network();
  const std::vector<NodeWork> works = work_of(*net);
  ASSERT_EQ(works.size(), 6u);

  const NodeWork& same = works[0];
  EXPECT_EQ(same.layer, "data/BatchNormScale");
  EXPECT_EQ(same.inputs, "{1,8,6,4}");
  EXPECT_EQ(same.outputs, "{1,8,6,4}");
  EXPECT_FALSE(same.multiply_accumulates);
  EXPECT_FALSE(same.bytes);

  const NodeWork& conv = works[1];
  EXPECT_EQ(conv.layer, "conv_Quantize");
  EXPECT_EQ(conv.type, "Convolution");
  EXPECT_EQ(conv.inputs, "{1,8,6,4}");
  EXPECT_EQ(conv.outputs, "{1,4,3,4}");
  EXPECT_EQ(conv.filter, "{3,3,4,4}");
  EXPECT_EQ(conv.stride, "{2,2}");
  EXPECT_EQ(conv.pad, "{1,1,1,1}");
  EXPECT_EQ(conv.dilation, "{1,1}");
  EXPECT_EQ(conv.multiply_accumulates, 4 * 3 * 4 * 3 * 3 * 3);
  EXPECT_EQ(conv.bytes, 8 * 6 * 4 + 4 * 3 * 3 * 3 + 4 * 3 * 4 * 4);

  const NodeWork& depthwise = works[2];
  EXPECT_EQ(depthwise.layer, "dw");
  EXPECT_EQ(depthwise.type, "DepthwiseConvolution");
  EXPECT_EQ(depthwise.filter, "{3,3,1,4}");
  EXPECT_EQ(depthwise.pad, "{1,1,1,1}");
  EXPECT_EQ(depthwise.multiply_accumulates, 4 * 3 * 4 * 9);
  EXPECT_EQ(depthwise.bytes, 4 * (48 + 36 + 48));

  const NodeWork& pool = works[3];
  EXPECT_EQ(pool.type, "AvgPool");
  EXPECT_EQ(pool.filter, "{2,2}");
  EXPECT_EQ(pool.stride, "{2,2}");
  EXPECT_EQ(pool.pad, "{0,0,0,0}");
  EXPECT_EQ(pool.dilation, "N/A");
  EXPECT_FALSE(pool.multiply_accumulates);
  EXPECT_EQ(pool.bytes, 4 * (48 + 8));

  EXPECT_EQ(works[4].outputs, "{1,8}");
  EXPECT_EQ(works[4].filter, "N/A");

  const NodeWork& dense = works[5];
  EXPECT_EQ(dense.type, "MatMul");
  EXPECT_EQ(dense.filter, "{8,5}");
  EXPECT_EQ(dense.multiply_accumulates, 40);
  EXPECT_EQ(dense.bytes, 4 * (8 + 40 + 5));
}

TEST(Profiler, TellsTimesOfTheRunsAfterTheWarmUps) {
  const auto net = network();
  Profiler profiler(5);
  EXPECT_EQ(profiler.tables(), "");
  for (int run = 0; run < 5; ++run) observe(profiler, *net, {0, 90, 90, 90, 90, 90});
  observe(profiler, *net, {0, 4, 2, 1, 0.5, 0.5});
  observe(profiler, *net, {0, 8, 2, 1, 0.5, 0.5});
  const std::string tables = profiler.tables();
  EXPECT_EQ(tables.find("[I/magik::venus]:\nTiming cycle = 7\n====="), 0u) << tables;
  const auto rows = rows_of(tables, kDetailed);
  ASSERT_EQ(rows.size(), 6u) << tables;
  auto conv = rows[1];
  EXPECT_EQ(conv["LayerName"], "conv_Quantize");
  EXPECT_EQ(conv["OperatorType"], "Convolution");
  EXPECT_EQ(conv["FilterShape"], "{3,3,4,4}");
  EXPECT_EQ(conv["Avg(ms)"], "6.0000");
  EXPECT_EQ(conv["Max(ms)"], "8.0000");
  EXPECT_EQ(conv["Min(ms)"], "4.0000");
  EXPECT_EQ(conv["Last(ms)"], "8.0000");
  EXPECT_EQ(conv["Avg(%)"], "60.000");
  EXPECT_EQ(conv["GOPs"], "0.000002592");  // 2 x 1296
  EXPECT_EQ(conv["BandWidth(MB)"], "0.000492");
  auto same = rows[0];
  EXPECT_EQ(same["GOPs"], "N/A");
  EXPECT_EQ(same["BandWidth(MB)"], "N/A");
  double percent = 0;
  for (auto row : rows) percent += std::stod(row["Avg(%)"]);
  EXPECT_NEAR(percent, 100, 0.0005 * 6);
}

TEST(Profiler, FewRunsAllCount) {
  const auto net = network();
  Profiler profiler(5);
  for (int run = 1; run <= 5; ++run) observe(profiler, *net, {0, 1.0 * run, 0, 0, 0, 0});
  auto rows = rows_of(profiler.tables(), kDetailedOfAll);
  ASSERT_EQ(rows.size(), 6u) << profiler.tables();
  EXPECT_EQ(rows[1]["Avg(ms)"], "3.0000");
  EXPECT_EQ(rows[1]["Avg(%)"], "100.000");
}

TEST(Profiler, SumsTheTypesOfEachRunMostTimeFirst) {
  const auto net = network();
  Profiler profiler(0);
  observe(profiler, *net, {0, 1, 6, 1, 0, 2});
  observe(profiler, *net, {0, 3, 2, 1, 0, 4});
  auto rows = rows_of(profiler.tables(), kConcise);
  ASSERT_EQ(rows.size(), 6u);
  EXPECT_EQ(rows[0]["OperatorType"], "DepthwiseConvolution");
  EXPECT_EQ(rows[0]["Avg(ms)"], "4.0000");
  EXPECT_EQ(rows[0]["Max(ms)"], "6.0000");
  EXPECT_EQ(rows[0]["Min(ms)"], "2.0000");
  EXPECT_EQ(rows[0]["GOPs"], "0.000000864");  // 2 x 432
  EXPECT_EQ(rows[0]["CalledTimes"], "1");
  EXPECT_EQ(rows[3]["OperatorType"], "AvgPool");
  EXPECT_EQ(rows[3]["GOPs"], "N/A");
  double percent = 0;
  for (auto row : rows) percent += std::stod(row["Avg(%)"]);
  EXPECT_NEAR(percent, 100, 0.0005 * 6);
}

TEST(Profiler, ColumnsAreAligned) {
  const auto net = network();
  Profiler profiler(0);
  observe(profiler, *net, {0, 1234.5, 6, 1, 0, 2});
  for (const char* title : {kDetailedOfAll, kConcise}) {
    const std::vector<std::string> lines = lines_of(profiler.tables());
    size_t at = static_cast<size_t>(std::find(lines.begin(), lines.end(), title) - lines.begin()) + 1;
    const std::string header = lines.at(at);
    for (++at; at < lines.size() && lines[at][0] != '='; ++at) {
      for (size_t i = 0; i < header.size(); ++i) {
        if (header[i] == ' ' || (i > 0 && header[i - 1] != ' ')) continue;  // no column starts here
        EXPECT_NE(lines[at][i], ' ') << lines[at];
        EXPECT_EQ(i == 0 ? ' ' : lines[at][i - 1], ' ') << lines[at];
      }
    }
  }
}

TEST(Profiler, OfRealRunsCountsCompleteOnesOnly) {
  const auto net = network();
  Profiler profiler(0);
  EXPECT_TRUE(net->run_nodes(0, 3, &profiler).ok());
  EXPECT_EQ(profiler.runs(), 0u);
  EXPECT_TRUE(net->run(&profiler).ok());
  EXPECT_TRUE(net->run_nodes(0, 2, &profiler).ok());
  EXPECT_TRUE(net->run_nodes(2, net->node_count(), &profiler).ok());
  EXPECT_EQ(profiler.runs(), 2u);
  EXPECT_THAT(profiler.tables(), HasSubstr("Timing cycle = 2\n"));
  profiler.clear();
  EXPECT_EQ(profiler.tables(), "");
  EXPECT_EQ(profiler.dot(), "");
}

TEST(Profiler, DrawsTheNetwork) {
  const auto net = network();
  Profiler profiler(0);
  observe(profiler, *net, {0, 3, 1, 0, 0, 0});
  const std::string dot = profiler.dot();
  EXPECT_EQ(dot.find("digraph network {\n"), 0u);
  EXPECT_THAT(dot, HasSubstr("\n  input0 [shape=oval, label=\"data\"];\n"));
  EXPECT_THAT(dot, HasSubstr("\n  node1 [label=\"conv_Quantize\\nConvolution, "));
  EXPECT_THAT(dot, HasSubstr("\\n3.0000 ms, 75.000 %\", fillcolor=\"0.05 0.800 1.0\"];\n"));
  EXPECT_THAT(dot, HasSubstr("\n  input0 -> node0 [label=\"{1,8,6,3}\"];\n  node0 -> node1 "));
  EXPECT_THAT(dot, HasSubstr("  node4 -> node5 [label=\"{1,8}\"];\n}\n"));
}

TEST(Profiler, EscapesNamesInThePicture) {
  test::TestGraph test;
  const ValueId x = test.input("a \"b\" \\ c", {1, 4});
  auto created = Network::create(test.shared({test.node("Relu", "r\"", {x}, {1, 4})}));
  ASSERT_TRUE(created.ok()) << created.message();
  Profiler profiler(0);
  ASSERT_TRUE(created.value()->run(&profiler).ok());
  EXPECT_THAT(profiler.dot(), HasSubstr("label=\"a \\\"b\\\" \\\\ c\"]"));
  EXPECT_THAT(profiler.dot(), HasSubstr("label=\"r\\\"\\nRelu"));
}

}  // namespace
}  // namespace magik::rt

#include "transform/ir/graph_edit.h"

#include <gmock/gmock.h>

#include "transform/error.h"
#include "venus/core/test_graph.h"

namespace magik::transform {
namespace {

using rt::test::TestGraph;
using testing::ElementsAre;

std::vector<std::string> node_names(const rt::Graph& graph) {
  std::vector<std::string> names;
  for (const rt::Node& node : graph.nodes) names.push_back(node.name);
  return names;
}

TEST(GraphIndex, KnowsProducersAndConsumers) {
  TestGraph test;
  const auto x = test.input("x", {2});
  const auto a = test.node("Relu", "a", {x}, {2});
  const auto b = test.node("EltwiseAdd", "b", {a, a}, {2});
  test.graph.outputs = {b};
  const GraphIndex index(test.graph);
  EXPECT_EQ(index.producer(x), -1);
  EXPECT_EQ(index.producer(b), 1);
  EXPECT_THAT(index.consumers(a), ElementsAre(1, 1));
  EXPECT_FALSE(index.has_single_use(a));
  EXPECT_TRUE(index.has_single_use(x));
  EXPECT_TRUE(index.is_output(b));
}

TEST(ReplaceUses, ChangesNodesAndOutputs) {
  TestGraph test;
  const auto x = test.input("x", {2});
  const auto a = test.node("Relu", "a", {x}, {2});
  const auto b = test.node("Exp", "b", {a}, {2});
  test.graph.outputs = {a, b};
  replace_uses(test.graph, a, x);
  EXPECT_THAT(test.graph.nodes[1].inputs, ElementsAre(x));
  EXPECT_THAT(test.graph.outputs, ElementsAre(x, b));
}

TEST(RemoveDead, DropsNodesAndValuesAndKeepsInputs) {
  TestGraph test;
  const auto x = test.input("x", {2});
  test.input("unused", {2});
  test.constant("dead constant", {1}, {1});
  test.node("Relu", "dead", {x}, {2});
  const auto live = test.node("Exp", "live", {x}, {2});
  test.graph.outputs = {live};
  remove_dead(test.graph);
  EXPECT_THAT(node_names(test.graph), ElementsAre("live"));
  ASSERT_EQ(test.graph.values.size(), 3u);
  EXPECT_EQ(test.graph.values[static_cast<size_t>(test.graph.outputs[0])].name, "live");
  EXPECT_EQ(test.graph.values[static_cast<size_t>(test.graph.inputs[1])].name, "unused");
}

TEST(SortTopologically, MovesOnlyWhatHasTo) {
  TestGraph test;
  const auto x = test.input("x", {2});
  const auto late = test.value("late", {2});
  test.node("Exp", "first", {late}, {2});
  test.node("Relu", "second", {x}, {2});
  rt::Node producer;
  producer.op = "Neg";
  producer.name = "late";
  producer.inputs = {x};
  producer.outputs = {late};
  test.graph.nodes.push_back(producer);
  sort_topologically(test.graph);
  EXPECT_THAT(node_names(test.graph), ElementsAre("second", "late", "first"));
  sort_topologically(test.graph);
  EXPECT_THAT(node_names(test.graph), ElementsAre("second", "late", "first"));
}

TEST(SortTopologically, RefusesCycles) {
  TestGraph test;
  const auto loop = test.value("loop", {2});
  const auto a = test.node("Relu", "a", {loop}, {2});
  rt::Node back;
  back.op = "Relu";
  back.inputs = {a};
  back.outputs = {loop};
  test.graph.nodes.push_back(back);
  EXPECT_THROW(sort_topologically(test.graph), Error);
}

TEST(InferShapes, FollowsAnInputsNewShape) {
  TestGraph test;
  const auto x = test.input("x", {2, 3});
  const auto y = test.node("Relu", "y", {x}, {2, 3});
  test.graph.values[static_cast<size_t>(x)].shape = {4, 3};
  infer_shapes(test.graph);
  EXPECT_EQ(test.graph.values[static_cast<size_t>(y)].shape.text(), "4x3");
}

TEST(FloatsOf, IsTheInverseOfConstantOf) {
  rt::Value value;
  value.type = rt::ElementType::kFloat32;
  value.shape = {2};
  value.constant = constant_of({1.5f, -2});
  EXPECT_THAT(floats_of(value), ElementsAre(1.5f, -2));
  value.type = rt::ElementType::kInt32;
  EXPECT_THROW(floats_of(value), Error);
}

}  // namespace
}  // namespace magik::transform

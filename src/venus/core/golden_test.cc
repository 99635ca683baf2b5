#include "venus/core/golden.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "venus/core/model_header.h"
#include "venus/core/test_graph.h"

namespace magik::rt {
namespace {

using test::TestGraph;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Two nodes, one behind the other.
Graph doubling_twice() {
  TestGraph builder;
  const ValueId x = builder.input("x", {1, 3});
  const ValueId y = builder.node("EltwiseAdd", "y", {x, x}, {1, 3});
  builder.graph.outputs = {builder.node("EltwiseAdd", "z", {y, y}, {1, 3})};
  return builder.graph;
}

std::unique_ptr<Network> network_of(const Graph& graph) {
  auto network = Network::create(std::make_shared<const Graph>(graph));
  EXPECT_TRUE(network.ok()) << network.message();
  return network.take();
}

Graph with_golden() {
  Graph graph = doubling_twice();
  const auto network = network_of(graph);
  for (int i = 0; i < 3; ++i) network->input(0).as<float>()[i] = static_cast<float>(i);
  auto golden = record_golden(*network);
  EXPECT_TRUE(golden.ok()) << golden.message();
  graph.golden = golden.take();
  return graph;
}

TEST(Golden, HoldsTheInputAndEveryNodesChecksum) {
  const Graph graph = with_golden();
  ASSERT_EQ(graph.golden.inputs.size(), 1u);
  ASSERT_EQ(graph.golden.inputs[0].bytes, 12u);
  EXPECT_EQ(graph.golden.inputs[0].as<float>()[2], 2);
  const auto sum = [](const std::vector<float>& values) {
    return model_checksum(reinterpret_cast<const uint8_t*>(values.data()), values.size() * sizeof(float));
  };
  EXPECT_THAT(graph.golden.node_checksums, ElementsAre(sum({0, 2, 4}), sum({0, 4, 8})));
}

TEST(Golden, NamesTheNodesThatAreOff) {
  Graph graph = with_golden();
  const auto network = network_of(graph);
  network->input(0).as<float>()[0] = 99;  // what was there does not matter
  EXPECT_THAT(nodes_off_golden(*network).take(), IsEmpty());
  graph.golden.node_checksums[1] ^= 1;
  EXPECT_THAT(nodes_off_golden(*network_of(graph)).take(), ElementsAre(1u));
}

TEST(Golden, NeedsATestAndItsShape) {
  EXPECT_THAT(nodes_off_golden(*network_of(doubling_twice())).message(), HasSubstr("has no golden test"));
  const auto network = network_of(with_golden());
  ASSERT_TRUE(network->reshape_input(0, {2, 3}).ok());
  EXPECT_THAT(nodes_off_golden(*network).message(), HasSubstr("is for input 0 of shape 1x3, it has 2x3"));
}

TEST(Golden, HasToFitTheGraph) {
  Graph graph = with_golden();
  graph.golden.node_checksums.push_back(0);
  const auto error_of = [](const Graph& wrong) {
    return Network::create(std::make_shared<const Graph>(wrong)).message();
  };
  EXPECT_THAT(error_of(graph), HasSubstr("the golden test has 1 inputs and 3 checksums, the network 1 inputs and 2"));
  graph = with_golden();
  graph.golden.inputs.clear();
  EXPECT_THAT(error_of(graph), HasSubstr("the golden test has 0 inputs and 2 checksums"));
  graph = with_golden();
  graph.golden.inputs[0].bytes = 8;
  EXPECT_THAT(error_of(graph), HasSubstr("input 0 of the golden test has 8 bytes, expected 12"));
}

}  // namespace
}  // namespace magik::rt

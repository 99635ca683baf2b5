#include "venus/core/graph_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "venus/core/test_graph.h"

namespace magik::rt {
namespace {

// x [1,2,2,2] -> Relu "act" -> output; a quantized constant "w" beside it.
Graph small_graph() {
  test::TestGraph builder;
  const ValueId x = builder.input("x", {1, 2, 2, 2});
  const ValueId act = builder.node("Relu", "act", {x}, {1, 2, 2, 2});
  const ValueId w = builder.value("w", {2, 3}, ElementType::kInt8);
  const int8_t levels[] = {-7, 0, 7, 1, 2, 3};
  builder.graph.values[w].constant = Constant::copy_of(levels, 6);
  builder.graph.values[w].quantization = {4, {0.5f, 0.25f}, {}, 0};
  builder.graph.outputs = {act};
  return builder.graph;
}

std::string error_of(const std::function<void(Graph&)>& change) {
  Graph graph = small_graph();
  change(graph);
  return check_graph(graph).message();
}

TEST(CheckGraph, AcceptsAValidGraph) {
  EXPECT_EQ(error_of([](Graph&) {}), "");
}

TEST(CheckGraph, Values) {
  EXPECT_EQ(error_of([](Graph& g) { g.values[1].type = static_cast<ElementType>(9); }),
            "value 1 'act': element type 9 is unknown to this library");
  EXPECT_EQ(error_of([](Graph& g) {
              g.values[0].shape = {1, -2};
            }),
            "value 0 'x': shape 1x-2 has a negative dimension");
  EXPECT_EQ(error_of([](Graph& g) {
              g.values[0].source_axes = {0, 3, 1, 1};
            }),
            "value 0 'x': source_axes is not a permutation of the 4 axes");
  EXPECT_EQ(error_of([](Graph& g) { g.values[0].source_axes = {0, 3, 1, 2}; }), "");
  EXPECT_EQ(error_of([](Graph& g) { g.values[2].constant.bytes = 5; }),
            "value 2 'w': the constant has 5 bytes, but int8 of shape 2x3 has 6");
}

TEST(CheckGraph, Quantization) {
  const auto with = [](Quantization q, ElementType type) {
    return error_of([&](Graph& g) {
      g.values[1].type = type;
      g.values[1].quantization = q;
    });
  };
  EXPECT_EQ(with({8, {0.5f}, {128}, -1}, ElementType::kUint8), "");
  EXPECT_EQ(with({12, {0.5f}, {4095}, -1}, ElementType::kUint16), "");
  EXPECT_EQ(with({17, {0.5f}, {0}, -1}, ElementType::kUint16), "value 1 'act': 17 bits, expected 0 to 16");
  EXPECT_EQ(with({12, {0.5f}, {0}, -1}, ElementType::kUint8), "value 1 'act': uint8 cannot hold 12-bit levels");
  EXPECT_EQ(with({8, {0.5f, 1}, {0, 0}, -1}, ElementType::kUint8),
            "value 1 'act': 2 scales for shape 1x2x2x2 with quantization axis -1, expected one or one for each index");
  EXPECT_EQ(with({8, {0.5f, 1}, {0, 0}, 3}, ElementType::kUint8), "");
  EXPECT_EQ(with({8, {0.0f}, {0}, -1}, ElementType::kUint8),
            "value 1 'act': scale 0, expected a finite number above 0");
  EXPECT_EQ(with({8, {NAN}, {0}, -1}, ElementType::kUint8),
            "value 1 'act': scale nan, expected a finite number above 0");
  EXPECT_EQ(with({8, {1.0f}, {}, -1}, ElementType::kUint8), "value 1 'act': 0 zero points for 1 scales");
  EXPECT_EQ(with({4, {1.0f}, {16}, -1}, ElementType::kUint8), "value 1 'act': zero point 16, expected 0 to 15");
  EXPECT_EQ(error_of([](Graph& g) { g.values[2].quantization.bits = 3; }),
            "value 2 'w': the constant has a level outside of its 3 bits");
  EXPECT_EQ(error_of([](Graph& g) {
              g.values[2].quantization.zero_point = {0, 0};
            }),
            "value 2 'w': zero points, but int8 levels are symmetric and have none");
}

TEST(CheckGraph, NodesAndOrder) {
  EXPECT_EQ(error_of([](Graph& g) { g.nodes[0].inputs = {7}; }),
            "node 'act' (Relu): value 7 does not exist, the model has 3 values");
  EXPECT_EQ(error_of([](Graph& g) { g.nodes[0].inputs = {-2}; }),
            "node 'act' (Relu): value -2 does not exist, the model has 3 values");
  EXPECT_EQ(error_of([](Graph& g) { g.nodes[0].inputs = {1}; }),
            "node 'act' (Relu): value 1 'act' is used before any node produces it");
  EXPECT_EQ(error_of([](Graph& g) { g.nodes.push_back(g.nodes[0]); }),
            "node 'act' (Relu): value 1 'act' is produced twice, or is a constant or an input");
  EXPECT_EQ(error_of([](Graph& g) { g.nodes[0].outputs.clear(); }), "node 'act' (Relu): the node has no outputs");
  EXPECT_EQ(error_of([](Graph& g) { g.nodes[0].version = 0; }),
            "node 'act' (Relu): version 0 of the operator, expected 1 or above");
}

TEST(CheckGraph, InputsAndOutputs) {
  EXPECT_EQ(error_of([](Graph& g) { g.inputs = {2}; }),
            "input 0: value 2 'w' is produced twice, or is a constant or an input");
  EXPECT_EQ(error_of([](Graph& g) { g.preprocessing.clear(); }), "0 entries of preprocessing for 1 inputs");
  EXPECT_EQ(error_of([](Graph& g) { g.preprocessing[0].kind = InputKind::kPixels; }),
            "input 0: a pixel input is uint8 with 1 or 3 channels, this one is float32 of shape 1x2x2x2");
  EXPECT_EQ(error_of([](Graph& g) { g.outputs = {2}; }),
            "output 0: value 'w' has the symmetric levels of weights, expected those of an activation");
  EXPECT_EQ(error_of([](Graph& g) { g.outputs.clear(); }), "the model has no outputs");
  EXPECT_EQ(error_of([](Graph& g) { g.nodes.clear(); }), "output 0: value 1 'act' is used before any node produces it");
}

}  // namespace
}  // namespace magik::rt

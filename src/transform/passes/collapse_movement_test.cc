#include <gtest/gtest.h>

#include "transform/passes/graph_test_util.h"
#include "transform/passes/passes.h"

namespace magik::transform {
namespace {

using test::Attrs;
using test::expect_same_outputs;
using test::NetBuilder;
using test::node_names;
using test::operators;
using Names = std::vector<std::string>;

// shuffle(conv(x)) with two groups; what follows may be a Split, Gather or nothing.
rt::ValueId shuffled(NetBuilder& net, rt::ValueId x) {
  const rt::Shape shape = net.shape(x);
  x = net.add("Reshape", {x}, Attrs().ints("shape", {1, 2, shape[1] / 2, shape[2], shape[3]}), "grouped");
  x = net.permute(x, {0, 2, 1, 3, 4}, "transposed");
  return net.add("Reshape", {x}, Attrs().ints("shape", {1, shape[1], shape[2], shape[3]}), "shuffled");
}

rt::Graph collapse(const rt::Graph& before) {
  rt::Graph after = before;
  sink_permutes(after);
  EXPECT_TRUE(collapse_movement(after));
  cleanup(after);
  expect_same_outputs(before, after, 0.0f);
  return after;
}

TEST(CollapseMovement, ShuffleIsAGather) {
  NetBuilder net;
  const rt::ValueId x = shuffled(net, net.conv(net.image("x", {1, 3, 4, 5}), 6, 1, "c"));
  net.output(net.conv(x, 2, 1, "d"));
  const rt::Graph after = collapse(net.take());
  EXPECT_EQ(node_names(after), (Names{"x/nhwc", "c", "shuffled", "d"}));
  EXPECT_EQ(after.nodes[2].op, "Gather");
  EXPECT_EQ(after.nodes[2].attributes.integer("axis", -1), 3);
  const rt::Value& indices = value_of(after, after.nodes[2].inputs[1]);
  EXPECT_EQ(std::vector<int32_t>(indices.constant.as<int32_t>(), indices.constant.as<int32_t>() + 6),
            (std::vector<int32_t>{0, 3, 1, 4, 2, 5}));
}

TEST(CollapseMovement, ShuffleAndSplitAreSlices) {
  NetBuilder net;
  rt::ValueId x = net.conv(net.image("x", {1, 3, 4, 5}), 8, 1, "c");
  // Torch's: groups of two channels become the leading axis.
  x = net.add("Reshape", {x}, Attrs().ints("shape", {4, 2, 20}), "r1");
  x = net.permute(x, {1, 0, 2}, "t");
  x = net.add("Reshape", {x}, Attrs().ints("shape", {2, -1, 4, 4, 5}), "r2");
  const rt::ValueId first = net.add("Gather", {x, net.constant_ints("0", {}, {0})}, Attrs().set("axis", 0), "even");
  const rt::ValueId second = net.add("Gather", {x, net.constant_ints("1", {}, {1})}, Attrs().set("axis", 0), "odd");
  net.output(net.add("Concat", {first, net.conv(second, 4, 3, "d")}, Attrs().set("axis", 1), "out"));
  const rt::Graph after = collapse(net.take());
  EXPECT_EQ(operators(after), (Names{"Permute", "Conv2D", "Slice", "Conv2D", "Slice", "Concat"}));
  EXPECT_EQ(after.nodes[2].name, "odd");
  EXPECT_EQ(after.nodes[2].attributes.integers("steps"), (std::vector<int64_t>{2}));
  EXPECT_EQ(after.nodes[2].attributes.integers("starts"), (std::vector<int64_t>{1}));
  EXPECT_EQ(after.nodes[4].name, "even");
}

TEST(CollapseMovement, ShuffleThenSplit) {
  NetBuilder net;
  rt::ValueId x = shuffled(net, net.conv(net.image("x", {1, 3, 4, 5}), 8, 1, "c"));
  const auto parts = net.add("Split", {x}, Attrs().set("axis", 1).ints("sizes", {4, 4}), Names{"left", "right"});
  net.output(net.add("Concat", {parts[0], net.conv(parts[1], 4, 3, "d")}, Attrs().set("axis", 1), "out"));
  const rt::Graph after = collapse(net.take());
  EXPECT_EQ(node_names(after), (Names{"x/nhwc", "c", "left", "right", "d", "out"}));
  EXPECT_EQ(after.nodes[2].op, "Gather");
}

TEST(CollapseMovement, TwoShufflesThatUndoEachOtherVanish) {
  NetBuilder net;
  rt::ValueId x = net.conv(net.image("x", {1, 3, 4, 5}), 4, 1, "c");
  net.output(net.conv(shuffled(net, shuffled(net, x)), 2, 1, "d"));
  EXPECT_EQ(operators(collapse(net.take())), (Names{"Permute", "Conv2D", "Conv2D"}));
}

TEST(CollapseMovement, LeavesMovementOfPixelsAlone) {
  NetBuilder net;
  rt::ValueId x = net.conv(net.image("x", {1, 3, 4, 4}), 4, 1, "c");
  net.output(net.conv(net.permute(x, {0, 1, 3, 2}, "t"), 2, 1, "d"));
  rt::Graph graph = net.take();
  sink_permutes(graph);
  EXPECT_FALSE(collapse_movement(graph));
}

}  // namespace
}  // namespace magik::transform

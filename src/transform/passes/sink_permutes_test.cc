#include <gtest/gtest.h>

#include "transform/passes/graph_test_util.h"
#include "transform/passes/passes.h"

namespace magik::transform {
namespace {

using test::Attrs;
using test::count_of;
using test::expect_same_outputs;
using test::NetBuilder;
using test::node_names;
using test::operators;
using Names = std::vector<std::string>;

// Runs the pass on a copy and compares.
rt::Graph sink(const rt::Graph& before) {
  rt::Graph after = before;
  sink_permutes(after);
  expect_same_outputs(before, after, 0.0f);
  rt::Graph inferred = after;
  infer_shapes(inferred);
  for (size_t i = 0; i < after.values.size(); ++i) EXPECT_EQ(after.values[i].shape, inferred.values[i].shape);
  return after;
}

TEST(SinkPermutes, CancelsBetweenImageOperatorsAndSaysSo) {
  NetBuilder net;
  rt::ValueId x = net.conv(net.image("x", {1, 3, 6, 5}), 4, 3, "c1");
  x = net.conv(net.unary("Relu", x, "r"), 2, 1, "c2");
  net.output(x);
  rt::Graph before = net.take();
  const rt::Graph after = sink(before);
  EXPECT_EQ(node_names(after), (Names{"x/nhwc", "c1", "r", "c2"}));
  EXPECT_EQ(value_of(after, after.outputs[0]).source_axes, (std::vector<uint8_t>{0, 2, 3, 1}));
  rt::Graph again = after;
  EXPECT_FALSE(sink_permutes(again));
}

TEST(SinkPermutes, GatesAndResidualsKeepNoPermute) {
  NetBuilder net;
  const rt::ValueId x = net.conv(net.image("x", {1, 3, 6, 6}), 8, 3, "c1");
  // x * sigmoid(x), a squeeze-and-excite block by mean and fully connected layers, and a residual.
  const rt::ValueId silu = net.add("EltwiseMul", {x, net.unary("Sigmoid", x, "s")}, {}, "silu");
  rt::ValueId gate = net.add("ReduceMean", {silu}, Attrs().ints("axes", {2, 3}).set("keepdims", 0), "mean");
  gate = net.add("MatMul", {gate, net.random_constant("w", {8, 8})}, {}, "fc");
  gate = net.add("Reshape", {net.unary("Sigmoid", gate, "g")}, Attrs().ints("shape", {1, 8, 1, 1}), "gate");
  const rt::ValueId scaled = net.add("EltwiseMul", {silu, gate}, {}, "scaled");
  const rt::ValueId sum = net.add("EltwiseAdd", {scaled, net.conv(scaled, 8, 3, "c2")}, {}, "sum");
  net.output(net.conv(sum, 2, 1, "c3"));
  const rt::Graph after = sink(net.take());
  EXPECT_EQ(count_of(after, "Permute"), 1);  // the input's
}

TEST(SinkPermutes, RemapsAxesOfEveryOperator) {
  NetBuilder net;
  const rt::ValueId x = net.conv(net.image("x", {2, 3, 4, 6}), 8, 1, "c");
  const auto check_op = [&](const std::string& op, rt::Attributes attributes, std::vector<rt::ValueId> others = {}) {
    others.insert(others.begin(), x);
    net.output(net.add(op, others, std::move(attributes), op));
  };
  check_op("Softmax", Attrs().set("axis", 1));
  check_op("ReduceMax", Attrs().ints("axes", {1, 3}).set("keepdims", 1));
  check_op("ReduceSum", Attrs().ints("axes", {2}).set("keepdims", 0));
  check_op("ArgMax", Attrs().set("axis", 1).set("keepdims", 0));
  check_op("Slice", Attrs().ints("axes", {1, 3}).ints("starts", {1, 0}).ints("ends", {7, 5}).ints("steps", {2, 1}));
  check_op("Pad", Attrs().ints("pads", {0, 1, 2, 0, 0, 0, 1, 3}).set("value", 0.5f));
  check_op("Tile", Attrs().ints("repeats", {1, 2, 1, 3}));
  check_op("Gather", Attrs().set("axis", 1), {net.constant_ints("i", {3}, {5, 0, 2})});
  check_op("PRelu", {}, {net.random_constant("slope", {1})});
  const rt::ValueId condition = net.add("Less", {x, net.scalar(0.1f)}, {}, "condition");
  net.output(net.add("Where", {condition, net.random_constant("a", {8, 1, 1}), net.random_constant("b", {4, 6})}, {},
                     "where"));
  const rt::Graph after = sink(net.take());
  // The input's, and that of the sum, which is no image: its channels have to stand in front.
  EXPECT_EQ(count_of(after, "Permute"), 1 + 1);
}

TEST(SinkPermutes, BroadcastsConstantsOfAnyRank) {
  NetBuilder net;
  rt::ValueId x = net.conv(net.image("x", {1, 3, 4, 5}), 6, 1, "c");
  const std::vector<rt::Shape> shapes = {{}, {1}, {5}, {4, 1}, {6, 1, 1}, {1, 6, 1, 1}, {6, 4, 5}};
  for (const rt::Shape& shape : shapes) {
    x = net.add("EltwiseMul", {net.random_constant(shape.text() + "k", shape), x}, {}, shape.text());
  }
  net.output(x);
  const rt::Graph after = sink(net.take());
  EXPECT_EQ(count_of(after, "Permute"), 1);
  EXPECT_EQ(count_of(after, "EltwiseMul"), 7);
}

TEST(SinkPermutes, SplitAndConcatOfChannels) {
  NetBuilder net;
  const rt::ValueId x = net.conv(net.image("x", {1, 3, 4, 4}), 6, 1, "c");
  const std::vector<rt::ValueId> parts =
      net.add("Split", {x}, Attrs().set("axis", 1).ints("sizes", {2, 4}), Names{"left", "right"});
  net.output(net.add("Concat", {parts[1], net.conv(parts[0], 3, 3, "d")}, Attrs().set("axis", 1), "both"));
  const rt::Graph after = sink(net.take());
  EXPECT_EQ(operators(after), (Names{"Permute", "Conv2D", "Split", "Conv2D", "Concat"}));
}

TEST(SinkPermutes, DetectionHeadEndsWithoutPermuteAndTakesTheTransposesName) {
  NetBuilder net;
  const rt::ValueId x = net.conv(net.image("x", {1, 3, 4, 4}), 8, 3, "c");
  const rt::ValueId last = net.permute(x, kToNhwc, "transposed");
  net.output(net.add("Reshape", {last}, Attrs().ints("shape", {1, -1, 2}), "boxes"));
  const rt::Graph after = sink(net.take());
  EXPECT_EQ(node_names(after), (Names{"x/nhwc", "transposed", "boxes"}));
  EXPECT_TRUE(value_of(after, after.nodes[1].outputs[0]).source_axes.empty());
}

TEST(SinkPermutes, PooledFeaturesFlattenWithoutPermute) {
  NetBuilder net;
  rt::ValueId x = net.conv(net.image("x", {1, 3, 4, 4}), 8, 3, "c");
  x = net.image_op("GlobalAveragePool", x, {}, {}, "pool");
  x = net.add("Flatten", {x}, Attrs().set("axis", 1), "flat");
  net.output(net.add("MatMul", {x, net.random_constant("w", {5, 8})}, {}, "fc"));
  const rt::Graph after = sink(net.take());
  EXPECT_EQ(operators(after), (Names{"Permute", "Conv2D", "GlobalAveragePool", "Flatten", "MatMul"}));
}

TEST(SinkPermutes, ReshapeThatSplitsChannelsStaysInPlace) {
  NetBuilder net;
  rt::ValueId x = net.conv(net.image("x", {1, 3, 4, 5}), 6, 3, "c");
  x = net.add("Reshape", {x}, Attrs().ints("shape", {1, 2, 3, 4, 5}), "split");
  x = net.add("ReduceMax", {x}, Attrs().ints("axes", {2}).set("keepdims", 0), "max");
  net.output(net.conv(x, 4, 1, "d"));
  EXPECT_EQ(count_of(sink(net.take()), "Permute"), 1);
}

TEST(SinkPermutes, KeepsAPermuteThatIsNeeded) {
  NetBuilder net;
  rt::ValueId x = net.conv(net.image("x", {1, 3, 4, 5}), 6, 3, "c");
  x = net.add("Flatten", {x}, Attrs().set("axis", 1), "flat");
  net.output(x);
  const rt::Graph after = sink(net.take());
  EXPECT_EQ(node_names(after), (Names{"x/nhwc", "c", "c/source_layout", "flat"}));
}

TEST(SinkPermutes, OutputsKeepTheirNames) {
  NetBuilder net;
  const rt::ValueId x = net.conv(net.image("x", {1, 3, 4, 5}), 6, 3, "c");
  net.output(net.permute(x, kToNhwc, "as_nhwc"));
  net.output(net.permute(x, {0, 3, 2, 1}, "as_nwhc"));
  net.output(x);
  const rt::Graph after = sink(net.take());
  EXPECT_EQ(value_of(after, after.outputs[0]).name, "as_nhwc");
  EXPECT_EQ(value_of(after, after.outputs[1]).name, "as_nwhc");
  EXPECT_EQ(value_of(after, after.outputs[2]).name, "c");
}

TEST(SinkPermutes, ComputesInTheLayoutThatReadersWant) {
  NetBuilder net;
  // Neither operand is NHWC, the reader is: one operand is permuted, not the other back and the result again.
  const rt::ValueId x = net.conv(net.image("x", {1, 3, 4, 4}), 4, 1, "c");
  const rt::ValueId other = net.image("other", {1, 4, 4, 4});
  net.output(net.conv(net.add("EltwiseAdd", {other, x}, {}, "sum"), 2, 1, "d"));
  const rt::Graph after = sink(net.take());
  EXPECT_EQ(count_of(after, "Permute"), 2);
  EXPECT_EQ(value_of(after, after.nodes[3].inputs[0]).name, "other/nhwc");
}

TEST(SinkPermutes, TakesWhatAnEarlierReaderHadMoved) {
  NetBuilder net;
  rt::ValueId x = net.image("x", {1, 4, 5, 6});
  x = net.add("EltwiseAdd", {net.conv(x, 4, 3, "c"), x}, {}, "sum");
  net.output(net.add("EltwiseAdd", {x, net.conv(x, 4, 3, "d")}, {}, "sum2"));
  EXPECT_EQ(node_names(sink(net.take())), (Names{"x/nhwc", "c", "sum", "d", "sum2"}));
}

}  // namespace
}  // namespace magik::transform

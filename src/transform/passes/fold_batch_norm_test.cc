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

rt::Graph fold(const rt::Graph& before) {
  rt::Graph after = before;
  sink_permutes(after);
  EXPECT_TRUE(fold_batch_norm(after));
  expect_same_outputs(before, after);
  return after;
}

TEST(FoldBatchNorm, ConvolutionTakesAllScalesAndBiasesAfterIt) {
  for (const int group : {1, 3}) {
    NetBuilder net;
    rt::ValueId x = net.conv(net.image("x", {1, 3, 4, 5}), 6, 3, "c", 1, group, false);
    x = net.batch_norm(x, "bn");
    x = net.add("EltwiseAdd", {x, net.random_constant("bias", {6, 1, 1})}, {}, "add");
    x = net.add("EltwiseSub", {net.random_constant("from", {1, 6, 1, 1}), x}, {}, "sub");
    x = net.add("EltwiseMul", {x, net.scalar(0.25f)}, {}, "mul");
    net.output(net.add("EltwiseDiv", {x, net.random_constant("by", {1, 6, 1, 1}, 1.0f, 2.0f)}, {}, "div"));
    EXPECT_EQ(node_names(fold(net.take())), (Names{"x/nhwc", "div"}));
  }
}

TEST(FoldBatchNorm, MatMulTakesItsBias) {
  NetBuilder net;
  rt::ValueId x = net.add("MatMul", {net.image("x", {2, 8}), net.random_constant("w", {5, 8})}, {}, "product");
  net.output(net.add("EltwiseAdd", {x, net.random_constant("b", {5})}, {}, "fc"));
  EXPECT_EQ(node_names(fold(net.take())), (Names{"fc"}));
}

TEST(FoldBatchNorm, GoesForwardIntoConvolutionsWithoutPadding) {
  NetBuilder net;
  const rt::ValueId x = net.unary("Relu", net.image("x", {1, 4, 4, 5}), "r");
  const rt::ValueId normalised = net.batch_norm(x, "bn");
  net.output(net.conv(normalised, 6, 1, "c"));
  net.output(net.conv(normalised, 4, 1, "d", 1, 2));
  EXPECT_EQ(operators(fold(net.take())), (Names{"Relu", "Permute", "Conv2D", "Conv2D"}));
}

TEST(FoldBatchNorm, StaysAloneBeforePadding) {
  NetBuilder net;
  const rt::ValueId x = net.image_op("GlobalMaxPool", net.image("x", {1, 4, 4, 5}), {}, {}, "pool");
  rt::ValueId y = net.add("EltwiseMul", {x, net.random_constant("m", {4, 1, 1})}, {}, "mul");
  y = net.add("EltwiseAdd", {y, net.random_constant("a", {4, 1, 1})}, {}, "add");
  net.output(net.conv(y, 6, 3, "c"));
  const rt::Graph after = fold(net.take());
  EXPECT_EQ(operators(after), (Names{"Permute", "GlobalMaxPool", "BatchNormScale", "Conv2D"}));
  EXPECT_EQ(after.nodes[2].name, "add");
}

TEST(FoldBatchNorm, LeavesAConvolutionThatOthersRead) {
  NetBuilder net;
  const rt::ValueId x = net.conv(net.image("x", {1, 3, 4, 5}), 6, 3, "c");
  net.output(net.batch_norm(x, "bn"));
  net.output(net.unary("Relu", x, "r"));
  rt::Graph graph = net.take();
  sink_permutes(graph);
  EXPECT_FALSE(fold_batch_norm(graph));
}

TEST(FoldBatchNorm, ConstantThatVariesOverPixelsIsNoScale) {
  NetBuilder net;
  const rt::ValueId x = net.conv(net.image("x", {1, 3, 4, 5}), 6, 3, "c");
  net.output(net.add("EltwiseMul", {x, net.random_constant("m", {1, 1, 4, 5})}, {}, "mul"));
  rt::Graph graph = net.take();
  sink_permutes(graph);
  EXPECT_FALSE(fold_batch_norm(graph));
}

}  // namespace
}  // namespace magik::transform

#include <gtest/gtest.h>

#include "transform/passes/graph_test_util.h"
#include "transform/passes/passes.h"

namespace magik::transform {
namespace {

using test::Attrs;
using test::expect_same_outputs;
using test::NetBuilder;
using test::node_names;
using Names = std::vector<std::string>;

rt::Graph clean(const rt::Graph& before) {
  rt::Graph after = before;
  EXPECT_TRUE(cleanup(after));
  expect_same_outputs(before, after, 0.0f);
  EXPECT_FALSE(cleanup(after));
  return after;
}

TEST(Cleanup, RemovesNodesThatDoNothing) {
  NetBuilder net;
  rt::ValueId x = net.unary("Relu", net.image("x", {1, 4, 4, 3}), "r");
  x = net.unary("Identity", x, "identity");
  x = net.add("Pad", {x}, Attrs().ints("pads", {0, 0, 0, 0, 0, 0, 0, 0}), "pad");
  x = net.add("Slice", {x}, Attrs().ints("starts", {0}).ints("ends", {100}).ints("axes", {1}).ints("steps", {1}), "s");
  x = net.add("Concat", {x}, Attrs().set("axis", 1), "concat");
  x = net.add("Expand", {x}, Attrs().ints("shape", {1, 4, 4, 3}), "expand");
  x = net.add("Resize", {x}, Attrs().ints("sizes", {1, 4, 4, 3}).set("mode", "nearest"), "resize");
  x = net.add("EltwiseAdd", {net.scalar(0.0f), x}, {}, "add");
  x = net.add("EltwiseMul", {x, net.scalar(1.0f)}, {}, "mul");
  net.output(net.unary("Neg", x, "y"));
  EXPECT_EQ(node_names(clean(net.take())), (Names{"r", "y"}));
}

TEST(Cleanup, ArithmeticBroadcastsByItself) {
  NetBuilder net;
  const rt::ValueId image = net.image("x", {1, 2, 3, 4}), pixel = net.image("p", {1, 1, 1, 4});
  const rt::ValueId wide = net.add("Expand", {pixel}, Attrs().ints("shape", {1, 2, 3, 4}), "wide");
  net.output(net.add("EltwiseMul", {image, wide}, {}, "scaled"));
  // One of two expanded operands still gives the shape.
  net.output(net.add("EltwiseAdd", {wide, net.add("Expand", {pixel}, Attrs().ints("shape", {1, 2, 3, 4}), "other")}, {},
                     "sum"));
  EXPECT_EQ(node_names(clean(net.take())), (Names{"scaled", "other", "sum"}));
}

TEST(Cleanup, OutputsKeepTheirNames) {
  NetBuilder net;
  const rt::ValueId x = net.image("x", {1, 4});
  net.output(net.unary("Identity", net.unary("Relu", x, "r"), "out"));
  net.output(net.unary("Identity", x, "passed"));
  EXPECT_EQ(node_names(clean(net.take())), (Names{"out", "passed"}));
}

TEST(Cleanup, ReversingSliceIsKept) {
  NetBuilder net;
  net.output(net.add("Slice", {net.image("x", {1, 4})},
                     Attrs().ints("starts", {3}).ints("ends", {-100}).ints("axes", {1}).ints("steps", {-1}), "s"));
  rt::Graph graph = net.take();
  EXPECT_FALSE(cleanup(graph));
}

TEST(Cleanup, MergesReshapesAndKeepsTypesWhereTheyMeanTheSame) {
  NetBuilder net;
  rt::ValueId x = net.image("x", {2, 3, 4, 1});
  x = net.add("Squeeze", {x}, Attrs().ints("axes", {3}), "squeezed");
  x = net.add("Unsqueeze", {x}, Attrs().ints("axes", {1}), "unsqueezed");
  net.output(net.add("Flatten", {x}, Attrs().set("axis", 1), "flat"));
  const rt::Graph after = clean(net.take());
  ASSERT_EQ(node_names(after), Names{"flat"});
  EXPECT_EQ(after.nodes[0].op, "Flatten");
}

TEST(Cleanup, SharesEqualConstants) {
  NetBuilder net;
  const rt::ValueId x = net.image("x", {1, 4});
  const auto plus = [&](float value, const char* name) {
    net.output(net.add("EltwiseAdd", {x, net.constant_floats(name, {1}, {value})}, {}, std::string(name) + "+"));
  };
  plus(2.0f, "a");
  plus(2.0f, "b");
  plus(3.0f, "c");
  const rt::Graph after = clean(net.take());
  EXPECT_EQ(after.nodes[0].inputs[1], after.nodes[1].inputs[1]);
  EXPECT_NE(after.nodes[0].inputs[1], after.nodes[2].inputs[1]);
}

TEST(Cleanup, DropsWhatNobodyNeeds) {
  NetBuilder net;
  const rt::ValueId x = net.image("x", {1, 4});
  net.unary("Neg", x, "dead");
  net.output(net.unary("Relu", x, "y"));
  const rt::Graph after = clean(net.take());
  EXPECT_EQ(node_names(after), Names{"y"});
  EXPECT_EQ(after.values.size(), 2u);
}

}  // namespace
}  // namespace magik::transform

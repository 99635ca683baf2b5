#include <gtest/gtest.h>

#include "transform/passes/graph_test_util.h"
#include "transform/passes/passes.h"

namespace magik::transform {
namespace {

using test::Attrs;
using test::count_of;
using test::expect_same_outputs;
using test::NetBuilder;
using test::operators;

TEST(FlattenIntoMatMul, ReordersTheWeightsColumns) {
  for (const bool as_reshape : {false, true}) {
    NetBuilder net;
    rt::ValueId x = net.conv(net.image("x", {2, 3, 4, 5}), 6, 3, "c");
    x = as_reshape ? net.add("Reshape", {x}, Attrs().ints("shape", {2, 120}), "flat")
                   : net.add("Flatten", {x}, Attrs().set("axis", 1), "flat");
    net.output(net.add("MatMul", {x, net.random_constant("w", {7, 120})}, {}, "fc"));
    const rt::Graph before = net.take();
    rt::Graph after = before;
    sink_permutes(after);
    EXPECT_EQ(count_of(after, "Permute"), 2);
    EXPECT_TRUE(flatten_into_matmul(after));
    EXPECT_EQ(operators(after),
              (std::vector<std::string>{"Permute", "Conv2D", as_reshape ? "Reshape" : "Flatten", "MatMul"}));
    expect_same_outputs(before, after);
  }
}

TEST(FlattenIntoMatMul, LeavesAFlattenThatOthersRead) {
  NetBuilder net;
  rt::ValueId x = net.conv(net.image("x", {1, 3, 4, 5}), 6, 3, "c");
  x = net.add("Flatten", {x}, Attrs().set("axis", 1), "flat");
  net.output(net.add("MatMul", {x, net.random_constant("w", {7, 120})}, {}, "fc"));
  net.output(net.unary("Relu", x, "r"));
  rt::Graph graph = net.take();
  sink_permutes(graph);
  EXPECT_FALSE(flatten_into_matmul(graph));
}

}  // namespace
}  // namespace magik::transform

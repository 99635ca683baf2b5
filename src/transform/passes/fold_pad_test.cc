#include <gtest/gtest.h>

#include <cfloat>

#include "transform/passes/graph_test_util.h"
#include "transform/passes/passes.h"

namespace magik::transform {
namespace {

using test::Attrs;
using test::count_of;
using test::expect_same_outputs;
using test::NetBuilder;

// x -> Relu or not -> Pad -> op, all NHWC.
rt::Graph padded(const std::string& op, rt::Attributes attributes, float value, bool relu = true) {
  NetBuilder net;
  rt::ValueId x = net.image("x", {1, 6, 7, 4});
  x = net.unary(relu ? "Relu" : "Neg", x, "before");
  x = net.add("Pad", {x}, Attrs().ints("pads", {0, 1, 0, 0, 0, 0, 2, 0}).set("value", value), "pad");
  std::vector<rt::ValueId> inputs = {x};
  if (op == "Conv2D") inputs.push_back(net.random_constant("w", {5, 3, 3, 4}));
  net.output(net.add(op, inputs, std::move(attributes), "y"));
  return net.take();
}

void expect_folded(const rt::Graph& before, bool folded) {
  rt::Graph after = before;
  EXPECT_EQ(fold_pad(after), folded);
  EXPECT_EQ(count_of(after, "Pad"), folded ? 0 : 1);
  expect_same_outputs(before, after);
}

TEST(FoldPad, IntoConvolution) {
  expect_folded(padded("Conv2D", {}, 0.0f), true);
  expect_folded(padded("Conv2D", Attrs().ints("pads", {1, 0, 1, 2}), 0.0f), true);
  expect_folded(padded("Conv2D", {}, 0.5f), true);
  // The convolution's own padding has another value.
  expect_folded(padded("Conv2D", Attrs().ints("pads", {1, 0, 1, 2}), 0.5f), false);
  expect_folded(padded("Conv2D", Attrs().set("auto_pad", "SAME_UPPER"), 0.0f), false);
}

TEST(FoldPad, IntoAveragePool) {
  const Attrs kernel = Attrs().ints("kernel", {3, 3}).ints("strides", {1, 1});
  expect_folded(padded("AveragePool", kernel, 0.0f), true);
  expect_folded(padded("AveragePool", Attrs(kernel).ints("pads", {1, 1, 1, 1}).set("count_include_pad", 1), 0.0f),
                true);
  expect_folded(padded("AveragePool", Attrs(kernel).ints("pads", {1, 1, 1, 1}), 0.0f), false);
  expect_folded(padded("AveragePool", kernel, 1.0f), false);
}

TEST(FoldPad, IntoMaxPoolWhereThePaddingNeverWins) {
  const Attrs kernel = Attrs().ints("kernel", {3, 3}).ints("strides", {1, 1});
  expect_folded(padded("MaxPool", kernel, 0.0f), true);
  expect_folded(padded("MaxPool", kernel, 0.0f, false), false);
  expect_folded(padded("MaxPool", kernel, -FLT_MAX, false), true);
  expect_folded(padded("MaxPool", Attrs().ints("kernel", {2, 2}).ints("strides", {1, 1}), 0.0f), false);
}

}  // namespace
}  // namespace magik::transform

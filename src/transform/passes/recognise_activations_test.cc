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

class RecogniseActivations : public ::testing::Test {
 protected:
  rt::ValueId op(const char* name, rt::ValueId a, rt::ValueId b) { return net.add(name, {a, b}, {}, "v"); }
  rt::ValueId mul(rt::ValueId a, rt::ValueId b) { return op("EltwiseMul", a, b); }
  rt::ValueId div(rt::ValueId a, float b) { return op("EltwiseDiv", a, net.scalar(b)); }
  rt::ValueId add(rt::ValueId a, float b) { return op("EltwiseAdd", a, net.scalar(b)); }
  rt::ValueId unary(const char* name, rt::ValueId a) { return net.unary(name, a, "v"); }
  rt::ValueId relu6(rt::ValueId a) { return net.unary("Clip", a, "v", Attrs().set("min", 0.0f).set("max", 6.0f)); }
  rt::ValueId k(float value) { return net.scalar(value); }

  void expect(rt::ValueId y, const std::string& activation) {
    net.output(y);
    const rt::Graph before = net.take();
    rt::Graph after = before;
    EXPECT_TRUE(recognise_activations(after));
    EXPECT_EQ(operators(after), Names{activation});
    expect_same_outputs(before, after);
  }

  NetBuilder net;
  rt::ValueId x = net.image("x", {1, 50});
};

TEST_F(RecogniseActivations, SiLU) { expect(mul(unary("Sigmoid", x), x), "SiLU"); }
TEST_F(RecogniseActivations, HardSigmoid) { expect(div(relu6(add(x, 3)), 6), "HardSigmoid"); }
TEST_F(RecogniseActivations, HardSwishDividedLast) { expect(div(mul(x, relu6(add(x, 3))), 6), "HardSwish"); }
TEST_F(RecogniseActivations, HardSwishOfSixth) { expect(mul(x, mul(relu6(add(x, 3)), k(1.0f / 6))), "HardSwish"); }
TEST_F(RecogniseActivations, HardSwishOfHardSigmoid) {
  expect(mul(net.unary("HardSigmoid", x, "h", Attrs().set("alpha", 1.0f / 6).set("beta", 0.5f)), x), "HardSwish");
}
TEST_F(RecogniseActivations, GeluHalfFirst) {
  expect(mul(mul(k(0.5f), x), add(unary("Erf", div(x, 1.41421356f)), 1)), "Gelu");
}
TEST_F(RecogniseActivations, GeluHalfLast) {
  expect(mul(mul(x, add(unary("Erf", mul(x, k(0.70710678f))), 1)), k(0.5f)), "Gelu");
}
TEST_F(RecogniseActivations, Mish) { expect(mul(x, unary("Tanh", unary("Softplus", x))), "Mish"); }
TEST_F(RecogniseActivations, MishSpelledOut) {
  expect(mul(x, unary("Tanh", unary("Log", add(unary("Exp", x), 1)))), "Mish");
}

TEST_F(RecogniseActivations, OtherProductsStay) {
  const rt::ValueId other = unary("Neg", x);
  net.output(mul(other, unary("Sigmoid", x)));
  net.output(div(mul(x, relu6(add(x, 2))), 6));
  net.output(op("EltwiseDiv", x, unary("Sigmoid", x)));
  net.output(mul(mul(x, unary("Sigmoid", x)), k(2)));
  rt::Graph graph = net.take();
  EXPECT_TRUE(recognise_activations(graph));  // the SiLU inside the last one
  EXPECT_EQ(test::count_of(graph, "SiLU"), 1);
  EXPECT_EQ(test::count_of(graph, "HardSwish"), 0);
}

TEST_F(RecogniseActivations, ProductsOfMoreAxesStay) {
  const rt::ValueId sixth = net.constant_floats("sixth", {1, 1, 1}, {1.0f / 6});
  net.output(mul(mul(x, relu6(add(x, 3))), sixth));
  rt::Graph graph = net.take();
  EXPECT_FALSE(recognise_activations(graph));
}

}  // namespace
}  // namespace magik::transform

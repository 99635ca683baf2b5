#include <gtest/gtest.h>

#include "transform/passes/graph_test_util.h"
#include "transform/passes/pass.h"
#include "transform/passes/passes.h"

namespace magik::transform {
namespace {

using test::Attrs;
using test::expect_same_outputs;
using test::NetBuilder;
using test::node_names;
using Names = std::vector<std::string>;

rt::ValueId nhwc_conv(NetBuilder& net, rt::ValueId x) {
  return net.add("Conv2D", {x, net.random_constant("w", {5, 1, 1, 4}), net.random_constant("b", {5})}, {}, "c");
}

// A convolution and the activation after it.
rt::Graph activated(const std::string& op, rt::Attributes attributes, rt::Shape slopes = {}) {
  NetBuilder net;
  std::vector<rt::ValueId> inputs = {nhwc_conv(net, net.image("x", {1, 3, 3, 4}))};
  if (op == "PRelu") inputs.push_back(net.random_constant("slopes", slopes));
  net.output(net.add(op, inputs, std::move(attributes), "act"));
  return net.take();
}

TEST(FuseActivations, IntoConvolution) {
  struct Case {
    const char *op, *activation;
    rt::Attributes attributes;
    rt::Shape slopes;
  };
  const Case cases[] = {{"Relu", "relu", {}, {}},
                        {"Clip", "relu", Attrs().set("min", 0.0f), {}},
                        {"Clip", "clip", Attrs().set("min", 0.0f).set("max", 0.5f), {}},
                        {"LeakyRelu", "leaky_relu", Attrs().set("alpha", 0.2f), {}},
                        {"PRelu", "prelu", {}, {5}},
                        {"PRelu", "prelu", {}, {1}}};
  for (const Case& c : cases) {
    const rt::Graph before = activated(c.op, c.attributes, c.slopes);
    rt::Graph after = before;
    EXPECT_TRUE(fuse_activations(after)) << c.op;
    EXPECT_EQ(node_names(after), Names{"act"}) << c.op;
    EXPECT_EQ(after.nodes[0].attributes.text("activation"), c.activation);
    expect_same_outputs(before, after);
  }
}

TEST(FuseActivations, Relu6IsAClip) {
  rt::Graph graph = activated("Clip", Attrs().set("min", 0.0f).set("max", 6.0f));
  fuse_activations(graph);
  EXPECT_EQ(graph.nodes[0].attributes.text("activation"), "clip");
  EXPECT_EQ(graph.nodes[0].attributes.number("act_min", -1), 0.0f);
  EXPECT_EQ(graph.nodes[0].attributes.number("act_max", -1), 6.0f);
}

TEST(FuseActivations, OneAfterAddOnlyIfItClampsAndOnlyOne) {
  NetBuilder net;
  const rt::ValueId x = net.image("x", {1, 3, 3, 4});
  rt::ValueId sum = net.add("EltwiseAdd", {x, net.unary("Neg", x, "n")}, {}, "sum");
  sum = net.unary("Relu", sum, "r");
  sum = net.unary("Clip", sum, "clip", Attrs().set("min", -1.0f).set("max", 1.0f));
  const rt::ValueId other = net.add("EltwiseAdd", {sum, x}, {}, "other");
  net.output(net.unary("LeakyRelu", other, "leaky", Attrs().set("alpha", 0.1f)));
  const rt::Graph before = net.take();
  rt::Graph after = before;
  EXPECT_TRUE(fuse_activations(after));
  EXPECT_EQ(node_names(after), (Names{"n", "r", "clip", "other", "leaky"}));
  expect_same_outputs(before, after);
}

TEST(FuseActivations, NotWhereOthersReadTheConvolution) {
  NetBuilder net;
  const rt::ValueId x = nhwc_conv(net, net.image("x", {1, 3, 3, 4}));
  net.output(net.unary("Relu", x, "r"));
  net.output(x);
  rt::Graph graph = net.take();
  EXPECT_FALSE(fuse_activations(graph));
}

TEST(FuseSmoothActivations, NodeTakesTheNameAndRemembersThePreActivation) {
  rt::Graph before = activated("HardSigmoid", Attrs().set("alpha", 0.25f).set("beta", 0.5f));
  rt::Graph after = before;
  fuse_smooth_activations(after);
  ASSERT_EQ(node_names(after), Names{"act"});
  const rt::Attributes& attributes = after.nodes[0].attributes;
  EXPECT_EQ(attributes.text("activation"), "hard_sigmoid");
  EXPECT_EQ(attributes.number("act_alpha", 0), 0.25f);
  EXPECT_EQ(attributes.number("act_beta", 0), 0.5f);
  EXPECT_EQ(attributes.text("pre_activation"), "c");
  expect_same_outputs(before, after);
}

TEST(FuseSmoothActivations, AllOfThem) {
  const std::pair<const char*, const char*> cases[] = {{"Sigmoid", "sigmoid"},      {"Tanh", "tanh"}, {"SiLU", "silu"},
                                                       {"HardSwish", "hard_swish"}, {"Gelu", "gelu"}, {"Elu", "elu"},
                                                       {"Softplus", "softplus"},    {"Mish", "mish"}};
  for (const auto& [op, activation] : cases) {
    const rt::Graph before = activated(op, {});
    rt::Graph after = before;
    fuse_smooth_activations(after);
    ASSERT_EQ(node_names(after), Names{"act"}) << op;
    EXPECT_EQ(after.nodes[0].attributes.text("activation"), activation);
    expect_same_outputs(before, after);
  }
}

}  // namespace
}  // namespace magik::transform

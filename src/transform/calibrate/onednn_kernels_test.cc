#include <gtest/gtest.h>

#include "transform/calibrate/calibrate.h"
#include "transform/calibrate/test_support.h"

namespace magik::transform {
namespace {

using testing::random_floats;

// Runs the graph's only node with the converter's kernels and with the reference ones.
void expect_reference_results(const rt::Graph& source, const std::string& kernel) {
  const auto graph = std::make_shared<const rt::Graph>(source);
  rt::NetworkOptions fast, reference;
  fast.extra_kernels = &float_kernels();
  reference.isa = rt::Isa::kReference;
  const auto a = check(rt::Network::create(graph, fast)), b = check(rt::Network::create(graph, reference));
  EXPECT_EQ(a->kernel_name(0), kernel);
  const rt::Tensor x = a->input(0);
  const std::vector<float> data = random_floats(static_cast<size_t>(x.elements()), 3);
  for (rt::Network* network : {a.get(), b.get()}) {
    std::copy(data.begin(), data.end(), network->input(0).as<float>());
    check(network->run());
  }
  const rt::Tensor y = a->output(0), expected = b->output(0);
  for (int64_t i = 0; i < y.elements(); ++i) {
    ASSERT_NEAR(y.as<float>()[i], expected.as<float>()[i], 2e-5) << "element " << i;
  }
}

struct ConvCase {
  int in, out, kernel, stride, dilation, group;
  std::vector<int64_t> pads;
  std::string activation;
  float pad_value;
};

class OneDnnConvTest : public ::testing::TestWithParam<ConvCase> {};

TEST_P(OneDnnConvTest, EqualsReference) {
  const ConvCase& c = GetParam();
  GraphBuilder builder;
  const rt::ValueId x = builder.input("x", rt::ElementType::kFloat32, {2, 9, 7, c.in});
  const int taps = c.kernel * c.kernel * c.in / c.group;
  rt::Attributes attributes;
  attributes.set("pads", c.pads);
  attributes.set("strides", std::vector<int64_t>{c.stride, c.stride});
  attributes.set("dilations", std::vector<int64_t>{c.dilation, c.dilation});
  attributes.set("group", c.group);
  attributes.set("activation", c.activation);
  attributes.set("act_min", -0.25f);
  attributes.set("act_max", 0.5f);
  attributes.set("act_alpha", 0.125f);
  if (c.pad_value != 0) attributes.set("pad_value", std::vector<float>(static_cast<size_t>(c.in), c.pad_value));
  std::vector<rt::ValueId> inputs = {
      x,
      builder.constant_floats("w", {c.out, c.kernel, c.kernel, c.in / c.group},
                              random_floats(static_cast<size_t>(c.out * taps), 4, 0.3f)),
      builder.constant_floats("b", {c.out}, random_floats(static_cast<size_t>(c.out), 5))};
  if (c.activation == "prelu") {
    inputs.push_back(builder.constant_floats("s", {c.out}, random_floats(static_cast<size_t>(c.out), 6)));
  }
  builder.output(builder.add("Conv2D", inputs, attributes, "y"));
  expect_reference_results(builder.take(), "conv2d_onednn");
}

INSTANTIATE_TEST_SUITE_P(Shapes, OneDnnConvTest,
                         ::testing::Values(ConvCase{16, 24, 1, 1, 1, 1, {0, 0, 0, 0}, "", 0},
                                           ConvCase{3, 8, 3, 2, 1, 1, {0, 0, 1, 1}, "clip", 0},
                                           ConvCase{3, 8, 3, 2, 1, 1, {0, 1, 1, 0}, "relu", 1.5f},
                                           ConvCase{16, 16, 3, 1, 1, 16, {1, 1, 1, 1}, "leaky_relu", 0},
                                           ConvCase{12, 8, 3, 1, 2, 4, {2, 2, 2, 2}, "prelu", 0},
                                           ConvCase{5, 7, 5, 3, 1, 1, {2, 2, 2, 2}, "silu", -2}));

TEST(OneDnnMatMulTest, EqualsReference) {
  GraphBuilder builder;
  const rt::ValueId x = builder.input("x", rt::ElementType::kFloat32, {2, 3, 20});
  rt::Attributes attributes;
  attributes.set("activation", "tanh");
  builder.output(builder.add("MatMul",
                             {x, builder.constant_floats("w", {11, 20}, random_floats(11 * 20, 4, 0.3f)),
                              builder.constant_floats("b", {11}, random_floats(11, 5))},
                             attributes, "y"));
  expect_reference_results(builder.take(), "matmul_onednn");
}

TEST(OneDnnConvTest, FollowsAReshape) {
  GraphBuilder builder;
  const rt::ValueId x = builder.input("x", rt::ElementType::kFloat32, {1, 6, 6, 4});
  builder.output(testing::add_conv(builder, x, 8, "y"));
  rt::NetworkOptions options;
  options.extra_kernels = &float_kernels();
  const auto network = check(rt::Network::create(std::make_shared<const rt::Graph>(builder.take()), options));
  check(network->reshape_input(0, {1, 10, 12, 4}));
  std::fill_n(network->input(0).as<float>(), 10 * 12 * 4, 1.0f);
  check(network->run());
  EXPECT_EQ(network->output(0).shape, (rt::Shape{1, 10, 12, 8}));
  const float* y = network->output(0).as<float>();
  EXPECT_EQ(y[(5 * 12 + 5) * 8], y[(6 * 12 + 7) * 8]);  // away from the border, all pixels are alike
}

}  // namespace
}  // namespace magik::transform

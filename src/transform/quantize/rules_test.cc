#include "transform/quantize/rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "transform/calibrate/test_support.h"
#include "venus/core/operator.h"

namespace magik::transform {
namespace {

using testing::add_conv;
using ::testing::HasSubstr;

rt::Node node_of(const std::string& op) {
  rt::Node node;
  node.op = op;
  node.inputs = {0, 1, 2};
  return node;
}

TEST(RulesTest, EveryOperatorHasARule) {
  std::set<std::string> known;
#define MAGIK_RULE(op, user_type, rule) known.insert(#op);
#include "transform/quantize/rules.inc"
#undef MAGIK_RULE
  for (const rt::Operator* op : rt::operator_list()) EXPECT_EQ(known.count(op->name), 1u) << op->name;
  EXPECT_EQ(known.size(), rt::operator_list().size());
}

TEST(RulesTest, UsersKnowOperatorsByTheVendorsNames) {
  EXPECT_EQ(user_op_type(node_of("GlobalAveragePool")), "GlobalAvgPool");
  EXPECT_EQ(user_op_type(node_of("Conv2D")), "Conv2D");
  EXPECT_EQ(user_op_type("AveragePool"), "AvgPool");
  EXPECT_EQ(user_op_type("AvgPool"), "AvgPool");
}

TEST(RulesTest, ModesDecideBetweenDataMovementAndArithmetic) {
  rt::Node resize = node_of("Resize");
  resize.attributes.set("mode", "nearest");
  EXPECT_EQ(rule_of(resize), Rule::kSameParameters);
  resize.attributes.set("mode", "linear");
  EXPECT_EQ(rule_of(resize), Rule::kRequantizing);
  rt::Node norm = node_of("BatchNormScale");
  EXPECT_EQ(rule_of(norm), Rule::kMixed);
  norm.inputs.resize(1);
  EXPECT_EQ(rule_of(norm), Rule::kSameParameters);
}

// conv1 -> pool -> conv2 -> sigmoid -> output
rt::Graph chain() {
  GraphBuilder builder;
  rt::ValueId x = builder.input("x", rt::ElementType::kFloat32, {1, 8, 8, 4});
  x = add_conv(builder, x, 4, "conv1");
  x = builder.add("GlobalAveragePool", {x}, {}, "pool");
  x = add_conv(builder, x, 4, "conv2", 1, "");
  builder.output(builder.add("Sigmoid", {x}, {}, "sigmoid"));
  return builder.take();
}

TEST(PlaceNodesTest, TheTailBehindTheLastWeightsStaysInFloat) {
  EXPECT_EQ(place_nodes(chain(), {}), (std::vector<Placement>{Placement::kInteger, Placement::kInteger,
                                                              Placement::kIntegerToFloat, Placement::kFloat}));
}

TEST(PlaceNodesTest, SkippedNodesRunInFloat) {
  QuantizeSettings by_node, by_type;
  by_node.skip_nodes = {"pool"};
  by_type.skip_ops = {"GlobalAvgPool"};
  const std::vector<Placement> expected = {Placement::kIntegerToFloat, Placement::kFloat, Placement::kIntegerToFloat,
                                           Placement::kFloat};
  EXPECT_EQ(place_nodes(chain(), by_node), expected);
  EXPECT_EQ(place_nodes(chain(), by_type), expected);
}

std::string error_of(const QuantizeSettings& settings) {
  try {
    place_nodes(chain(), settings);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(PlaceNodesTest, UnknownNamesAreErrorsWithTheClosest) {
  QuantizeSettings settings;
  settings.skip_nodes = {"conv3"};
  EXPECT_THAT(error_of(settings), HasSubstr("QUANT_NODE_SKIP: there is no node 'conv3' (did you mean 'conv"));
  settings.skip_nodes.clear();
  settings.skip_ops = {"Conv2d"};
  EXPECT_THAT(error_of(settings), HasSubstr("QUANT_OP_SKIP: there is no operator type 'Conv2d' (did you mean 'Conv2D"));
  settings.skip_ops = {"Convolution"};
  EXPECT_THAT(error_of(settings), HasSubstr(": 'Conv2D', 'GlobalAvgPool', 'Sigmoid', ")) << "the network's types first";
}

TEST(PlaceNodesTest, TypesWithoutANodeToSkipAreWarnedOf) {
  QuantizeSettings settings;
  settings.skip_ops = {"Conv2D", "AvgPool"};
  ::testing::internal::CaptureStderr();
  warn_of_idle_skips(chain(), settings);
  EXPECT_THAT(
      ::testing::internal::GetCapturedStderr(),
      ::testing::EndsWith("QUANT_OP_SKIP: AvgPool has no effect, the network has no such node to quantize; its types "
                          "are Conv2D, GlobalAvgPool, Sigmoid\n"));
}

TEST(PlaceNodesTest, ADivisorIsQuantizedOnlyIfConstantAndNotZero) {
  for (float divisor : {2.0f, 0.0f}) {
    GraphBuilder builder;
    rt::ValueId x = builder.input("x", rt::ElementType::kFloat32, {1, 4, 4, 2});
    x = builder.add("EltwiseDiv", {x, builder.constant_floats("d", {1}, {divisor})}, {}, "div");
    builder.output(add_conv(builder, x, 2, "conv"));
    EXPECT_EQ(place_nodes(builder.take(), {})[0], divisor == 0 ? Placement::kFloat : Placement::kInteger);
  }
}

}  // namespace
}  // namespace magik::transform

#include "transform/ir/graph_builder.h"

#include <gmock/gmock.h>

#include "transform/error.h"
#include "transform/ir/graph_edit.h"

namespace magik::transform {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

rt::Attributes with_axes(std::vector<int64_t> axes) {
  rt::Attributes attributes;
  attributes.set("axes", std::move(axes));
  return attributes;
}

TEST(GraphBuilder, InfersShapes) {
  GraphBuilder builder;
  const auto x = builder.input("x", rt::ElementType::kFloat32, {2, 3});
  const auto y = builder.add("Unsqueeze", {x}, with_axes({0}), "y");
  EXPECT_EQ(builder.shape(y).text(), "1x2x3");
  builder.output(y);
  const rt::Graph graph = builder.take();
  ASSERT_EQ(graph.nodes.size(), 1u);
  EXPECT_EQ(graph.nodes[0].name, "y");
  EXPECT_THAT(graph.outputs, ElementsAre(y));
}

TEST(GraphBuilder, FoldsNodesOfConstants) {
  GraphBuilder builder;
  const auto a = builder.constant_floats("a", {2}, {1, 2});
  const auto b = builder.constant_floats("b", {}, {10});
  const auto sum = builder.add("EltwiseAdd", {a, b}, {}, "sum");
  EXPECT_TRUE(builder.is_constant(sum));
  EXPECT_THAT(builder.constant_as_floats(sum), ElementsAre(11, 12));
  EXPECT_TRUE(builder.take().nodes.empty());
}

TEST(GraphBuilder, FoldsShapeOfAnything) {
  GraphBuilder builder;
  const auto x = builder.input("x", rt::ElementType::kFloat32, {2, 3, 5});
  EXPECT_THAT(builder.constant_as_ints(builder.add("Shape", {x}, {}, "s")), ElementsAre(2, 3, 5));
}

TEST(GraphBuilder, NamesTheNodeThatIsWrong) {
  GraphBuilder builder;
  const auto a = builder.input("a", rt::ElementType::kFloat32, {2});
  const auto b = builder.input("b", rt::ElementType::kFloat32, {3});
  try {
    builder.add("EltwiseAdd", {a, b}, {}, "sum");
    FAIL() << "expected an Error";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("'sum'"));
  }
}

TEST(GraphBuilder, ChecksTheTypeOfConstants) {
  GraphBuilder builder;
  const auto floats = builder.constant_floats("floats", {1}, {1});
  const auto ints = builder.constant_ints("ints", {1}, {1});
  const auto x = builder.input("x", rt::ElementType::kInt32, {1});
  EXPECT_THROW(builder.constant_as_ints(floats), Error);
  EXPECT_THROW(builder.constant_as_floats(ints), Error);
  EXPECT_THROW(builder.constant_as_ints(x), Error);
}

}  // namespace
}  // namespace magik::transform

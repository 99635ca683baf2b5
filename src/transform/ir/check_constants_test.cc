#include "transform/ir/check_constants.h"

#include <gtest/gtest.h>

#include <cmath>

#include "transform/ir/graph_builder.h"
#include "transform/test_folder.h"

namespace magik::transform {
namespace {

// What is said of a node of two inputs whose second is a constant with `number` as its third element.
std::string error_with(const char* op, float number) {
  GraphBuilder builder;
  const rt::ValueId x = builder.input("x", rt::ElementType::kFloat32, {1, 2});
  const rt::ValueId w = builder.constant_floats("w", {2, 2}, {1, 2, number, 4});
  builder.output(builder.add(op, {x, w}, {}, "y"));
  const rt::Graph graph = builder.take();
  return test::error_of([&] { check_constants(graph, "net.onnx"); });
}

TEST(CheckConstants, NoNodeReadsNan) {
  EXPECT_EQ(error_with("MatMul", NAN),
            "'net.onnx': node 'y' (MatMul): its constant 'w' has NaN, expected numbers: export the trained network "
            "again");
  EXPECT_NE(error_with("EltwiseAdd", NAN), "");
  EXPECT_EQ(error_with("MatMul", 3), "");
}

TEST(CheckConstants, WeightsAreFinite) {
  EXPECT_NE(error_with("MatMul", -INFINITY), "");
  EXPECT_EQ(error_with("EltwiseMax", -INFINITY), "");
}

}  // namespace
}  // namespace magik::transform

// Translations, checked by evaluating small models against values computed by hand.
#include <gmock/gmock.h>

#include <cmath>

#include "transform/frontends/onnx/onnx_test_model.h"

namespace magik::transform::test {
namespace {

using testing::ElementsAre;
using testing::FloatNear;
using testing::HasSubstr;
using testing::Pointwise;

// A model of one node "y" that reads "x" [dims] and the initializers named in `inputs`.
OnnxTestModel one_node(int opset, const Dims& dims) {
  OnnxTestModel model(opset);
  model.input("x", dims).output("y");
  return model;
}

TEST(OnnxConv, HasGroupsStridesAndPads) {
  // Two groups of one channel each; the kernel [1 2] sums a pixel and twice its right neighbour.
  OnnxTestModel model = one_node(13, {1, 2, 1, 4});
  model.floats("w", {2, 1, 1, 2}, {1, 2, 10, 20}).floats("b", {2}, {0, 1});
  model.node("Conv", {"x", "w", "b"}, {"y"}).set("group", 2).set("strides", Dims{1, 2}).set("pads", Dims{0, 1, 0, 1});
  EXPECT_THAT(run_test_model(model, {1, 2, 3, 4, 5, 6, 7, 8}), ElementsAre(2, 8, 4, 101, 201, 81));
}

TEST(OnnxConv, OneDimensional) {
  OnnxTestModel model = one_node(13, {1, 1, 4});
  model.floats("w", {1, 1, 2}, {1, -1});
  model.node("Conv", {"x", "w"}, {"c"}).set("pads", Dims{1, 0});
  model.node("MaxPool", {"c"}, {"y"}).set("kernel_shape", Dims{2}).set("strides", Dims{2});
  EXPECT_THAT(run_test_model(model, {1, 4, 2, 7}), ElementsAre(-1, 2));
  EXPECT_EQ(count_of(import_test_model(model), "Permute"), 2) << "none between the convolution and the pooling";
}

TEST(OnnxConv, RefusesWhatItCannotDo) {
  OnnxTestModel model = one_node(13, {1, 1, 2, 2, 2});
  model.floats("w", {1, 1, 1, 1, 1}, {1});
  model.node("Conv", {"x", "w"}, {"y"});
  EXPECT_THAT(import_error(model), HasSubstr("Conv 'y' (opset 13): 3 spatial axes, 1 and 2 are supported"));
  OnnxTestModel computed = one_node(13, {1, 1, 2, 2});
  computed.node("Conv", {"x", "x"}, {"y"});
  EXPECT_THAT(import_error(computed), HasSubstr("weights that are not constant"));
}

TEST(OnnxBatchNormalization, IsAScaleAndABias) {
  OnnxTestModel model = one_node(13, {1, 2, 1, 2});
  model.floats("s", {2}, {2, 1}).floats("b", {2}, {1, 0}).floats("m", {2}, {1, 5}).floats("v", {2}, {3, 0});
  model.node("BatchNormalization", {"x", "s", "b", "m", "v"}, {"y"}).set("epsilon", 1.0f);
  EXPECT_THAT(run_test_model(model, {1, 2, 5, 7}), ElementsAre(1, 2, 0, 2));
  EXPECT_THAT(operators(import_test_model(model)), ElementsAre("Permute", "BatchNormScale", "Permute"));
}

TEST(OnnxGlobalPool, ReducesSequences) {
  OnnxTestModel model = one_node(13, {1, 2, 3});
  model.node("GlobalAveragePool", {"x"}, {"y"});
  EXPECT_THAT(run_test_model(model, {1, 2, 3, 4, 4, 7}), ElementsAre(2, 5));
}

TEST(OnnxDepthToSpace, BothModes) {
  for (const char* mode : {"DCR", "CRD"}) {
    OnnxTestModel model = one_node(13, {1, 8, 1, 1});
    model.node("DepthToSpace", {"x"}, {"y"}).set("blocksize", 2).set("mode", mode);
    const Floats y = run_test_model(model, {0, 1, 2, 3, 4, 5, 6, 7});
    if (std::string(mode) == "DCR") {
      EXPECT_THAT(y, ElementsAre(0, 2, 4, 6, 1, 3, 5, 7));
    } else {
      EXPECT_THAT(y, ElementsAre(0, 1, 2, 3, 4, 5, 6, 7));
    }
  }
}

// y = 2 A B + 3 C, with B transposed or not.
TEST(OnnxGemm, FoldsAlphaAndBetaIntoTheWeight) {
  for (int transposed : {0, 1}) {
    OnnxTestModel model = one_node(13, {1, 2});
    model.floats("b", transposed ? Dims{3, 2} : Dims{2, 3},
                 transposed ? Floats{1, 4, 2, 5, 3, 6} : Floats{1, 2, 3, 4, 5, 6});
    model.floats("c", {3}, {1, 0, -1});
    model.node("Gemm", {"x", "b", "c"}, {"y"}).set("alpha", 2.0f).set("beta", 3.0f).set("transB", transposed);
    EXPECT_THAT(run_test_model(model, {1, 10}), ElementsAre(85, 104, 123));
    EXPECT_THAT(operators(import_test_model(model)), ElementsAre("MatMul"));
  }
}

TEST(OnnxGemm, AddsABiasThatDiffersBetweenRows) {
  OnnxTestModel model = one_node(13, {2, 1});
  model.floats("b", {1, 1}, {2}).floats("c", {2, 1}, {10, 20});
  model.node("Gemm", {"x", "b", "c"}, {"y"});
  EXPECT_THAT(run_test_model(model, {1, 2}), ElementsAre(12, 24));
}

TEST(OnnxGemm, OfTwoComputedMatrices) {
  OnnxTestModel model = one_node(13, {2, 2});
  model.node("Gemm", {"x", "x", "x"}, {"y"}).set("transA", 1).set("alpha", 0.5f);
  EXPECT_THAT(run_test_model(model, {1, 2, 3, 4}), ElementsAre(6, 9, 10, 14));
}

TEST(OnnxMatMul, VectorsAndMatrices) {
  OnnxTestModel weight = one_node(13, {2, 2});
  weight.floats("b", {2, 1}, {1, 10});
  weight.node("MatMul", {"x", "b"}, {"y"});
  EXPECT_THAT(run_test_model(weight, {1, 2, 3, 4}), ElementsAre(21, 43));
  EXPECT_THAT(operators(import_test_model(weight)), ElementsAre("MatMul"));

  OnnxTestModel column = one_node(13, {2, 2});
  column.floats("b", {2}, {1, 10});
  column.node("MatMul", {"x", "b"}, {"y"});
  EXPECT_THAT(run_test_model(column, {1, 2, 3, 4}), ElementsAre(21, 43));
  EXPECT_EQ(value_of(import_test_model(column), import_test_model(column).outputs[0]).shape.text(), "2");

  OnnxTestModel row = one_node(13, {2});
  row.node("MatMul", {"x", "x"}, {"y"});
  EXPECT_THAT(run_test_model(row, {3, 4}), ElementsAre(25));
}

TEST(OnnxClip, AttributesAndInputs) {
  OnnxTestModel old = one_node(7, {3});
  old.node("Clip", {"x"}, {"y"}).set("min", 0.0f).set("max", 6.0f);
  EXPECT_THAT(run_test_model(old, {-1, 3, 9}), ElementsAre(0, 3, 6));
  OnnxTestModel inputs = one_node(11, {3});
  inputs.floats("max", {}, {6});
  inputs.node("Clip", {"x", "", "max"}, {"y"});
  EXPECT_THAT(run_test_model(inputs, {-1, 3, 9}), ElementsAre(-1, 3, 6));
  OnnxTestModel computed = one_node(11, {3});
  computed.node("ReduceMax", {"x"}, {"max"}).set("keepdims", 0);
  computed.node("Clip", {"x", "max"}, {"y"});
  EXPECT_THAT(run_test_model(computed, {-1, 3, 9}), ElementsAre(9, 9, 9));
}

TEST(OnnxPRelu, OfChannelsScalarsAndAnythingElse) {
  const Floats x = {-1, 1, -2, -4};
  OnnxTestModel channels = one_node(13, {1, 2, 1, 2});
  channels.floats("s", {2, 1, 1}, {0.5f, 2});
  channels.node("PRelu", {"x", "s"}, {"y"});
  EXPECT_THAT(run_test_model(channels, x), ElementsAre(-0.5f, 1, -4, -8));
  EXPECT_EQ(count_of(import_test_model(channels), "PRelu"), 1);
  OnnxTestModel scalar = one_node(13, {1, 2, 1, 2});
  scalar.floats("s", {1}, {2});
  scalar.node("PRelu", {"x", "s"}, {"y"});
  EXPECT_THAT(run_test_model(scalar, x), ElementsAre(-2, 1, -4, -8));
  OnnxTestModel full = one_node(13, {1, 2, 1, 2});
  full.floats("s", {2, 1, 2}, {1, 2, 3, 4});
  full.node("PRelu", {"x", "s"}, {"y"});
  EXPECT_THAT(run_test_model(full, x), ElementsAre(-1, 1, -6, -16));
}

TEST(OnnxSoftmax, FlattensBeforeOpset13) {
  const Floats x = {0, 0, 0, 0, 1, 1, 1, 1};
  OnnxTestModel old = one_node(11, {2, 2, 2});
  old.node("Softmax", {"x"}, {"y"});  // axis 1: over the last two axes together
  EXPECT_THAT(run_test_model(old, x), testing::Each(FloatNear(0.25f, 1e-6f)));
  OnnxTestModel now = one_node(13, {2, 2, 2});
  now.node("Softmax", {"x"}, {"y"});  // the last axis
  EXPECT_THAT(run_test_model(now, x), testing::Each(FloatNear(0.5f, 1e-6f)));
  OnnxTestModel simple = one_node(11, {2, 4, 1, 1});
  simple.node("Softmax", {"x"}, {"y"});
  EXPECT_THAT(operators(import_test_model(simple)), ElementsAre("Softmax")) << "no Reshape where one axis is meant";
}

TEST(OnnxSum, TakesAnyNumber) {
  OnnxTestModel model = one_node(13, {2});
  model.floats("a", {2}, {10, 20}).floats("b", {}, {100});
  model.node("Sum", {"x", "a", "b"}, {"y"});
  EXPECT_THAT(run_test_model(model, {1, 2}), ElementsAre(111, 122));
  OnnxTestModel mean = one_node(13, {2});
  mean.floats("a", {2}, {3, 6});
  mean.node("Mean", {"x", "a"}, {"y"});
  EXPECT_THAT(run_test_model(mean, {1, 2}), ElementsAre(2, 4));
}

TEST(OnnxComparison, AndWhere) {
  OnnxTestModel model = one_node(16, {3});
  model.floats("two", {}, {2}).floats("zero", {}, {0});
  model.node("GreaterOrEqual", {"x", "two"}, {"c"});
  model.node("Where", {"c", "x", "zero"}, {"y"});
  EXPECT_THAT(run_test_model(model, {1, 2, 3}), ElementsAre(0, 2, 3));
}

TEST(OnnxXor, IsTrueWhereBoolsDiffer) {
  OnnxTestModel model = one_node(13, {4});
  model.floats("two", {}, {2}).floats("three", {}, {3});
  model.node("Greater", {"x", "two"}, {"above_two"});
  model.node("Less", {"x", "three"}, {"below_three"});
  model.node("Xor", {"above_two", "below_three"}, {"c"});
  model.node("Cast", {"c"}, {"y"}).set("to", 1);
  EXPECT_THAT(run_test_model(model, {1, 2.5f, 3, 4}), ElementsAre(1, 0, 1, 1));
}

TEST(OnnxPow, TheExponentMayBeAnInteger) {
  OnnxTestModel model = one_node(13, {2});
  model.ints("e", {2});
  model.node("Pow", {"x", "e"}, {"y"});
  EXPECT_THAT(run_test_model(model, {3, -4}), ElementsAre(9, 16));
}

TEST(OnnxReduce, AxesAreAnAttributeOrAnInput) {
  OnnxTestModel old = one_node(11, {2, 2});
  old.node("ReduceSum", {"x"}, {"y"}).set("axes", Dims{-1}).set("keepdims", 0);
  EXPECT_THAT(run_test_model(old, {1, 2, 3, 4}), ElementsAre(3, 7));
  OnnxTestModel now = one_node(13, {2, 2});
  now.ints("axes", {0});
  now.node("ReduceSum", {"x", "axes"}, {"y"});
  EXPECT_THAT(run_test_model(now, {1, 2, 3, 4}), ElementsAre(4, 6));
  OnnxTestModel all = one_node(13, {2, 2});
  all.node("ReduceMean", {"x"}, {"y"});
  EXPECT_THAT(run_test_model(all, {1, 2, 3, 4}), ElementsAre(2.5f));
}

TEST(OnnxReduce, L2IsTheRootOfTheSumOfSquares) {
  OnnxTestModel model = one_node(13, {2, 2});
  model.node("ReduceL2", {"x"}, {"y"}).set("axes", Dims{1}).set("keepdims", 0);
  EXPECT_THAT(run_test_model(model, {3, -4, 0, 2}), ElementsAre(5, 2));
}

TEST(OnnxSlice, AttributesAndInputs) {
  OnnxTestModel old = one_node(9, {4});
  old.node("Slice", {"x"}, {"y"}).set("starts", Dims{1}).set("ends", Dims{INT64_MAX});
  EXPECT_THAT(run_test_model(old, {1, 2, 3, 4}), ElementsAre(2, 3, 4));
  OnnxTestModel now = one_node(10, {4});
  now.ints("s", {-1}).ints("e", {INT64_MIN}).ints("a", {0}).ints("t", {-2});
  now.node("Slice", {"x", "s", "e", "a", "t"}, {"y"});
  EXPECT_THAT(run_test_model(now, {1, 2, 3, 4}), ElementsAre(4, 2));
}

TEST(OnnxSplit, ByAttributeInputOrEqually) {
  OnnxTestModel old = one_node(11, {3});
  old.node("Split", {"x"}, {"a", "y"}).set("split", Dims{1, 2});
  EXPECT_THAT(run_test_model(old, {1, 2, 3}), ElementsAre(2, 3));
  OnnxTestModel now = one_node(13, {3});
  now.ints("sizes", {2, 1});
  now.node("Split", {"x", "sizes"}, {"a", "y"});
  EXPECT_THAT(run_test_model(now, {1, 2, 3}), ElementsAre(3));
  OnnxTestModel uneven = one_node(18, {3});
  uneven.node("Split", {"x"}, {"a", "y"}).set("num_outputs", 2);
  EXPECT_THAT(run_test_model(uneven, {1, 2, 3}), ElementsAre(3));
}

TEST(OnnxPad, AttributesInputsAxesAndCropping) {
  OnnxTestModel old = one_node(9, {2});
  old.node("Pad", {"x"}, {"y"}).set("pads", Dims{1, 0}).set("value", 9.0f);
  EXPECT_THAT(run_test_model(old, {1, 2}), ElementsAre(9, 1, 2));
  OnnxTestModel axes = one_node(18, {1, 2});
  axes.ints("pads", {0, 2}).floats("v", {}, {5}).ints("axes", {-1});
  axes.node("Pad", {"x", "pads", "v", "axes"}, {"y"});
  EXPECT_THAT(run_test_model(axes, {1, 2}), ElementsAre(1, 2, 5, 5));
  OnnxTestModel crop = one_node(13, {3});
  crop.ints("pads", {-1, 1});
  crop.node("Pad", {"x", "pads"}, {"y"});
  EXPECT_THAT(run_test_model(crop, {1, 2, 3}), ElementsAre(2, 3, 0));
}

TEST(OnnxResize, UpsampleOfAllOpsets) {
  OnnxTestModel attribute = one_node(7, {1, 1, 1, 2});
  attribute.node("Upsample", {"x"}, {"y"}).set("scales", Floats{1, 1, 1, 2});
  EXPECT_THAT(run_test_model(attribute, {1, 2}), ElementsAre(1, 1, 2, 2));
  OnnxTestModel input = one_node(9, {1, 1, 1, 2});
  input.floats("s", {4}, {1, 1, 2, 1});
  input.node("Upsample", {"x", "s"}, {"y"}).set("mode", "linear");
  EXPECT_THAT(run_test_model(input, {1, 2}), ElementsAre(1, 2, 1, 2));
  OnnxTestModel sizes = one_node(13, {1, 1, 1, 2});
  sizes.ints("sizes", {1, 1, 1, 4});
  sizes.node("Resize", {"x", "", "", "sizes"}, {"y"}).set("mode", "linear");
  EXPECT_THAT(run_test_model(sizes, {0, 4}), ElementsAre(0, 1, 3, 4));
  OnnxTestModel named_axes = one_node(18, {1, 1, 2});
  named_axes.ints("sizes", {4});
  named_axes.node("Resize", {"x", "", "", "sizes"}, {"y"})
      .set("axes", Dims{2})
      .set("coordinate_transformation_mode", "asymmetric")
      .set("nearest_mode", "floor");
  EXPECT_THAT(run_test_model(named_axes, {1, 2}), ElementsAre(1, 1, 2, 2));
}

TEST(OnnxShape, StartAndEnd) {
  OnnxTestModel model = one_node(15, {2, 3, 4});
  model.node("Shape", {"x"}, {"tail"}).set("start", -2);
  model.node("ReduceSum", {"x"}, {"sum"}).set("keepdims", 0);
  model.node("Expand", {"sum", "tail"}, {"y"});
  const rt::Graph graph = import_test_model(model);
  EXPECT_EQ(value_of(graph, graph.outputs[0]).shape.text(), "3x4");
}

TEST(OnnxConstant, AllForms) {
  OnnxTestModel model = one_node(13, {2});
  model.node("Constant", {}, {"a"}).set("value", OnnxTestModel::float_tensor("", {2}, {1, 2}));
  model.node("Constant", {}, {"b"}).set("value_float", 10.0f);
  model.node("Constant", {}, {"c"}).set("value_floats", Floats{100, 200});
  model.node("Constant", {}, {"d"}).set("value_int", 2);
  model.node("Constant", {}, {"e"}).set("value_ints", Dims{1, 2});
  model.node("Sum", {"x", "a", "b", "c"}, {"sum"});
  model.node("Reshape", {"sum", "e"}, {"row"});
  model.node("Pow", {"row", "d"}, {"y"});
  EXPECT_THAT(run_test_model(model, {0, 0}), ElementsAre(111 * 111, 212 * 212));
}

TEST(OnnxConstantOfShape, OfEveryType) {
  OnnxTestModel model = one_node(13, {2});
  model.ints("shape", {2});
  model.node("ConstantOfShape", {"shape"}, {"ones"}).set("value", OnnxTestModel::float_tensor("", {1}, {7}));
  model.node("Add", {"x", "ones"}, {"y"});
  EXPECT_THAT(run_test_model(model, {1, 2}), ElementsAre(8, 9));
}

TEST(OnnxNonZero, OfConstants) {
  // How exporters write 0, 1, 2 up to opset 10.
  OnnxTestModel range = one_node(9, {3});
  range.ints("ones", {1, 1, 1}).node("NonZero", {"ones"}, {"indices"});
  range.node("Cast", {"indices"}, {"numbers"}).set("to", 1);
  range.node("Add", {"x", "numbers"}, {"y"});
  EXPECT_THAT(run_test_model(range, {10, 10, 10}), ElementsAre(10, 11, 12));
  // One row of indices for each axis.
  OnnxTestModel grid = one_node(13, {2, 3});
  grid.floats("c", {2, 2}, {0, 1, -1, 0.5f}).node("NonZero", {"c"}, {"indices"});
  grid.node("Cast", {"indices"}, {"numbers"}).set("to", 1);
  grid.node("Add", {"x", "numbers"}, {"y"});
  EXPECT_THAT(run_test_model(grid, {0, 0, 0, 0, 0, 0}), ElementsAre(0, 1, 1, 1, 0, 1));
  OnnxTestModel computed = one_node(13, {2});
  computed.node("NonZero", {"x"}, {"y"});
  EXPECT_THAT(import_error(computed), HasSubstr("an input that is not constant"));
}

TEST(OnnxDropout, IsTheIdentity) {
  OnnxTestModel model = one_node(7, {2});
  model.node("Dropout", {"x"}, {"y", "mask"}).set("ratio", 0.5f);
  EXPECT_THAT(run_test_model(model, {1, 2}), ElementsAre(1, 2));
  model.output("mask");
  EXPECT_THAT(import_error(model), HasSubstr("Dropout 'y' (opset 7): the output mask"));
}

TEST(OnnxActivation, SpelledOutWhereTheGraphHasNoOperator) {
  struct Case {
    const char* op;
    float alpha;
    double at_minus_one, at_two;
  };
  const double e1 = std::exp(-1.0), e2 = std::exp(-0.5);
  for (const Case& c :
       {Case{"Selu", 1.5f, 1.05070102 * 1.5 * (e1 - 1), 1.05070102 * 2}, Case{"Celu", 2, 2 * (e2 - 1), 2},
        Case{"Celu", 1, e1 - 1, 2}, Case{"Softsign", 0, -0.5, 2.0 / 3}, Case{"ThresholdedRelu", 1.5f, 0, 2},
        Case{"ThresholdedRelu", 2, 0, 0}}) {
    OnnxTestModel model = one_node(22, {2});
    OnnxTestNode node = model.node(c.op, {"x"}, {"y"});
    if (c.alpha != 0) node.set("alpha", c.alpha);
    EXPECT_THAT(run_test_model(model, {-1, 2}),
                Pointwise(FloatNear(1e-6f), Floats{static_cast<float>(c.at_minus_one), static_cast<float>(c.at_two)}))
        << c.op;
  }
}

TEST(OnnxActivation, CeluOfANegativeAlphaIsRefused) {
  OnnxTestModel model = one_node(22, {2});
  model.node("Celu", {"x"}, {"y"}).set("alpha", -1.0f);
  EXPECT_THAT(import_error(model), HasSubstr("alpha -1, expected more than 0"));
}

TEST(OnnxGelu, BothForms) {
  for (const char* form : {"none", "tanh"}) {
    OnnxTestModel model = one_node(20, {2});
    model.node("Gelu", {"x"}, {"y"}).set("approximate", form);
    const double c = std::sqrt(2 / std::acos(-1.0));
    const auto expected = [&](double x) {
      if (std::string(form) == "none") return 0.5 * x * (1 + std::erf(x / std::sqrt(2.0)));
      return 0.5 * x * (1 + std::tanh(c * (x + 0.044715 * x * x * x)));
    };
    EXPECT_THAT(run_test_model(model, {-1, 2}),
                Pointwise(FloatNear(1e-5f), Floats{static_cast<float>(expected(-1)), static_cast<float>(expected(2))}));
  }
}

}  // namespace
}  // namespace magik::transform::test

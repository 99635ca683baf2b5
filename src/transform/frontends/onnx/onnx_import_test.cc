// The driver: names, cuts, shapes, errors.
#include <gmock/gmock.h>

#include "transform/frontends/onnx/onnx_test_model.h"

namespace magik::transform::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// x [n,3,4,4] -> conv "c" (node "first") -> relu "r" -> mean over the image "m"
OnnxTestModel small_net(int64_t batch = 1, int64_t side = 4) {
  OnnxTestModel model;
  model.input("x", {batch, 3, side, side}).output("m");
  model.floats("w", {2, 3, 1, 1}, {1, 2, 3, -1, -2, -3}).floats("b", {2}, {0.5f, 0});
  model.node("Conv", {"x", "w", "b"}, {"c"}).named("first");
  model.node("Relu", {"c"}, {"r"}).named("second");
  model.node("GlobalAveragePool", {"r"}, {"m"});
  return model;
}

std::vector<std::string> names(const rt::Graph& graph, const std::vector<rt::ValueId>& ids) {
  std::vector<std::string> result;
  for (rt::ValueId id : ids) result.push_back(value_of(graph, id).name);
  return result;
}

TEST(OnnxImport, PutsPermutesAroundImageOperators) {
  const rt::Graph graph = import_test_model(small_net());
  EXPECT_THAT(operators(graph),
              ElementsAre("Permute", "Conv2D", "Permute", "Relu", "Permute", "GlobalAveragePool", "Permute"));
  EXPECT_THAT(node_names(graph), ElementsAre("x/nhwc", "c", "c/source_layout", "r", "r/nhwc", "m", "m/source_layout"));
  EXPECT_THAT(names(graph, graph.inputs), ElementsAre("x"));
  EXPECT_EQ(value_of(graph, graph.inputs[0]).shape.text(), "1x3x4x4");
  const rt::Value& conv = value_of(graph, graph.nodes[1].outputs[0]);
  EXPECT_EQ(conv.shape.text(), "1x4x4x2");
  EXPECT_THAT(conv.source_axes, ElementsAre(0, 2, 3, 1));
  EXPECT_EQ(graph.preprocessing.size(), 1u);
}

TEST(OnnxImport, MovesChannelsOnceForSeveralReaders) {
  OnnxTestModel model = small_net();
  model.node("MaxPool", {"x"}, {"p"}).set("kernel_shape", Dims{2, 2});
  model.node("Conv", {"c", "w2"}, {"d"});
  model.floats("w2", {1, 2, 1, 1}, {1, 1}).output("p").output("d");
  const rt::Graph graph = import_test_model(model);
  const auto all = node_names(graph);
  EXPECT_EQ(std::count(all.begin(), all.end(), "x/nhwc"), 1);
  EXPECT_EQ(std::count(all.begin(), all.end(), "c/source_layout/nhwc"), 0) << "'d' reads the convolution 'c' itself";
}

TEST(OnnxImport, CutsAtTensorsAndNodes) {
  ImportOptions options;
  options.inputs = {"first"};  // a node: its first output
  options.outputs = {"r"};
  const rt::Graph graph = import_test_model(small_net(), options);
  EXPECT_THAT(operators(graph), ElementsAre("Relu"));
  EXPECT_THAT(names(graph, graph.inputs), ElementsAre("c"));
  EXPECT_EQ(value_of(graph, graph.inputs[0]).shape.text(), "1x2x4x4") << "inferred from the whole model";
}

TEST(OnnxImport, CutsLeaveNodesBetween) {
  OnnxTestModel net = small_net();
  const std::string path = net.save();
  ImportOptions options;
  options.outputs = {"x"};
  EXPECT_EQ(import_error(path, options), "OUTPUT 'x' is an input of '" + path + "': no node computes it");
  options = {};
  options.inputs = {"m"};
  EXPECT_EQ(import_error(path, options),
            "INPUT 'm' is an output of '" + path +
                "', which no node is left to compute: cut before it, or name other tensors in OUTPUT");
  options.inputs = options.outputs = {"c"};
  EXPECT_EQ(import_error(path, options), "OUTPUT 'c' is also an INPUT");
}

TEST(OnnxImport, ShapeOfACutIsGivenOrTheModelsOwnWhereWhatIsBeforeIsUnsupported) {
  OnnxTestModel model;
  model.input("x", {1, 4}).output("y").value_info("u", {1, 6});
  model.node("Mystery", {"x"}, {"u"});
  model.node("Relu", {"u"}, {"y"});
  ImportOptions options;
  options.inputs = {"u"};
  const rt::Graph declared = import_test_model(model, options);
  EXPECT_EQ(value_of(declared, declared.inputs[0]).shape.text(), "1x6");
  options.shapes = {{2, 7}};
  const rt::Graph given = import_test_model(model, options);
  EXPECT_EQ(value_of(given, given.inputs[0]).shape.text(), "2x7");
  options.shapes = {};
  model.graph().clear_value_info();
  EXPECT_THAT(import_error(model, options), HasSubstr("INPUT 'u' needs an INPUT_SHAPE"));
}

TEST(OnnxImport, InputsThatAreNotListedFollow) {
  OnnxTestModel model;
  model.input("a", {2}).input("unused", {2}).input("b", {2}).input("c", {2}).output("y");
  model.node("Add", {"a", "b"}, {"s"});
  model.node("Mul", {"s", "c"}, {"y"});
  ImportOptions options;
  options.inputs = {"c"};
  const rt::Graph graph = import_test_model(model, options);
  EXPECT_THAT(names(graph, graph.inputs), ElementsAre("c", "a", "b"));
  options.inputs = {"unused"};
  EXPECT_EQ(import_error(model, options), "INPUT 'unused' leads to none of the outputs");
}

TEST(OnnxImport, LastShapeServesTheRestOfTheListed) {
  OnnxTestModel model;
  model.input("a", {-1, -1}).input("b", {-1, -1}).input("c", {5, 7}).output("y").output("z");
  model.node("Add", {"a", "b"}, {"y"});
  model.node("Relu", {"c"}, {"z"});
  ImportOptions options;
  options.inputs = {"b", "a"};
  options.shapes = {{3, 2}};
  const rt::Graph graph = import_test_model(model, options);
  std::vector<std::string> shapes;
  for (rt::ValueId id : graph.inputs) shapes.push_back(value_of(graph, id).shape.text());
  EXPECT_THAT(shapes, ElementsAre("3x2", "3x2", "5x7"));
  options.shapes = {{3, 2}, {3, 2}, {5, 7}};
  EXPECT_EQ(import_error(model, options), "INPUT_SHAPE has 3 shapes for 2 inputs");
}

TEST(OnnxImport, DynamicAxes) {
  const rt::Graph graph = import_test_model(small_net(-1));
  EXPECT_EQ(value_of(graph, graph.inputs[0]).shape.text(), "1x3x4x4");
  EXPECT_EQ(import_error(small_net(-1, -1)), "input 'x' has dynamic axes, [1,3,?,?]: set INPUT_SHAPE");
}

TEST(OnnxImport, InputShapeMayChangeBatchAndImageSizeOnly) {
  ImportOptions options;
  options.shapes = {{2, 3, 6, 8}};
  const rt::Graph graph = import_test_model(small_net(), options);
  EXPECT_EQ(value_of(graph, graph.outputs[0]).shape.text(), "2x2x1x1");
  options.shapes = {{1, 4, 4, 4}};
  EXPECT_EQ(import_error(small_net(), options),
            "INPUT_SHAPE [1,4,4,4] of 'x' has 4 at axis 1, the model's input [1,3,4,4] is fixed to 3");
  options.shapes = {{3, 4, 4}};
  EXPECT_EQ(import_error(small_net(), options),
            "INPUT_SHAPE [3,4,4] of 'x' has 3 axes, the model's input has 4: [1,3,4,4]");
  options.shapes = {{1, 3, 0, 4}};
  EXPECT_EQ(import_error(small_net(), options), "INPUT_SHAPE [1,3,0,4] of 'x': 0 is not a size, expected 1 or more");
}

TEST(OnnxImport, SuggestsNames) {
  ImportOptions options;
  options.outputs = {"firts"};
  EXPECT_THAT(import_error(small_net(), options), HasSubstr("OUTPUT 'firts' is no tensor or node of"));
  EXPECT_THAT(import_error(small_net(), options), HasSubstr("(did you mean 'first'?)"));
  options.outputs = {"w"};
  EXPECT_EQ(import_error(small_net(), options), "OUTPUT 'w' is a constant of the model");
  options.outputs = {"r", "second"};
  EXPECT_EQ(import_error(small_net(), options), "OUTPUT lists 'r' twice");
}

TEST(OnnxImport, ListsEverythingUnsupportedOfTheNeededPart) {
  OnnxTestModel model;
  model.input("x", {1, 2, 4, 4}).output("z").output("other");
  model.value_info("u", {1, 2, 4, 4}).value_info("v", {1, 2, 3, 3});
  model.node("Mystery", {"x"}, {"u"}).named("n1");
  model.node("MaxPool", {"u"}, {"v", "indices"}).set("kernel_shape", Dims{2, 2});
  model.node("Custom", {"v", "indices"}, {"z"}).named("n3").domain("com.example");
  model.node("Elsewhere", {"x"}, {"other"});
  ImportOptions options;
  options.outputs = {"z"};
  const std::string error = import_error(model, options);
  EXPECT_THAT(error, HasSubstr("\n  Mystery 'n1' (opset 13): unknown operator"));
  EXPECT_THAT(error, HasSubstr("\n  MaxPool 'v' (opset 13): the output Indices"));
  EXPECT_THAT(error, HasSubstr("\n  Custom 'n3' (domain com.example): unknown operator"));
  EXPECT_THAT(error, testing::Not(HasSubstr("Elsewhere")));
}

TEST(OnnxImport, FoldsShapeComputations) {
  // Reshape to [batch, -1] whose shape is Concat(Gather(Shape(x), 0), -1).
  OnnxTestModel model;
  model.input("x", {2, 3, 4}).output("y");
  model.ints("zero", {}, {0}).ints("minus_one", {-1}).ints("axes", {0});
  model.node("Shape", {"x"}, {"shape"});
  model.node("Gather", {"shape", "zero"}, {"batch"});
  model.node("Unsqueeze", {"batch", "axes"}, {"batch1"});
  model.node("Concat", {"batch1", "minus_one"}, {"target"}).set("axis", 0);
  model.node("Reshape", {"x", "target"}, {"y"});
  const rt::Graph graph = import_test_model(model);
  EXPECT_THAT(operators(graph), ElementsAre("Reshape"));
  EXPECT_EQ(value_of(graph, graph.outputs[0]).shape.text(), "2x12");
}

TEST(OnnxImport, OrdersNodesThatAreOutOfOrder) {
  OnnxTestModel model;
  model.input("x", {2}).output("y");
  model.node("Exp", {"a"}, {"y"});
  model.node("Neg", {"x"}, {"a"});
  EXPECT_THAT(operators(import_test_model(model)), ElementsAre("Neg", "Exp"));
}

TEST(OnnxImport, RefusesInvalidGraphs) {
  OnnxTestModel cyclic;
  cyclic.input("x", {2}).output("y");
  cyclic.node("Add", {"x", "b"}, {"a"});
  cyclic.node("Relu", {"a"}, {"b"});
  cyclic.node("Relu", {"b"}, {"y"});
  EXPECT_THAT(import_error(cyclic), HasSubstr("is part of a cycle"));

  OnnxTestModel dangling;
  dangling.input("x", {2}).output("y");
  dangling.node("Add", {"x", "nowhere"}, {"y"});
  EXPECT_THAT(import_error(dangling), HasSubstr("node 'y' (Add) reads 'nowhere', which nothing produces"));

  OnnxTestModel twice;
  twice.input("x", {2}).output("y");
  twice.node("Relu", {"x"}, {"y"});
  twice.node("Exp", {"x"}, {"y"});
  EXPECT_THAT(import_error(twice), HasSubstr("two nodes produce 'y'"));

  OnnxTestModel missing;
  missing.input("x", {2}).output("y");
  missing.node("Add", {"x"}, {"y"});
  EXPECT_EQ(import_error(missing), "node 'y' (Add): its input 1 is missing");

  OnnxTestModel wrong_type;
  wrong_type.input("x", {2, 2}).output("y");
  wrong_type.node("Concat", {"x", "x"}, {"y"}).set("axis", 1.5f);
  EXPECT_EQ(import_error(wrong_type), "node 'y' (Concat): attribute 'axis' is of type FLOAT, expected INT");

  OnnxTestModel channels;
  channels.input("x", {1, 3, 8, 8}).output("y").floats("w", {4, 5, 3, 3}, std::vector<float>(180));
  channels.node("Conv", {"x", "w"}, {"y"}).named("conv0");
  EXPECT_EQ(
      import_error(channels),
      "node 'conv0' (Conv): its input of shape 1x3x8x8 has 3 channels, but its weight of shape 4x5x3x3 in 1 group "
      "takes 5");

  OnnxTestModel constant;
  constant.input("x", {2}).output("y").floats("c", {1}, {4});
  constant.node("Sqrt", {"c"}, {"y"});
  EXPECT_EQ(import_error(constant), "output 'y' does not depend on any input: leave it out of OUTPUT");
}

TEST(OnnxImport, RefusesOutputsThatAreConstants) {
  OnnxTestModel model;
  model.input("x", {2}).output("y").output("c").floats("c", {1}, {4});
  model.node("Relu", {"x"}, {"y"});
  EXPECT_EQ(import_error(model), "output 'c' does not depend on any input: leave it out of OUTPUT");
}

TEST(OnnxImport, RefusesOpsetsItDoesNotKnow) {
  OnnxTestModel model(6);
  model.input("x", {2}).output("y");
  model.node("Relu", {"x"}, {"y"});
  EXPECT_THAT(import_error(model), HasSubstr("is of ONNX opset 6, expected 7 to 23"));
}

TEST(OnnxImport, EveryCutOffFileIsAnError) {
  const std::string bytes = small_net().proto.SerializeAsString();
  for (size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_THAT(import_error(OnnxTestModel::save_bytes(bytes.substr(0, length))), testing::Not(IsEmpty())) << length;
  }
}

TEST(ImportModel, TellsWhatAForeignFileLooksLike) {
  EXPECT_THAT(import_error(OnnxTestModel::save_bytes("PK\x03\x04....", ".pt")),
              HasSubstr("it looks like a zip archive, such as PyTorch and Keras write; known formats: ONNX (*.onnx)"));
  EXPECT_THAT(import_error(OnnxTestModel::save_bytes("hello\n", ".txt")), HasSubstr("it looks like a text file"));
  EXPECT_THAT(import_error("/nonexistent/model.onnx"), HasSubstr("cannot open the model '/nonexistent/model.onnx'"));
}

TEST(ImportModel, KnowsOnnxByItsContent) {
  const std::string path = OnnxTestModel::save_bytes(small_net().proto.SerializeAsString(), ".model");
  EXPECT_EQ(import_error(path), "");
}

}  // namespace
}  // namespace magik::transform::test

#include "graph_executor.h"

#include <gmock/gmock.h>

#include <memory>

#include "image.h"
#include "transform/data/image.h"
#include "transform/test_folder.h"
#include "venus/api/test_model.h"

namespace magik::transformkit::magikexecutor {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using transform::test::TestFolder;

class Executor : public testing::Test {
 protected:
  std::string save(const rt::Graph& graph, const std::string& name = "model.mgk") const {
    const std::vector<uint8_t> bytes = rt::serialize_model(graph);
    return folder_.write(name, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  }
  // "data" {1, h, w, c} -> "scaled" x / 2 + 1 -> "mean" over the picture.
  std::string pixels(const std::string& color = "RGB", int height = 2, int width = 2) const {
    return save(api::test::pixel_graph(height, width, color == "GRAY" ? 1 : 3, color));
  }
  // "data" -> "relu" -> "levels", quantized to q = x / 0.5 + 3 -> "real", float.
  std::string quantized() const {
    rt::test::TestGraph test;
    const rt::ValueId data = test.input("data", {1, 4});
    const rt::ValueId relu = test.node("Relu", "relu", {data}, {1, 4});
    const rt::ValueId levels = test.node("Quantize", "levels", {relu}, {1, 4}, {}, rt::ElementType::kUint8);
    test.graph.values[static_cast<size_t>(levels)].quantization = {8, {0.5f}, {3}, -1};
    const rt::ValueId real = test.node("Dequantize", "real", {levels}, {1, 4});
    test.graph.outputs = {real, levels};
    return save(test.graph);
  }
  static std::unique_ptr<Tensor> floats(const std::string& name, const std::vector<int>& shape,
                                        const std::vector<float>& values) {
    auto tensor = std::make_unique<Tensor>(shape, Tensor::DT_FLOAT);
    tensor->set_name(name);
    for (size_t i = 0; i < values.size(); ++i) tensor->mutable_data<float>(static_cast<int>(i)) = values[i];
    return tensor;
  }
  static std::vector<float> output(const GraphExecutor& executor, const std::string& name) {
    return executor.get_node_float_data(executor.get_output_tensor(name));
  }

  TestFolder folder_;
};

TEST_F(Executor, SaysWhatItIs) {
  testing::internal::CaptureStderr();
  const GraphExecutor executor(pixels());
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              testing::MatchesRegex("INFO\\(magikexecutor\\): magik executor version:.* built:.*:CPU\n"));
  EXPECT_EQ(executor.error(), "");
}

TEST_F(Executor, ListsInputsInOrderAndOutputsSorted) {
  const GraphExecutor executor(quantized());
  EXPECT_THAT(executor.get_input_names(), ElementsAre("data"));
  EXPECT_THAT(executor.get_output_names(), ElementsAre("levels", "real"));
}

TEST_F(Executor, TakesBytesAndFloatsOfPixels) {
  GraphExecutor executor(pixels());
  Tensor bytes({1, 2, 2, 3}, Tensor::DT_UINT8);
  bytes.set_name("data");
  for (int i = 0; i < 12; ++i) bytes.mutable_data<uint8_t>(i) = static_cast<uint8_t>(10 * i);
  ASSERT_TRUE(executor.set_input(&bytes));
  ASSERT_TRUE(executor.work());
  const std::vector<float> from_bytes = output(executor, "scaled");
  ASSERT_EQ(from_bytes.size(), 12u);
  for (size_t i = 0; i < 12; ++i) EXPECT_EQ(from_bytes[i], 5.0f * static_cast<float>(i) + 1);

  const auto same = floats("data", {1, 2, 2, 3}, {0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110});
  ASSERT_TRUE(executor.set_inputs({{"data", same.get()}}));
  ASSERT_TRUE(executor.work());
  EXPECT_EQ(output(executor, "scaled"), from_bytes);
}

TEST_F(Executor, GivesBgrNetworksBgr) {
  GraphExecutor executor(pixels("BGR", 1, 1));
  ASSERT_TRUE(executor.set_input(floats("data", {1, 1, 1, 3}, {20, 40, 60}).get()));  // R, G, B
  ASSERT_TRUE(executor.work());
  EXPECT_THAT(output(executor, "scaled"), ElementsAre(31, 21, 11));
}

TEST_F(Executor, ReshapesToTheInputsSize) {
  GraphExecutor executor(pixels());
  ASSERT_TRUE(executor.set_input(floats("data", {1, 1, 3, 3}, {0, 2, 4, 6, 8, 10, 12, 14, 16}).get()));
  ASSERT_TRUE(executor.work());
  EXPECT_EQ(executor.get_output_tensor("scaled")->shape(), std::vector<int>({1, 1, 3, 3}));
  EXPECT_THAT(output(executor, "mean"), ElementsAre(4, 5, 6));
}

TEST_F(Executor, ReadsTheInputWhenItWorks) {
  GraphExecutor executor(quantized());
  auto input = floats("data", {1, 4}, {0, 0, 0, 0});
  ASSERT_TRUE(executor.set_input(input.get()));
  input->mutable_data<float>(1) = 2;
  ASSERT_TRUE(executor.work());
  const Tensor* real = executor.get_output_tensor("real");
  EXPECT_EQ(real->data<float>(1), 2.0f);
  input->mutable_data<float>(1) = 3;
  ASSERT_TRUE(executor.work());
  EXPECT_EQ(real->data<float>(1), 3.0f) << "a tensor that was given shows the last run";
  input.reset();
  ASSERT_TRUE(executor.work()) << "the input may be deleted";
  EXPECT_EQ(real->data<float>(1), 3.0f);
}

TEST_F(Executor, OutputsAreDequantizedNodesAreNot) {
  GraphExecutor executor(quantized());
  ASSERT_TRUE(executor.set_input("data", floats("", {1, 4}, {-1, 0, 1, 5}).get()));
  ASSERT_TRUE(executor.work());
  EXPECT_THAT(output(executor, "levels"), ElementsAre(0, 0, 1, 5));
  EXPECT_EQ(executor.get_mutable_output_tensor("levels")->data_type(), Tensor::DT_FLOAT);
  const Tensor* levels = executor.get_node_tensor("levels");
  ASSERT_EQ(levels->data_type(), Tensor::DT_UINT8);
  EXPECT_EQ(levels->data<uint8_t>(2), 5);
  EXPECT_EQ(levels->data<uint8_t>(3), 13);
  EXPECT_THAT(executor.get_node_float_data(levels), ElementsAre(0, 0, 1, 5));
}

TEST_F(Executor, ShowsEveryNodeWhenNotInPlace) {
  GraphExecutor executor(quantized());
  const auto input = floats("data", {1, 4}, {-1, 0, 1, 5});
  ASSERT_TRUE(executor.set_input(input.get()));
  ASSERT_TRUE(executor.work());
  EXPECT_EQ(executor.get_node_tensor("relu"), nullptr);
  EXPECT_THAT(executor.error(), HasSubstr("call set_inplace(false) before work()"));

  executor.set_inplace(false);
  ASSERT_TRUE(executor.work());
  EXPECT_THAT(executor.get_node_float_data(executor.get_node_tensor("data")), ElementsAre(-1, 0, 1, 5));
  EXPECT_THAT(executor.get_node_float_data(executor.get_node_tensor("relu")), ElementsAre(0, 0, 1, 5));
  EXPECT_THAT(output(executor, "real"), ElementsAre(0, 0, 1, 5));
}

TEST_F(Executor, ReshapesInputsTogether) {
  rt::test::TestGraph test;
  const rt::ValueId a = test.input("a", {1, 2}), b = test.input("b", {1, 2});
  test.graph.outputs = {test.node("EltwiseAdd", "sum", {a, b}, {1, 2})};
  GraphExecutor executor(save(test.graph));
  ASSERT_TRUE(executor.set_input(floats("a", {1, 3}, {1, 2, 3}).get()));
  EXPECT_FALSE(executor.work());
  EXPECT_EQ(executor.error(), "input 'b' was not set: call set_input()");
  ASSERT_TRUE(executor.set_input(floats("b", {1, 3}, {4, 5, 6}).get()));
  ASSERT_TRUE(executor.work()) << executor.error();
  EXPECT_THAT(output(executor, "sum"), ElementsAre(5, 7, 9));
}

TEST_F(Executor, KnowsNodesByTheNamesOfDumps) {
  rt::test::TestGraph test;
  const rt::ValueId data = test.input("data", {1, 2}), weight = test.value("w", {1, 2}, rt::ElementType::kInt8);
  const int8_t elements[] = {1, 2};
  test.graph.values[static_cast<size_t>(weight)].constant = rt::Constant::copy_of(elements, 2);
  test.graph.values[static_cast<size_t>(weight)].quantization = {8, {0.5f}, {}, 0};
  const rt::ValueId levels = test.node("Quantize", "levels", {data}, {1, 2}, {}, rt::ElementType::kUint8);
  test.graph.values[static_cast<size_t>(levels)].quantization = {8, {1.0f}, {0}, -1};
  test.graph.outputs = {test.node("MatMul", "product", {levels, weight}, {1, 1})};
  GraphExecutor executor(save(test.graph));
  executor.set_inplace(false);
  const auto input = floats("data", {1, 2}, {3, 4});
  ASSERT_TRUE(executor.set_input(input.get()));
  ASSERT_TRUE(executor.work({}, "product_Quantize")) << executor.error();
  EXPECT_EQ(executor.get_node_tensor("product_Quantize"), executor.get_node_tensor("product"));
  EXPECT_EQ(executor.get_node_tensor("levels_Quantize"), nullptr) << "it has no weights";
}

TEST_F(Executor, RunsAPart) {
  GraphExecutor executor(quantized());
  executor.set_inplace(false);
  auto input = floats("data", {1, 4}, {1, 1, 1, 1});
  ASSERT_TRUE(executor.set_input(input.get()));
  EXPECT_FALSE(executor.work({"levels"}));
  EXPECT_THAT(executor.error(), HasSubstr("needs the results of an earlier work()"));
  ASSERT_TRUE(executor.work());
  input->mutable_data<float>(0) = 4;
  ASSERT_TRUE(executor.work({}, "relu"));
  EXPECT_EQ(executor.get_node_tensor("relu")->data<float>(0), 4.0f);
  EXPECT_EQ(executor.get_node_tensor("levels")->data<uint8_t>(0), 5);
  ASSERT_TRUE(executor.work({"real", "levels"}));
  EXPECT_EQ(output(executor, "real")[0], 4.0f);
  EXPECT_FALSE(executor.work({"levels"}, "relu"));
  EXPECT_THAT(executor.error(), HasSubstr("'relu' comes before"));
}

TEST_F(Executor, FitsImagesAsTheModelSays) {
  rt::Graph graph = api::test::pixel_graph(2, 4, 3, "BGR");
  graph.preprocessing[0].resize = "LETTERBOX";
  GraphExecutor executor(save(graph));
  const std::string photo = folder_.write("photo.ppm", "P6 2 2 255\n" + std::string("abcabcabcabc"));
  ASSERT_TRUE(executor.set_input_image("data", photo));
  executor.set_inplace(false);
  ASSERT_TRUE(executor.work());
  const Tensor* data = executor.get_node_tensor("data");
  for (int x = 0; x < 4; ++x) {
    const bool inside = x == 1 || x == 2;
    EXPECT_EQ(data->data<uint8_t>(3 * x), inside ? 'c' : 114);
    EXPECT_EQ(data->data<uint8_t>(3 * x + 2), inside ? 'a' : 114);
  }
  EXPECT_FALSE(executor.set_input_image("data", folder_.path("none.jpg")));
  EXPECT_THAT(executor.error(), HasSubstr("none.jpg: cannot open the file"));
}

TEST_F(Executor, LoadsImagesAsRgb) {
  const std::string grey = folder_.write("grey.pgm", "P5 2 1 255\n" + std::string("ab"));
  Tensor image({0}, Tensor::DT_UINT8);
  std::string error;
  ASSERT_TRUE(load_image(grey, image, error));
  EXPECT_EQ(image.shape(), std::vector<int>({1, 1, 2, 3}));
  EXPECT_EQ(image.data<uint8_t>(5), 'b');
  EXPECT_FALSE(load_image(folder_.write("text.jpg", "no image"), image, error));
  EXPECT_THAT(error, HasSubstr("text.jpg: not an image that can be read"));
  Tensor wrong({0}, Tensor::DT_FLOAT);
  EXPECT_FALSE(load_image(grey, wrong, error));
  EXPECT_THAT(error, HasSubstr("expected DT_UINT8"));
}

TEST_F(Executor, TellsWhatIsWrongWithAModel) {
  for (const std::string& path : {folder_.path("missing.mgk"), folder_.write("text.mgk", std::string(200, 'x'))}) {
    GraphExecutor executor(path);
    const std::string reason = executor.error();
    EXPECT_THAT(reason, HasSubstr(path));
    EXPECT_TRUE(executor.get_input_names().empty());
    EXPECT_TRUE(executor.get_output_names().empty());
    Tensor tensor({1}, Tensor::DT_FLOAT);
    EXPECT_FALSE(executor.set_input(&tensor));
    EXPECT_FALSE(executor.work());
    EXPECT_EQ(executor.get_node_tensor("x"), nullptr);
    EXPECT_EQ(executor.get_output_tensor("x"), nullptr);
    executor.set_inplace(false);
    EXPECT_FALSE(executor.work());
    EXPECT_EQ(executor.error(), reason);
  }
}

TEST_F(Executor, TellsWhatIsWrongWithInputs) {
  GraphExecutor executor(pixels());
  const auto error_of = [&](const std::string& name, const Tensor* tensor) {
    EXPECT_FALSE(executor.set_input(name, tensor));
    return executor.error();
  };
  const Tensor rgba({1, 2, 2, 4}, Tensor::DT_UINT8), wide({1, 2, 2, 3}, Tensor::DT_INT16), flat({12}, Tensor::DT_UINT8);
  const Tensor empty({1, 0, 2, 3}, Tensor::DT_UINT8);
  EXPECT_FALSE(executor.work());
  EXPECT_EQ(executor.error(), "input 'data' was not set: call set_input()");
  EXPECT_EQ(error_of("date", &rgba), "there is no input 'date', the network has 'data'");
  EXPECT_EQ(error_of("data", nullptr), "input 'data': the tensor is null");
  EXPECT_EQ(error_of("data", &rgba), "input 'data': the tensor has shape {1, 2, 2, 4}, expected {1, h, w, 3}");
  EXPECT_EQ(error_of("data", &flat), "input 'data': the tensor has shape {12}, expected {1, h, w, 3}");
  EXPECT_EQ(error_of("data", &wide), "input 'data': the tensor has the data type 5, expected DT_UINT8 or DT_FLOAT");
  EXPECT_EQ(error_of("data", &empty), "input 'data': the tensor of shape {1, 0, 2, 3} has no data");

  const auto bright = floats("data", {1, 2, 2, 3}, {256});
  ASSERT_TRUE(executor.set_input(bright.get()));
  EXPECT_FALSE(executor.work());
  EXPECT_EQ(executor.error(),
            "input 'data': it has the value 256, expected pixels from 0 to 255: raw ones, before mean and normal");
}

TEST_F(Executor, WorksAgainAfterARefusedSize) {
  GraphExecutor executor(save(api::test::float_graph()));
  ASSERT_TRUE(executor.set_input(floats("x", {2, 4}, {1, 2, 3, 4, 5, 6, 7, 8}).get()));
  EXPECT_FALSE(executor.work());
  EXPECT_THAT(executor.error(), HasSubstr("input 'x' cannot be reshaped to 2x4"));
  ASSERT_TRUE(executor.set_input(floats("x", {1, 4}, {1, 2, 3, 4}).get()));
  ASSERT_TRUE(executor.work()) << executor.error();
  EXPECT_THAT(output(executor, "y"), ElementsAre(1, 2, 3, 4));
}

TEST_F(Executor, HasNoResultsAfterWorkThatFailed) {
  GraphExecutor executor(save(api::test::float_graph()));
  const auto input = floats("x", {1, 4}, {1, 2, 3, 4});
  ASSERT_TRUE(executor.set_input(input.get()));
  ASSERT_TRUE(executor.work());
  ASSERT_NE(executor.get_output_tensor("y"), nullptr);
  EXPECT_FALSE(executor.work({}, "none"));
  EXPECT_EQ(executor.get_output_tensor("y"), nullptr);
  EXPECT_EQ(executor.error(), "there are no results: the last run failed");
  EXPECT_EQ(executor.get_mutable_output_tensor("y"), nullptr);
  EXPECT_EQ(executor.get_node_tensor("y"), nullptr);
  ASSERT_TRUE(executor.work());
  EXPECT_THAT(output(executor, "y"), ElementsAre(1, 2, 3, 4));
}

TEST_F(Executor, TellsNamesThatAreNone) {
  GraphExecutor executor(quantized());
  EXPECT_EQ(executor.get_output_tensor("relu"), nullptr);
  EXPECT_EQ(executor.error(), "there is no output 'relu', the network has 'real', 'levels'");
  EXPECT_EQ(executor.get_node_tensor("none"), nullptr);
  EXPECT_EQ(executor.error(), "there is no node 'none'");
  ASSERT_TRUE(executor.set_input(floats("data", {1, 4}, {}).get()));
  EXPECT_FALSE(executor.work({}, "data"));
  EXPECT_EQ(executor.error(), "'data' is an input, not a node");
  EXPECT_TRUE(executor.get_node_float_data(nullptr).empty());
  EXPECT_THAT(executor.error(), EndsWith("the tensor is null"));
}

TEST_F(Executor, OutputsHaveTheirShapeBeforeTheFirstRun) {
  const GraphExecutor executor(quantized());
  const Tensor* real = executor.get_output_tensor("real");
  ASSERT_NE(real, nullptr);
  EXPECT_EQ(real->name(), "real");
  EXPECT_EQ(real->shape(), std::vector<int>({1, 4}));
  EXPECT_EQ(real->data<float>(0), 0.0f);
}

}  // namespace
}  // namespace magik::transformkit::magikexecutor

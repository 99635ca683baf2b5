// DEBUG_PATH, the fake-quantization tables, and nodes that are kept in float.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <sstream>

#include "camera_net.h"
#include "transform/frontends/onnx/onnx_test_model.h"
#include "venus/core/numerics.h"
#include "workspace.h"

namespace magik::e2e {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr char kDumps[] = "magik_dump_path/";

template <typename T>
std::vector<T> elements(const std::string& bytes) {
  std::vector<T> result(bytes.size() / sizeof(T));
  std::memcpy(result.data(), bytes.data(), result.size() * sizeof(T));
  return result;
}

std::string file_of(std::string node) {
  std::replace(node.begin(), node.end(), '/', '_');
  return node + ".bin";
}

// Every title that stands on a line of its own, in order.
std::vector<std::string> tables(const std::string& log) {
  std::vector<std::string> titles;
  std::istringstream lines(log);
  for (std::string line; std::getline(lines, line);) {
    if (line.ends_with(" compute distance")) titles.push_back(line);
  }
  return titles;
}

// The columns of a table's row of a node.
std::vector<double> row(const std::string& log, const std::string& title, const std::string& node) {
  std::istringstream text(log.substr(log.find("\n" + title + "\n")));
  for (std::string line; std::getline(text, line);) {
    std::istringstream words(line);
    std::string name;
    std::vector<double> values;
    words >> name;
    for (double value; words >> value;) values.push_back(value);
    if (name == node) return values;
  }
  return {};
}

void expect_table_equals_dumps(const Workspace& work, const std::string& log) {
  work.write("log.txt", log);
  const Finished finished =
      work.run({MAGIK_PYTHON, source_path("tests/e2e/check_distance.py"), "log.txt", "magik_dump_path"});
  EXPECT_EQ(finished.status, 0) << finished.out << finished.err;
}

// ptq_model/ holds the levels of what ptq_model_dequantize/ has as real values, or the same floats.
void expect_levels_of_real_values(const Workspace& work, const rt::Graph& quantized, const std::string& folder) {
  size_t integer_nodes = 0;
  for (const rt::Node& node : quantized.nodes) {
    const std::string file = file_of(node.name);
    if (!work.has(folder + "ptq_model/" + file)) continue;  // Quantize and Dequantize nodes at borders
    const rt::Value& value = output_of(quantized, node.name);
    const std::string stored = work.read(folder + "ptq_model/" + file);
    const std::string real = work.read(folder + "ptq_model_dequantize/" + file);
    EXPECT_EQ(work.read(folder + "float_model/" + file).size(), real.size());
    if (!value.quantization.enabled()) {
      EXPECT_TRUE(stored == real) << node.name;
      continue;
    }
    ++integer_nodes;
    const auto reals = elements<float>(real);
    const bool wide = value.type == rt::ElementType::kUint16;
    ASSERT_EQ(stored.size(), reals.size() * (wide ? 2 : 1)) << node.name;
    const float scale = value.quantization.scale[0];
    const int32_t zero_point = value.quantization.zero_point[0];
    const rt::OutputRange levels{static_cast<float>(-zero_point),
                                 static_cast<float>((1 << value.quantization.bits) - 1 - zero_point), zero_point};
    const auto bytes = elements<uint8_t>(stored);
    const auto words = elements<uint16_t>(stored);
    for (size_t i = 0; i < reals.size(); ++i) {
      const int32_t level = wide ? words[i] : bytes[i];
      ASSERT_EQ(rt::quantize_clamped(reals[i] / scale, levels), level) << node.name << " at " << i;
      ASSERT_EQ(reals[i], static_cast<float>(level - zero_point) * scale) << node.name << " at " << i;
    }
  }
  EXPECT_GT(integer_nodes, 0u);
}

// input.bin as the board gets it leads to the same integers.
void expect_same_dumps_from_magik_run(const Workspace& work, const std::string& model, const std::string& folder,
                                      const std::vector<std::string>& inputs) {
  std::vector<std::string> command = {tool("magik-run"), model, "--dump", "board"};
  command.insert(command.end(), inputs.begin(), inputs.end());
  const Finished finished = work.run(command);
  ASSERT_EQ(finished.status, 0) << finished.err;
  size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(work.path(folder + "ptq_model"))) {
    const std::string file = entry.path().filename().string();
    EXPECT_TRUE(work.read(folder + "ptq_model/" + file) == work.read("board/" + file)) << file;
    ++files;
  }
  EXPECT_GT(files, 0u);
}

TEST(DebugMode, TableOfDigitsEqualsTheDumps) {
  const Workspace work;
  nlohmann::json config = digits_config();
  config["DEBUG_PATH"] = source_path("models/digits/test");
  const std::string log = work.convert_well(config, digits_onnx(), "out/digits.mk.h", {"--dump_all"});
  EXPECT_THAT(tables(log), ElementsAre("ptq model compute distance"));
  expect_table_equals_dumps(work, log);
  EXPECT_GT(row(log, "ptq model compute distance", "logits").at(0), 0.999);

  const auto model = work.model("out/digits.bin");
  for (const std::string& picture : digits_test_pictures()) {
    const std::string folder = kDumps + std::filesystem::path(picture).filename().string() + "/";
    expect_levels_of_real_values(work, *model, folder);
    const transform::Image image = transform::load_image(picture);
    EXPECT_EQ(elements<uint8_t>(work.read(folder + "input_uint8.bin")), image.pixels);
    EXPECT_EQ(elements<float>(work.read(folder + "input.bin")),
              std::vector<float>(image.pixels.begin(), image.pixels.end()));
    if (picture != digits_test_pictures().front()) continue;
    expect_same_dumps_from_magik_run(work, "out/digits.bin", folder, {work.path(folder + "input.bin")});
    expect_same_dumps_from_magik_run(work, "out/digits.bin", folder, {work.path(folder + "input_uint8.bin")});
  }
}

TEST(DebugMode, NodeInfoListsWhatCanBeQuantized) {
  const Workspace work;
  nlohmann::json config = digits_config();
  config["DEBUG_PATH"] = digits_test_pictures().front();
  work.convert_well(config);
  const auto info = nlohmann::json::parse(work.read("magik_dump_path/model_node_info.json"));
  EXPECT_EQ(info, nlohmann::json::parse(R"({
    "all_type": ["BatchNormScale", "Concat", "Conv2D", "EltwiseAdd", "Flatten", "GlobalAvgPool", "MatMul", "MaxPool"],
    "BatchNormScale": ["image/BatchNormScale"],
    "Concat": ["concat7"],
    "Conv2D": ["relu0", "relu1", "relu2", "relu3", "conv4", "relu5", "relu6"],
    "EltwiseAdd": ["relu4"],
    "Flatten": ["flatten7"],
    "GlobalAvgPool": ["pool7"],
    "MatMul": ["logits"],
    "MaxPool": ["pool2"]
  })"));
}

// Colour pictures that are not square, outputs that are not one row: the axes' order shows.
TEST(DebugMode, DumpsTheFirstItemInTheRuntimesLayout) {
  constexpr int kWidth = 20, kHeight = 14;
  const Workspace work;
  work.write("camera.onnx", camera_onnx(1));
  for (unsigned i = 0; i < 3; ++i) {
    work.write(fmt::format("pictures/{}.ppm", i), ppm(noise_picture(i, kWidth, kHeight)));
  }
  const nlohmann::json config = {{"SOC", "PC"},
                                 {"INPUT_SHAPE", {1, 3, kHeight, kWidth}},
                                 {"MEAN", {120}},
                                 {"NORMAL", {60}},
                                 {"COLOR", {"BGR"}},
                                 {"QUANT_DATASET_PATH", "pictures"},
                                 {"QUANT_FEATURE_BIT", 10},
                                 {"DEBUG_PATH", "pictures"}};
  work.convert_well(config, "camera.onnx", "out/camera.mk.h");
  const auto model = work.model("out/camera.bin");
  std::vector<std::string> expected = {"magik_dump_path/dump_index.json", "magik_dump_path/input.bin",
                                       "magik_dump_path/input_uint8.bin", "magik_dump_path/model_node_info.json"};
  for (const char* folder : {"float_model", "ptq_model", "ptq_model_dequantize"}) {
    for (const char* node :
         {"image/BatchNormScale", "relu0", "silu1", "pointwise2", "sum2", "right", "heat", "pool3", "coarse"}) {
      expected.push_back(std::string(kDumps) + folder + "/" + file_of(node));
    }
  }
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(work.files("magik_dump_path"), expected);

  const transform::Image image = transform::convert_color(noise_picture(0, kWidth, kHeight), "BGR");
  EXPECT_EQ(elements<uint8_t>(work.read("magik_dump_path/input_uint8.bin")), image.pixels);
  EXPECT_EQ(elements<float>(work.read("magik_dump_path/input.bin")),
            std::vector<float>(image.pixels.begin(), image.pixels.end()));
  EXPECT_EQ(output_of(*model, "relu0").type, rt::ElementType::kUint16);
  EXPECT_EQ(output_of(*model, "heat").shape, (rt::Shape{1, kHeight / 2, kWidth / 2, 4}));
  expect_levels_of_real_values(work, *model, kDumps);
  expect_same_dumps_from_magik_run(work, "out/camera.bin", kDumps, {"magik_dump_path/input.bin"});
}

// Two inputs that are no pixels: float32 in folders of their own for each item, the second one without an image's axes.
TEST(DebugMode, NamesTheFilesOfSeveralInputs) {
  const Workspace work;
  transform::test::OnnxTestModel model;
  model.input("left/map", {1, 4, 3, 5}).input("right", {1, 6}).output("sum");
  model.floats("w", {2, 4, 1, 1}, {0.5f, -0.25f, 1, 0.75f, -1, 0.5f, 0.25f, 0.125f});
  model.node("Conv", {"left/map", "w"}, {"conv"});
  model.node("GlobalAveragePool", {"conv"}, {"pool"});
  model.node("Flatten", {"pool"}, {"flat"}).set("axis", 1);
  model.floats("v", {6, 2}, {1, -1, 0.5f, 0.25f, -0.5f, 1, 0.75f, -0.25f, 0.5f, 0.5f, -1, 1});
  model.node("MatMul", {"right", "v"}, {"product"});
  model.node("Relu", {"product"}, {"relu"});
  model.node("Add", {"flat", "relu"}, {"add"});
  model.node("Relu", {"add"}, {"sum"});
  work.write("model.onnx", model.proto.SerializeAsString());

  const auto floats = [](int count, float first, float step) {
    std::vector<float> values;
    for (int i = 0; i < count; ++i) values.push_back(first + step * static_cast<float>(i));
    return values;
  };
  const auto bytes = [](const std::vector<float>& values) {
    return std::string(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float));
  };
  for (int i = 0; i < 3; ++i) {  // left in the source's layout, channels before rows
    work.write(fmt::format("data/{}/left_map.bin", i), bytes(floats(60, static_cast<float>(i), -0.05f)));
    work.write(fmt::format("data/{}/right_input.bin", i), bytes(floats(6, -0.5f, 0.25f)));
  }
  work.convert_well({{"SOC", "PC"}, {"QUANT_DATASET_PATH", "data"}, {"DEBUG_PATH", "data"}}, "model.onnx",
                    "out/model.mk.h");

  const std::vector<float> source = floats(60, 0, -0.05f);
  std::vector<float> nhwc;
  for (size_t pixel = 0; pixel < 15; ++pixel) {
    for (size_t c = 0; c < 4; ++c) nhwc.push_back(source[c * 15 + pixel]);
  }
  EXPECT_EQ(elements<float>(work.read("magik_dump_path/left_map_input.bin")), nhwc);
  EXPECT_EQ(elements<float>(work.read("magik_dump_path/right_input.bin")), floats(6, -0.5f, 0.25f));
  EXPECT_FALSE(work.has("magik_dump_path/input.bin"));
  expect_same_dumps_from_magik_run(
      work, "out/model.bin", kDumps,
      {"--input", "left/map=magik_dump_path/left_map_input.bin", "--input", "right=magik_dump_path/right_input.bin"});
}

TEST(DebugMode, FakeQuantizationHasTablesOfItsOwn) {
  const Workspace work;
  nlohmann::json config = digits_config();
  config["DEBUG_PATH"] = source_path("models/digits/test");
  config["FEATURE_FAKE_QUANT"] = config["WEIGHT_FAKE_QUANT"] = true;
  const std::string log = work.convert_well(config);
  EXPECT_THAT(tables(log), ElementsAre("ptq model compute distance", "feature fake quant compute distance",
                                       "weight fake quant compute distance"));
  // Pixels are levels already, so that only weights can shift the first convolution before its own output is rounded.
  EXPECT_EQ(row(log, "weight fake quant compute distance", "image/BatchNormScale").at(3), 0);
  const double all = row(log, "ptq model compute distance", "relu4").at(3);
  const double features = row(log, "feature fake quant compute distance", "relu4").at(3);
  const double weights = row(log, "weight fake quant compute distance", "relu4").at(3);
  EXPECT_GT(features, 0);
  EXPECT_GT(weights, 0);
  EXPECT_LT(features, all);
  EXPECT_LT(weights, all);

  // Without DEBUG_PATH they use the calibration data.
  config.erase("DEBUG_PATH");
  config["WEIGHT_FAKE_QUANT"] = false;
  EXPECT_THAT(tables(work.convert_well(config)), ElementsAre("feature fake quant compute distance"));
}

TEST(Skipping, KeepsNodesAndTypesInFloat) {
  const Workspace work;
  nlohmann::json config = digits_config();
  config["QUANT_NODE_SKIP"] = {"relu3"};
  config["QUANT_OP_SKIP"] = {"MaxPool", "EltwiseAdd"};
  config["DEBUG_PATH"] = "pictures";
  for (size_t i = 0; i < 5; ++i) {
    std::filesystem::create_directories(work.path("pictures"));
    std::filesystem::copy(digits_test_pictures()[i * 20], work.path("pictures"));
  }
  const std::string log = work.convert_well(config, digits_onnx(), "out/digits.mk.h", {"--dump_all"});

  // Convolutions that only float nodes read give floats themselves, without a Dequantize node behind them.
  const auto model = work.model("out/digits.bin");
  std::vector<std::string> float_weights, float_outputs;
  for (const rt::Node& node : model->nodes) {
    if (!output_of(*model, node.name).quantization.enabled()) float_outputs.push_back(node.name);
    if (node.op == "Conv2D" && model->values[static_cast<size_t>(node.inputs[1])].type == rt::ElementType::kFloat32) {
      float_weights.push_back(node.name);
    }
  }
  EXPECT_THAT(float_weights, ElementsAre("relu3"));
  EXPECT_THAT(float_outputs, ElementsAre("relu2", "pool2", "relu3", "conv4", "relu4", "logits"));
  expect_table_equals_dumps(work, log);
  const std::string folder = kDumps + std::string("0_012.png/");
  expect_levels_of_real_values(work, *model, folder);
  expect_same_dumps_from_magik_run(work, "out/digits.bin", folder, {folder + "input.bin"});

  const Finished inspected = work.run({tool("magik-inspect"), "out/digits.bin"});
  EXPECT_EQ(inspected.status, 0) << inspected.err;
  EXPECT_THAT(inspected.out, HasSubstr("  MaxPool pool2\n    in: relu2\n    out: pool2 float32"));
}

TEST(Skipping, OfWhatIsNotThereIsToldWithSuggestions) {
  const Workspace work;
  nlohmann::json config = digits_config();
  config["QUANT_NODE_SKIP"] = {"relu33"};
  Finished finished = work.convert(config);
  EXPECT_EQ(finished.status, 1);
  EXPECT_THAT(finished.err, HasSubstr("QUANT_NODE_SKIP: there is no node 'relu33' (did you mean 'relu3'"));

  config["QUANT_NODE_SKIP"] = nlohmann::json::array();
  config["QUANT_OP_SKIP"] = {"Conv2d"};
  finished = work.convert(config);
  EXPECT_EQ(finished.status, 1);
  EXPECT_THAT(finished.err, HasSubstr("QUANT_OP_SKIP: there is no operator type 'Conv2d' (did you mean 'Conv2D'"));
  EXPECT_FALSE(work.has("out"));

  config["QUANT_OP_SKIP"] = {"AveragePool"};  // the runtime's name of AvgPool, of which this network has none
  finished = work.convert(config);
  EXPECT_EQ(finished.status, 0);
  EXPECT_THAT(finished.err, HasSubstr("W rules.cc"));
  EXPECT_THAT(finished.err, HasSubstr("QUANT_OP_SKIP: AvgPool has no effect"));
}

}  // namespace
}  // namespace magik::e2e

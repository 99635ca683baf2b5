// From a source model to files that libvenus runs.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>

#include "camera_net.h"
#include "venus/core/model_file.h"
#include "venus_client.h"
#include "workspace.h"

namespace magik::e2e {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr char kHeader[] = "out/magik_model_digits.mk.h";
constexpr int kRightInFloat = 97;  // of 100, as ONNX Runtime has it too

// Right answers on the bundled test pictures.
int right_answers(const std::string& model) {
  const NetPtr net = load_net(model);
  int right = 0;
  for (const std::string& picture : digits_test_pictures()) {
    fill_input(*net->get_input(0), transform::load_image(picture));
    const auto digit = static_cast<size_t>(std::filesystem::path(picture).filename().string()[0] - '0');
    right += best_class(run_net(*net)[0]) == digit;
  }
  return right;
}

TEST(Conversion, OfDigitsKeepsTheAccuracy) {
  const Workspace work;
  work.convert_well(digits_config(), digits_onnx(), "out/digits.mk.h", {"--save_quantize_model", "true"});
  EXPECT_THAT(work.files("out"), ElementsAre("out/digits.bin", kHeader, "out/save-magik/model_float.mgk",
                                             "out/save-magik/model_quant.mgk"));
  ASSERT_EQ(digits_test_pictures().size(), 100u);
  const int right_float = right_answers(work.path("out/save-magik/model_float.mgk"));
  EXPECT_EQ(right_float, kRightInFloat);
  EXPECT_GE(right_answers(work.path("out/digits.bin")), right_float - 1);
}

TEST(Conversion, PrintsItsSteps) {
  const Workspace work;
  const std::string log = work.convert_well(digits_config());
  EXPECT_THAT(log, HasSubstr("optimizer magik_float model finish!\n"));
  EXPECT_THAT(log, HasSubstr("INFO(magikexecutor): magik executor version:"));
  EXPECT_THAT(log, HasSubstr("run_model: 100.00 %\n"));
  EXPECT_THAT(log, HasSubstr("compute_feature_scale: 100.00 %\n"));
  EXPECT_THAT(log, HasSubstr("shape inference process finish!\n"));
  EXPECT_TRUE(log.starts_with("INFO(magik): magik-transform-tools version:")) << log;
  EXPECT_TRUE(log.ends_with("^_^ Convert successfully, Enjoy it ^_^\n")) << log;
}

TEST(Conversion, GivesTheSameBytesAgainAndWithOneThread) {
  const Workspace first, second, with_one_thread;
  const std::vector<std::string> all = {"--save_quantize_model"};
  first.convert_well(digits_config(), digits_onnx(), "out/digits.mk.h", all);
  second.convert_well(digits_config(), digits_onnx(), "out/digits.mk.h", all);
  {
    const OneCpu one_cpu;
    with_one_thread.convert_well(digits_config(), digits_onnx(), "out/digits.mk.h", all);
  }
  ASSERT_EQ(first.files("out").size(), 4u);
  for (const std::string& file : first.files("out")) {
    EXPECT_TRUE(first.read(file) == second.read(file)) << file;
    EXPECT_TRUE(first.read(file) == with_one_thread.read(file)) << file;
  }
}

// The .mgk has a golden test, the .bin where it is asked for.
TEST(Conversion, DeploysTheQuantizedModelWithOrWithoutGoldenTest) {
  const Workspace without, with;
  without.convert_well(digits_config(), digits_onnx(), "out/digits.mk.h", {"--save_quantize_model"});
  with.convert_well(digits_config(), digits_onnx(), "out/digits.mk.h", {"--save_quantize_model", "--embed-golden"});
  EXPECT_TRUE(with.read("out/digits.bin") == with.read("out/save-magik/model_quant.mgk"));
  EXPECT_TRUE(with.read("out/save-magik/model_quant.mgk") == without.read("out/save-magik/model_quant.mgk"));
  rt::Graph graph = *with.model("out/digits.bin");
  EXPECT_FALSE(graph.golden.empty());
  graph.golden = {};
  const std::vector<uint8_t> bytes = rt::serialize_model(graph);
  EXPECT_TRUE(without.read("out/digits.bin") == std::string(bytes.begin(), bytes.end()));
}

TEST(Conversion, EveryWayToLoadTheModelGivesTheSame) {
  const Workspace work;
  work.convert_well(digits_config());
  const std::string bytes = work.read("out/digits.bin"), packed = std::string(100, '#') + bytes + bytes;
  work.write("packed", packed);

  std::vector<NetPtr> nets;
  const auto load = [&](const char* path_or_memory, bool memory, int start_off) {
    nets.push_back(venus::net_create());
    EXPECT_EQ(nets.back()->load_model(path_or_memory, memory, start_off), 0);
  };
  load(work.path("out/digits.bin").c_str(), false, 0);
  load(bytes.data(), true, 0);
  load(work.path("packed").c_str(), false, 100);
  load(work.path("packed").c_str(), false, 100 + static_cast<int>(bytes.size()));
  load(packed.data(), true, 100 + static_cast<int>(bytes.size()));

  const std::vector<std::string> pictures = digits_test_pictures();
  for (size_t i = 0; i < pictures.size(); i += 20) {
    const transform::Image image = transform::load_image(pictures[i]);
    std::vector<std::vector<std::vector<float>>> outputs;
    for (const NetPtr& net : nets) {
      EXPECT_THAT(net->get_input_names(), ElementsAre("image"));
      EXPECT_THAT(net->get_output_names(), ElementsAre("logits"));
      fill_input(*net->get_input(0), image);
      outputs.push_back(run_net(*net));
      EXPECT_EQ(outputs.back(), outputs.front());
    }
    EXPECT_EQ(outputs[0][0].size(), 10u);
  }
}

TEST(Conversion, HeaderCompilesAsCpp11AndHoldsTheModel) {
  const Workspace work;
  work.convert_well(digits_config(), digits_onnx(), "out/t40_digits-2.mk.h");
  work.write("print.cc", R"(
#include "out/magik_model_t40_digits-2.mk.h"
#include "out/magik_model_t40_digits-2.mk.h"
#include <cstdint>
#include <cstdio>
int main() {
  MagikModelT40Digits2Mk m;
  std::fwrite(m.data, 1, m.size, stdout);
  return reinterpret_cast<std::uintptr_t>(m.data) % 64 == 0 ? 0 : 1;
}
)");
  const Finished compiled =
      work.run({MAGIK_CXX, "-std=c++11", "-Wall", "-Wextra", "-pedantic", "-Werror", "print.cc", "-o", "print"});
  ASSERT_EQ(compiled.status, 0) << compiled.err;
  const Finished printed = work.run({"./print"});
  EXPECT_EQ(printed.status, 0) << "the data is not aligned to 64 bytes";
  EXPECT_TRUE(printed.out == work.read("out/t40_digits-2.bin"));
}

TEST(Conversion, WritesAFloatModelWhereThereIsNoData) {
  const Workspace work;
  nlohmann::json config = digits_config();
  config["QUANT_DATASET_PATH"] = "";
  work.write("out/save-magik/model_quant.mgk", "of an earlier conversion with data");
  const std::string log =
      work.convert_well(config, digits_onnx(), "out/digits.mk.h", {"--save_quantize_model", "true", "--embed-golden"});
  EXPECT_THAT(work.files("out"), ElementsAre("out/digits.bin", kHeader, "out/save-magik/model_float.mgk"));
  EXPECT_TRUE(work.read("out/digits.bin") == work.read("out/save-magik/model_float.mgk"));
  const std::shared_ptr<const rt::Graph> graph = work.model("out/digits.bin");
  EXPECT_EQ(output_of(*graph, "relu0").type, rt::ElementType::kFloat32);
  EXPECT_EQ(output_of(*graph, "logits").type, rt::ElementType::kFloat32);
  EXPECT_EQ(right_answers(work.path("out/digits.bin")), kRightInFloat);
}

// Each of these fails at another stage, after the model was written once.
TEST(Conversion, ThatFailsLeavesTheOlderFilesAndNothingElse) {
  const Workspace work;
  work.convert_well(digits_config());
  const std::string model = work.read("out/digits.bin"), header = work.read(kHeader);
  work.write("broken/a.png", "not a picture");
  work.write("in_the_way/magik_model_digits.mk.h/file", "");

  nlohmann::json misspelt = digits_config(), unreadable = digits_config(), late = digits_config();
  misspelt["OUTPUT"] = {"logit"};
  unreadable["QUANT_DATASET_PATH"] = "broken";
  late["QUANT_NODE_SKIP"] = {"relu33"};
  for (const nlohmann::json& config : {misspelt, unreadable, late}) {
    EXPECT_EQ(work.convert(config).status, 1) << config;
    EXPECT_THAT(work.files("out"), ElementsAre("out/digits.bin", kHeader));
    EXPECT_TRUE(work.read("out/digits.bin") == model);
    EXPECT_TRUE(work.read(kHeader) == header);
  }
  const Finished finished = work.convert(digits_config(), digits_onnx(), "in_the_way/digits.mk.h");
  EXPECT_EQ(finished.status, 1);
  EXPECT_THAT(finished.err, HasSubstr("magik_model_digits.mk.h: cannot write the file: it is a folder"));
  EXPECT_THAT(work.files("in_the_way"), ElementsAre("in_the_way/magik_model_digits.mk.h/file"));
}

// The same pixels as pictures and as .bin files: uint8 and float32, in the source's layout (NCHW) and in the runtime's.
TEST(Conversion, CalibratesOnBinFilesAsOnPictures) {
  constexpr int kWidth = 20, kHeight = 14, kChannels = 3;
  const Workspace work;
  work.write("camera.onnx", camera_onnx(1));
  for (unsigned i = 0; i < 6; ++i) {
    const transform::Image image = noise_picture(i, kWidth, kHeight);
    work.write(fmt::format("pictures/{}.ppm", i), ppm(image));
    std::string nhwc(image.pixels.begin(), image.pixels.end()), nchw;
    for (size_t c = 0; c < kChannels; ++c) {
      for (size_t pixel = 0; pixel < kWidth * kHeight; ++pixel) nchw += nhwc[pixel * kChannels + c];
    }
    const auto floats = [](const std::string& bytes) {
      const std::vector<float> values(reinterpret_cast<const uint8_t*>(bytes.data()),
                                      reinterpret_cast<const uint8_t*>(bytes.data()) + bytes.size());
      return std::string(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float));
    };
    work.write(fmt::format("u8_nhwc/{}.bin", i), nhwc);
    work.write(fmt::format("u8_nchw/{}.bin", i), nchw);
    work.write(fmt::format("float_nhwc/{}.bin", i), floats(nhwc));
    work.write(fmt::format("float_nchw/{}.bin", i), floats(nchw));
  }
  const auto convert = [&](const std::string& data, const char* layout) {
    nlohmann::json config = {{"SOC", "PC"},
                             {"INPUT_SHAPE", {1, kChannels, kHeight, kWidth}},
                             {"MEAN", {120, 110, 100}},
                             {"NORMAL", {60, 62, 64}},
                             {"COLOR", {"RGB"}},
                             {"QUANT_DATASET_PATH", data}};
    if (*layout != '\0') config["BIN_LAYOUT"] = layout;
    work.convert_well(config, "camera.onnx", data + "_out/camera.mk.h");
    return work.read(data + "_out/camera.bin");
  };
  const std::string from_pictures = convert("pictures", "");
  EXPECT_TRUE(convert("u8_nchw", "") == from_pictures);
  EXPECT_TRUE(convert("u8_nhwc", "NHWC") == from_pictures);
  EXPECT_TRUE(convert("float_nchw", "") == from_pictures);
  EXPECT_TRUE(convert("float_nhwc", "NHWC") == from_pictures);
  EXPECT_FALSE(convert("u8_nhwc", "") == from_pictures) << "the layout makes no difference: the test tests nothing";
}

}  // namespace
}  // namespace magik::e2e

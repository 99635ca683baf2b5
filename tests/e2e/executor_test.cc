// The executor as programs, pc_inference_bin and Python use it: magik-run's outputs and dumps, bit for bit.
#include <gmock/gmock.h>

#include <algorithm>
#include <cstring>
#include <filesystem>

#include "camera_net.h"
#include "graph_executor.h"
#include "transform/data/image.h"
#include "transform/data/npy.h"
#include "transform/frontends/onnx/onnx_test_model.h"
#include "workspace.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define MAGIK_SANITIZED 1
#else
#define MAGIK_SANITIZED 0
#endif

namespace magik::e2e {
namespace {

namespace fs = std::filesystem;
namespace executor = magik::transformkit::magikexecutor;
using executor::GraphExecutor;
using executor::Tensor;
using testing::AllOf;
using testing::HasSubstr;
using transform::test::Dims;
using transform::test::Floats;
using transform::test::OnnxTestModel;

constexpr int kHeadChannels = 3 * (5 + 1);

// YOLOv5's heads for one class on 64x64 pixels: a white cell of 8x8 pixels is an object of the finest stride's third
// anchor, 33 x 23.
std::string heads_onnx() {
  OnnxTestModel model;
  model.input("image", {1, 3, -1, -1});
  for (const int64_t stride : {8, 16, 32}) {
    const std::string name = "head" + std::to_string(stride);
    Floats weight(static_cast<size_t>(kHeadChannels * 3 * stride * stride), 0.0f), bias(kHeadChannels, 0.0f);
    for (const size_t objectness : {4, 10, 16}) bias[objectness] = -10;
    if (stride == 8) {
      for (const size_t class_score : {5, 11, 17}) bias[class_score] = 10;
      std::fill_n(weight.begin() + 16 * 3 * 8 * 8, 3 * 8 * 8, 20.0f / (3 * 8 * 8));
    }
    model.floats(name + "/w", {kHeadChannels, 3, stride, stride}, weight);
    model.floats(name + "/b", {kHeadChannels}, bias);
    model.node("Conv", {"image", name + "/w", name + "/b"}, {name})
        .set("kernel_shape", Dims{stride, stride})
        .set("strides", Dims{stride, stride});
    model.output(name);
  }
  return model.proto.SerializeAsString();
}

class ExecutorE2e : public testing::Test {
 protected:
  // The camera network in 8 bits, with noise to calibrate on, and its test picture of 32x24 pixels.
  void convert_camera(const std::string& color = "RGB") {
    for (unsigned seed = 0; seed < 3; ++seed) {
      work_.write("calibration/" + std::to_string(seed) + ".ppm", ppm(noise_picture(seed, 32, 24)));
    }
    convert(camera_onnx(1), {1, 3, 24, 32}, color, "calibration");
    picture_ = noise_picture(9, 32, 24);
    work_.write("picture.ppm", ppm(picture_));
  }
  void convert_heads() { convert(heads_onnx(), {1, 3, 64, 64}, "RGB", ""); }

  void convert(const std::string& onnx, const std::vector<int>& shape, const std::string& color,
               const std::string& dataset) {
    work_.write("net.onnx", onnx);
    const nlohmann::json config = {
        {"SOC", "PC"},     {"INPUT_SHAPE", shape}, {"MEAN", {0}},
        {"NORMAL", {255}}, {"COLOR", {color}},     {"QUANT_DATASET_PATH", dataset.empty() ? "" : work_.path(dataset)}};
    work_.convert_well(config, work_.path("net.onnx"), "net.mk.h", {"--save_quantize_model"});
  }

  // Of magik-run on picture.ppm.
  std::vector<float> expected_output(const std::string& model, const std::string& name) const {
    const Finished finished =
        work_.run({tool("magik-run"), model, "picture.ppm", "--save-outputs", "run", "--layout", "nhwc"});
    EXPECT_EQ(finished.status, 0) << finished.err;
    const transform::NpyArray array = transform::check(transform::read_npy(work_.path("run/picture." + name + ".npy")));
    std::vector<float> values(array.bytes.size() / sizeof(float));
    std::memcpy(values.data(), array.bytes.data(), array.bytes.size());
    return values;
  }

  static Tensor tensor_of(const transform::Image& picture) {
    Tensor tensor({1, picture.height, picture.width, 3}, Tensor::DT_UINT8);
    std::copy(picture.pixels.begin(), picture.pixels.end(), &tensor.mutable_data<uint8_t>(0));
    return tensor;
  }

  Finished python(const std::string& script) const {
    work_.write("script.py", "import numpy as np\nfrom magik_executor.magik_executor import *\n" + script);
    return work_.run({"env", "PYTHONDONTWRITEBYTECODE=1", "PYTHONPATH=" + source_path("python"),
                      "MAGIK_EXECUTOR_LIBRARY=" + tool("../lib/libmagikExecutor.so"), MAGIK_PYTHON, "script.py"});
  }

  Finished pc_inference(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), tool("pc_inference_bin"));
    return work_.run(arguments);
  }
  std::string pc_inference_error(const std::vector<std::string>& arguments) const {
    const Finished finished = pc_inference(arguments);
    EXPECT_EQ(finished.status, 1) << finished.out;
    const size_t line = finished.err.rfind("pc_inference_bin: ");
    EXPECT_NE(line, std::string::npos) << finished.err;
    return line == std::string::npos ? "" : finished.err.substr(line + 18);
  }
  // Black, with a white cell of 8x8 pixels at column 4, row 3.
  void write_cell_picture() const {
    transform::Image picture(64, 64, 3);
    for (int y = 24; y < 32; ++y) std::fill_n(picture.row(y) + 32 * 3, 8 * 3, uint8_t{255});
    work_.write("cell.ppm", ppm(picture));
  }

  Workspace work_;
  transform::Image picture_;
};

TEST_F(ExecutorE2e, OutputsAreThoseOfMagikRun) {
  convert_camera();
  for (const char* model : {"net.bin", "save-magik/model_quant.mgk", "save-magik/model_float.mgk"}) {
    GraphExecutor executor(work_.path(model));
    const Tensor input = tensor_of(picture_);
    ASSERT_TRUE(executor.set_input("image", &input));
    ASSERT_TRUE(executor.work()) << executor.error();
    EXPECT_EQ(executor.get_output_names(), std::vector<std::string>({"coarse", "heat"}));
    for (const std::string& name : executor.get_output_names()) {
      EXPECT_EQ(executor.get_node_float_data(executor.get_output_tensor(name)), expected_output(model, name)) << model;
    }
  }
}

TEST_F(ExecutorE2e, BgrNetworksAndImageFilesGiveTheSame) {
  convert_camera("BGR");
  GraphExecutor executor(work_.path("net.bin"));
  const Tensor input = tensor_of(picture_);  // RGB
  ASSERT_TRUE(executor.set_input("image", &input));
  ASSERT_TRUE(executor.work());
  const std::vector<float> expected = expected_output("net.bin", "heat");
  EXPECT_EQ(executor.get_node_float_data(executor.get_output_tensor("heat")), expected);
  ASSERT_TRUE(executor.set_input_image("image", work_.path("picture.ppm")));
  ASSERT_TRUE(executor.work());
  EXPECT_EQ(executor.get_node_float_data(executor.get_output_tensor("heat")), expected);
}

TEST_F(ExecutorE2e, NodesAndDumpsAreThoseOfMagikRun) {
  convert_camera();
  ASSERT_EQ(work_.run({tool("magik-run"), "net.bin", "picture.ppm", "--dump", "expected"}).status, 0);
  const fs::path before = fs::current_path();
  fs::current_path(work_.path());  // the executor dumps to ./MAGIK_DATA_DUMP
  GraphExecutor executor("net.bin");
  executor.set_inplace(false);
  executor.set_dump(true);
  const Tensor input = tensor_of(picture_);
  testing::internal::CaptureStderr();
  const bool worked = executor.set_input("image", &input) && executor.work();
  const std::string log = testing::internal::GetCapturedStderr();
  fs::current_path(before);
  ASSERT_TRUE(worked) << executor.error();

  const auto graph = work_.model("net.bin");
  int weighted = 0;
  for (const rt::Node& node : graph->nodes) {
    for (const rt::ValueId id : node.outputs) {
      const rt::Value& value = graph->values[static_cast<size_t>(id)];
      std::string name = value.name;
      std::replace(name.begin(), name.end(), '/', '_');
      const std::string expected = work_.read("expected/" + name + ".bin");
      const Tensor* tensor = executor.get_node_tensor(value.name);
      ASSERT_NE(tensor, nullptr);
      EXPECT_EQ(std::string(static_cast<const char*>(tensor->get_ptr()), static_cast<size_t>(tensor->byte_size())),
                expected);
      const bool quantize = work_.has("MAGIK_DATA_DUMP/" + name + "_Quantize.bin");
      weighted += quantize ? 1 : 0;
      EXPECT_EQ(work_.read("MAGIK_DATA_DUMP/" + name + (quantize ? "_Quantize.bin" : ".bin")), expected) << name;
    }
  }
  EXPECT_EQ(weighted, 5) << "one for each convolution";
  EXPECT_EQ(work_.read("MAGIK_DATA_DUMP/input_data_shape_1_24_32_3.bin"),
            std::string(picture_.pixels.begin(), picture_.pixels.end()));
  EXPECT_THAT(log, HasSubstr("Log: Data dumping to: ./MAGIK_DATA_DUMP/heat_Quantize.bin--->shape:[1,12,16,4]\n"));
}

TEST_F(ExecutorE2e, PythonGivesTheSameOutputs) {
  if (MAGIK_SANITIZED) GTEST_SKIP() << "Python loads no sanitized library";
  convert_camera();
  work_.write("pixels.bin", std::string(picture_.pixels.begin(), picture_.pixels.end()));
  const Finished finished = python(R"(
routine = MagikRoutine("net.bin", dump_file=False)
print(routine.inames(), routine.onames())
image = np.fromfile("pixels.bin", np.uint8).reshape(1, 24, 32, 3)
routine.set_input(image, "image")
routine.run()
for name in routine.onames():
    output = routine.get_output(name)
    print(name, output.shape, output.dtype)
    output.tofile(name + ".bin")
routine.set_input(image.astype(np.float32), routine.inames()[0])
routine.run()
assert np.array_equal(routine.get_output("heat"), np.fromfile("heat.bin", np.float32).reshape(1, 12, 16, 4))
routine.set_input(image[:, ::-1, 2:30], "image")  # another size, not contiguous
routine.run()
assert routine.get_output("heat").shape == (1, 12, 14, 4)
)");
  ASSERT_EQ(finished.status, 0) << finished.err;
  EXPECT_EQ(finished.out, "['image'] ['coarse', 'heat']\ncoarse (1, 6, 8, 5) float32\nheat (1, 12, 16, 4) float32\n");
  for (const std::string name : {"coarse", "heat"}) {
    const std::vector<float> expected = expected_output("net.bin", name);
    const std::string bytes(reinterpret_cast<const char*>(expected.data()), expected.size() * sizeof(float));
    EXPECT_EQ(work_.read(name + ".bin"), bytes);
  }
  EXPECT_FALSE(work_.has("MAGIK_DATA_DUMP"));
}

TEST_F(ExecutorE2e, PythonDumpsUnlessToldOtherwise) {
  if (MAGIK_SANITIZED) GTEST_SKIP() << "Python loads no sanitized library";
  convert_camera();
  const Finished finished = python(R"(
routine = MagikRoutine("save-magik/model_quant.mgk")
routine.set_input(np.zeros((1, 24, 32, 3), np.uint8), "image")
routine.run()
)");
  ASSERT_EQ(finished.status, 0) << finished.err;
  EXPECT_TRUE(work_.has("MAGIK_DATA_DUMP/input_data_shape_1_24_32_3.bin"));
  EXPECT_TRUE(work_.has("MAGIK_DATA_DUMP/coarse_Quantize.bin"));
}

TEST_F(ExecutorE2e, PythonRaisesWhatIsWrong) {
  if (MAGIK_SANITIZED) GTEST_SKIP() << "Python loads no sanitized library";
  convert_camera();
  const Finished finished = python(R"(
def error_of(call, *arguments):
    try:
        call(*arguments)
    except MagikError as error:
        print(error)

error_of(MagikRoutine, "missing.mgk")
error_of(MagikRoutine, "picture.ppm")
routine = MagikRoutine("net.bin", dump_file=False)
error_of(routine.get_output, "heat")
error_of(routine.run)
error_of(routine.get_output, "heat")
error_of(routine.get_output, "cold")
error_of(routine.set_input, np.zeros((1, 24, 32, 3), np.uint8), "imago")
error_of(routine.set_input, np.zeros((24, 32, 3), np.uint8), "image")
error_of(routine.set_input, np.zeros((1, 24, 32, 3), np.int32), "image")
error_of(routine.set_input, np.zeros((1, 24, 32, 3), np.float64), "image")
)");
  ASSERT_EQ(finished.status, 0) << finished.err;
  EXPECT_THAT(finished.out,
              AllOf(HasSubstr("missing.mgk: "), HasSubstr("picture.ppm: "),
                    HasSubstr("\nthere are no outputs before the first run()\n"
                              "input 'image' was not set: call set_input()\n"
                              "there are no results: the last run failed\n"
                              "there is no output 'cold', the network has 'heat', 'coarse'\n"
                              "there is no input 'imago', the network has 'image'\n"
                              "input 'image': the tensor has shape {24, 32, 3}, expected {1, h, w, 3}\n"
                              "input 'image': the tensor has the data type 3, expected DT_UINT8 or DT_FLOAT\n"
                              "input 'image': the array has the type float64, expected one of float32, int32, uint8, "
                              "int8, uint16\n")));
}

TEST_F(ExecutorE2e, PcInferenceFindsDrawsAndSaves) {
  convert_heads();
  write_cell_picture();
  work_.write("names.txt", "thing\n");
  const Finished finished = pc_inference({"save-magik/model_float.mgk", "cell.ppm", ".", "64", "64", "3", "names.txt"});
  ASSERT_EQ(finished.status, 0) << finished.err;
  EXPECT_THAT(finished.err, HasSubstr("INFO(magikexecutor): magik executor version:"));
  // The cell's centre is (36, 28).
  EXPECT_THAT(finished.out, AllOf(HasSubstr("image w,h: 64 ,64\n"), HasSubstr("\nbox:   20 17 53 40 1.00 thing\n"),
                                  HasSubstr("1 boxes, drawn in result.bmp\n")));
  EXPECT_FALSE(work_.has("MAGIK_DATA_DUMP"));

  const transform::Image photo = transform::load_image(work_.path("cell.ppm"));
  EXPECT_EQ(work_.read("magik_input_nhwc_1_64_64_3.bin"), std::string(photo.pixels.begin(), photo.pixels.end()));
  const transform::Image result = transform::load_image(work_.path("result.bmp"));
  ASSERT_EQ(result.width, 64);
  ASSERT_EQ(result.height, 64);
  const auto is_drawn = [&](int x, int y) {
    return !std::equal(result.row(y) + 3 * x, result.row(y) + 3 * x + 3, photo.row(y) + 3 * x);
  };
  for (const auto& [x, y] : {std::pair(19, 16), {52, 16}, {19, 39}, {52, 39}, {40, 39}, {52, 30}}) {
    EXPECT_TRUE(is_drawn(x, y)) << x << " " << y;
  }
  for (const auto& [x, y] : {std::pair(53, 20), {40, 40}, {36, 28}, {5, 50}})
    EXPECT_FALSE(is_drawn(x, y)) << x << " " << y;
}

TEST_F(ExecutorE2e, PcInferenceLetterboxesAndDumps) {
  convert_heads();
  transform::Image wide(128, 32, 3);
  for (int y = 16; y < 32; ++y) std::fill_n(wide.row(y) + 64 * 3, 16 * 3, uint8_t{255});  // one cell, at half the size
  work_.write("wide.ppm", ppm(wide));
  const Finished finished = work_.run({"env", "MAGIK_CPP_DUMPDATA=true", tool("pc_inference_bin"),
                                       "save-magik/model_float.mgk", "wide.ppm", ".", "64", "64", "3"});
  ASSERT_EQ(finished.status, 0) << finished.err;
  EXPECT_THAT(finished.out, HasSubstr("pad_x:0 pad_y:24 scale:0.500000\n"));
  EXPECT_THAT(finished.out, HasSubstr("class 0\n"));
  const std::string input = work_.read("magik_input_nhwc_1_64_64_3.bin");
  ASSERT_EQ(input.size(), 64u * 64 * 3);
  EXPECT_EQ(static_cast<uint8_t>(input[0]), 114);
  EXPECT_EQ(static_cast<uint8_t>(input[(32 * 64 + 32) * 3]), 255);
  EXPECT_EQ(work_.read("MAGIK_DATA_DUMP/input_data_shape_1_64_64_3.bin"), input);
  EXPECT_EQ(work_.read("MAGIK_DATA_DUMP/head8.bin").size(), 8u * 8 * kHeadChannels * sizeof(float));
}

TEST_F(ExecutorE2e, PcInferenceTakesAnotherSize) {
  convert_heads();
  write_cell_picture();
  const Finished finished = pc_inference({"save-magik/model_float.mgk", "cell.ppm", ".", "128", "64", "3"});
  ASSERT_EQ(finished.status, 0) << finished.err;
  EXPECT_THAT(finished.out, HasSubstr("box:   20 17 53 40 1.00 class 0\n"));
}

TEST_F(ExecutorE2e, PcInferenceTellsWhatIsWrong) {
  convert_heads();
  write_cell_picture();
  const std::string model = "save-magik/model_float.mgk";
  EXPECT_THAT(pc_inference_error({"missing.mgk", "cell.ppm", ".", "64", "64", "3"}),
              AllOf(HasSubstr("missing.mgk: "), HasSubstr("No such file")));
  EXPECT_THAT(pc_inference_error({"cell.ppm", "cell.ppm", ".", "64", "64", "3"}), HasSubstr("cell.ppm: "));
  EXPECT_EQ(pc_inference_error({model, "missing.jpg", ".", "64", "64", "3"}),
            "missing.jpg: cannot open the file: No such file or directory\n");
  EXPECT_THAT(pc_inference_error({model, model, ".", "64", "64", "3"}), HasSubstr("not an image that can be read"));
  EXPECT_EQ(pc_inference_error({model, "cell.ppm", "none", "64", "64", "3"}),
            "none/magik_input_nhwc_1_64_64_3.bin: cannot write the file; SAVE_INPUT_DIR has to be a folder\n");
  EXPECT_EQ(pc_inference_error({model, "cell.ppm", ".", "64", "big", "3"}),
            "H is \"big\", expected a whole number from 32 to 8192\n");
  EXPECT_EQ(pc_inference_error({model, "cell.ppm", ".", "100", "64", "3"}),
            "W H C are 100 64 3, expected multiples of 32 for W and H, and 1 or 3 for C\n");
  EXPECT_THAT(pc_inference_error({model, "cell.ppm", ".", "64", "64", "1"}),
              HasSubstr("the tensor has shape {1, 64, 64, 1}, expected {1, h, w, 3}"));
  work_.write("names.txt", "a\nb\n");
  EXPECT_EQ(pc_inference_error({model, "cell.ppm", ".", "64", "64", "3", "names.txt"}),
            "names.txt: it has 2 names, the model knows 1 classes\n");
  EXPECT_FALSE(work_.has("result.bmp"));
  EXPECT_THAT(pc_inference({model}).err, HasSubstr("usage: pc_inference_bin MODEL.mgk IMAGE SAVE_INPUT_DIR W H C"));
}

TEST_F(ExecutorE2e, PcInferenceRefusesOtherNetworks) {
  convert_camera();
  EXPECT_THAT(pc_inference_error({"net.bin", "picture.ppm", ".", "64", "64", "3"}),
              AllOf(HasSubstr("the model's outputs are "), HasSubstr("heat {1, 32, 32, 4}"),
                    HasSubstr("expected YOLOv5's three raw heads")));
}

}  // namespace
}  // namespace magik::e2e

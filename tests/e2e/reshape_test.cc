// A network whose input is reshaped equals the model converted at that size.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "camera_net.h"
#include "venus_client.h"
#include "workspace.h"

namespace magik::e2e {
namespace {

struct Size {
  int width, height;
};

nlohmann::json camera_config(Size size, const std::string& data) {
  return {{"SOC", "PC"},
          {"INPUT_SHAPE", {1, 3, size.height, size.width}},
          {"MEAN", {120, 110, 100}},
          {"NORMAL", {60, 62, 64}},
          {"COLOR", {"RGB"}},
          {"QUANT_FEATURE_METHOD", "MAX_ABS"},
          {"QUANT_DATASET_PATH", data}};
}

// Of a new size, back, and again, with the memory that each time needs.
void expect_reshape_equals_conversion(const std::string& model, Size size, const std::string& other, Size other_size) {
  const NetPtr net = load_net(model);
  for (const auto& [path, to, seed] :
       {std::tuple{other, other_size, 1u}, std::tuple{model, size, 2u}, std::tuple{other, other_size, 3u}}) {
    const transform::Image image = noise_picture(seed, to.width, to.height);
    const auto input = net->get_input(0);
    input->reshape({1, to.height, to.width, 4});
    fill_input(*input, image);
    const NetPtr converted = load_net(path);
    fill_input(*converted->get_input(0), image);
    size_t bytes = 0, converted_bytes = 1;
    EXPECT_EQ(net->get_forward_memory_size(bytes), 0);
    EXPECT_EQ(converted->get_forward_memory_size(converted_bytes), 0);
    EXPECT_EQ(bytes, converted_bytes);
    EXPECT_EQ(net->get_output(0)->shape(), converted->get_output(0)->shape());
    EXPECT_EQ(run_net(*net), run_net(*converted)) << to.width << "x" << to.height;
  }
}

TEST(Reshape, OfAFloatNetworkEqualsTheConversion) {
  const Workspace work;
  work.write("camera.onnx", camera_onnx(1));
  work.convert_well(camera_config({20, 14}, ""), "camera.onnx", "small.mk.h");
  work.convert_well(camera_config({52, 38}, ""), "camera.onnx", "large.mk.h");
  expect_reshape_equals_conversion(work.path("small.bin"), {20, 14}, work.path("large.bin"), {52, 38});
}

// Pictures of one colour and convolutions without padding give the same ranges and means at every size, so that both
// models have the same weights and scales.
TEST(Reshape, OfAQuantizedNetworkEqualsTheConversion) {
  const Workspace work;
  work.write("camera.onnx", camera_onnx(0));
  for (const auto& [name, size] : {std::pair{"small", Size{21, 17}}, std::pair{"large", Size{53, 37}}}) {
    for (int i = 0; i < 8; ++i) {
      transform::Image image(size.width, size.height, 3);
      const int color[] = {i * 36, 255 - i * 30, i * i * 5};
      for (size_t at = 0; at < image.pixels.size(); ++at) image.pixels[at] = static_cast<uint8_t>(color[at % 3]);
      work.write(fmt::format("{}/{}.ppm", name, i), ppm(image));
    }
    work.convert_well(camera_config(size, name), "camera.onnx", std::string(name) + ".mk.h");
  }
  expect_reshape_equals_conversion(work.path("small.bin"), {21, 17}, work.path("large.bin"), {53, 37});
}

TEST(Reshape, ToASizeThatTheNetworkCannotHaveIsAnErrorUntilTheNextReshape) {
  const Workspace work;
  work.convert_well(digits_config());  // its fully connected layer needs one size
  const NetPtr net = load_net(work.path("out/digits.bin"));
  const transform::Image image = transform::load_image(digits_test_pictures()[0]);
  fill_input(*net->get_input(0), image);
  const auto expected = run_net(*net);
  net->get_input(0)->reshape({1, 8, 8, 3});
  EXPECT_NE(net->run(), 0);
  net->get_input(0)->reshape({1, 0, 8, 1});
  EXPECT_NE(net->run(), 0);
  net->get_input(0)->reshape({1, 8, 8, 1});
  fill_input(*net->get_input(0), image);
  EXPECT_EQ(run_net(*net), expected);
}

}  // namespace
}  // namespace magik::e2e

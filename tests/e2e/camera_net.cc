#include "camera_net.h"

#include <fmt/format.h>

#include <random>

#include "transform/frontends/onnx/onnx_test_model.h"

namespace magik::e2e {
namespace {

using transform::test::Dims;
using transform::test::Floats;
using transform::test::OnnxTestModel;

class Builder {
 public:
  explicit Builder(int padding) : padding_(padding) {}

  void conv(const std::string& x, const std::string& y, Dims weight_shape, int stride = 1, int groups = 1) {
    const int64_t margin = padding_ * (weight_shape[2] / 2);
    int64_t weights = 1;
    for (const int64_t dim : weight_shape) weights *= dim;
    model_.floats(y + "/w", weight_shape, random_floats(weights, 1.5f / static_cast<float>(weights / weight_shape[0])));
    model_.floats(y + "/b", {weight_shape[0]}, random_floats(weight_shape[0], 0.1f));
    model_.node("Conv", {x, y + "/w", y + "/b"}, {y})
        .set("kernel_shape", Dims{weight_shape[2], weight_shape[3]})
        .set("pads", Dims(4, margin))
        .set("strides", Dims{stride, stride})
        .set("group", groups);
  }

  std::string build() {
    model_.input("image", {1, 3, -1, -1});
    conv("image", "conv0", {8, 3, 3, 3}, 2);
    model_.node("Relu", {"conv0"}, {"relu0"});
    conv("relu0", "depthwise1", {8, 1, 3, 3}, 1, 8);
    model_.node("Sigmoid", {"depthwise1"}, {"sigmoid1"});
    model_.node("Mul", {"depthwise1", "sigmoid1"}, {"silu1"});
    conv("silu1", "pointwise2", {8, 8, 1, 1});
    model_.node("Add", {"silu1", "pointwise2"}, {"sum2"});
    model_.node("Split", {"sum2"}, {"left", "right"}).set("axis", 1);
    conv("left", "heat", {4, 4, 1, 1});
    model_.node("MaxPool", {"right"}, {"pool3"}).set("kernel_shape", Dims{2, 2}).set("strides", Dims{2, 2});
    conv("pool3", "coarse", {5, 4, 1, 1});
    model_.output("heat").output("coarse");
    return model_.proto.SerializeAsString();
  }

 private:
  Floats random_floats(int64_t count, float limit) {
    Floats values;
    for (int64_t i = 0; i < count; ++i) {
      values.push_back(limit * (static_cast<float>(random_() >> 8) / 8388608.0f - 0.9f));
    }
    return values;
  }

  int padding_;
  std::mt19937 random_{7};
  OnnxTestModel model_;
};

}  // namespace

std::string camera_onnx(int padding) { return Builder(padding).build(); }

transform::Image noise_picture(unsigned seed, int width, int height) {
  std::mt19937 random(seed);
  transform::Image image(width, height, 3);
  for (uint8_t& byte : image.pixels) byte = static_cast<uint8_t>(random() >> 24);
  return image;
}

std::string ppm(const transform::Image& image) {
  return fmt::format("P6\n{} {}\n255\n", image.width, image.height) +
         std::string(image.pixels.begin(), image.pixels.end());
}

}  // namespace magik::e2e

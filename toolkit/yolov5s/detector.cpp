#include "detector.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <vector>

namespace {

const int kInputWidth = 640, kInputHeight = 384;
const float kScoreThreshold = 0.3f;
const float kNmsThreshold = 0.6f;
const int kBoxesPerCell = 3;
const std::uint8_t kPadding = 114;  // the grey around the pictures of YOLOv5's training

// YOLOv5's raw heads to boxes in pixels of the network's input.
std::vector<venus::ObjBbox_t> generate_boxes(venus::BaseNet& net) {
  std::vector<float> strides = {8, 16, 32};
  std::vector<float> anchors = {10, 13, 16, 30, 33, 23, 30, 61, 62, 45, 59, 119, 116, 90, 156, 198, 373, 326};
  std::vector<venus::Tensor> heads;
  for (std::size_t i = 0; i < strides.size(); ++i) {
    const std::unique_ptr<const venus::Tensor> head = net.get_output(static_cast<int>(i));
    if (head->shape().size() != 4) {
      std::fprintf(stderr, "output %zu of the model is no head of YOLOv5, {1, h, w, 3 * (5 + classes)}\n", i);
      return {};
    }
    heads.push_back(*head);
  }
  const int classes = heads[0].shape()[3] / kBoxesPerCell - 5;
  std::vector<venus::ObjBbox_t> candidates, kept;
  generate_box(heads, strides, anchors, candidates, kInputWidth, kInputHeight, classes, kBoxesPerCell, kScoreThreshold,
               venus::DetectorType::YOLOV5);
  nms(candidates, kept, kNmsThreshold);
  return kept;
}

double milliseconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

bool Detector::load(const std::string& model_path) {
  net_ = venus::net_create(venus::TensorFormat::NHWC);
  if (net_->load_model(model_path.c_str()) != 0) return false;
  input_ = net_->get_input(0);
  const venus::shape_t shape = input_->shape();
  std::printf("model-->%d ,%d %d\n", shape[1], shape[2], shape[3]);
  input_->reshape({1, kInputHeight, kInputWidth, shape[3]});
  std::printf("input shape:\n-->%d %d\n", kInputHeight, kInputWidth);
  return true;
}

bool Detector::set_picture(const venus::Tensor& picture, venus::ChannelLayout layout, int width, int height) {
  scale_ = std::min(static_cast<float>(kInputWidth) / width, static_cast<float>(kInputHeight) / height);
  // As warp_resize() fits pictures: the content has even sides.
  const auto even = [](int n) { return n + n % 2; };
  const int valid_width = even(static_cast<int>(width * scale_)),
            valid_height = even(static_cast<int>(height * scale_));
  pad_x_ = even((kInputWidth - valid_width) / 2);
  pad_y_ = (kInputHeight - valid_height) / 2;

  venus::BsExtendParam param;
  param.in_layout = layout;
  param.out_layout = venus::ChannelLayout::RGBA;
  param.pad_type = venus::BsPadType::SYMMETRY;
  param.pad_val = kPadding;
  if (warp_resize(picture, *input_, &param) != 0) return false;
  std::printf("scale---> %f\n", scale_);
  std::printf("resize padding over:\n");
  std::printf("resize valid_dst, w:%d h %d\n", valid_width, valid_height);
  std::printf("padding info top :%d bottom %d left:%d right:%d\n", pad_y_, kInputHeight - valid_height - pad_y_, pad_x_,
              kInputWidth - valid_width - pad_x_);
  return true;
}

bool Detector::set_prepared(const venus::Tensor& input) {
  const venus::shape_t shape = input_->shape();
  if (input.shape() != shape) {
    std::fprintf(stderr, "the raw input is %dx%d, expected %dx%d\n", input.shape()[2], input.shape()[1], shape[2],
                 shape[1]);
    return false;
  }
  std::printf("%d,%d,%d,%d,\n", shape[0], shape[1], shape[2], shape[3]);
  std::memcpy(input_->mudata<std::uint8_t>(), input.data<std::uint8_t>(),
              static_cast<std::size_t>(shape[1]) * shape[2] * shape[3]);
  return true;
}

bool Detector::detect() {
  const auto run_start = std::chrono::steady_clock::now();
  if (net_->run() != 0) return false;
  std::printf("test_net run time_ms:%fms\n", milliseconds_since(run_start));

  const auto post_start = std::chrono::steady_clock::now();
  std::printf("pad_x:%d pad_y:%d scale:%f\n", pad_x_, pad_y_, scale_);
  const std::vector<venus::ObjBbox_t> boxes = generate_boxes(*net_);
  std::printf("post net time_ms:%fms\n", milliseconds_since(post_start));
  const auto in_picture = [this](float position, int pad) {
    return static_cast<int>(std::lround((position - pad) / scale_));
  };
  for (const venus::ObjBbox_t& found : boxes) {
    std::printf("box:   %d %d %d %d %.2f class %d\n", in_picture(found.box.x0, pad_x_),
                in_picture(found.box.y0, pad_y_), in_picture(found.box.x1, pad_x_), in_picture(found.box.y1, pad_y_),
                found.score, found.class_id);
  }
  return true;
}

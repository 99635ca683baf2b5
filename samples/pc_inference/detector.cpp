#include "detector.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <stdexcept>

#include "venus_ext.h"

namespace {

using magik::transformkit::magikexecutor::Tensor;

const float kScoreThreshold = 0.3f;
const float kNmsThreshold = 0.6f;
const int kBoxesPerCell = 3;
const int kStrides[] = {8, 16, 32};
const std::uint8_t kPadding = 114;  // the grey around the pictures of YOLOv5's training

std::string text_of(const std::vector<int>& shape) {
  std::string text = "{";
  for (const int dim : shape) text += (text.size() > 1 ? ", " : "") + std::to_string(dim);
  return text + "}";
}

bool is_head(const Head& head, int stride, int width, int height) {
  const std::vector<int>& shape = head.shape;
  return shape.size() == 4 && shape[0] == 1 && shape[1] == height / stride && shape[2] == width / stride &&
         shape[3] % kBoxesPerCell == 0 && shape[3] / kBoxesPerCell > 5;
}

// Finest first, each with its stride's size, all with the same classes.
bool are_yolov5_heads(const std::vector<Head>& heads, int width, int height) {
  if (heads.size() != 3) return false;
  for (std::size_t i = 0; i < heads.size(); ++i) {
    if (!is_head(heads[i], kStrides[i], width, height) || heads[i].shape[3] != heads[0].shape[3]) return false;
  }
  return true;
}

}  // namespace

Letterbox fit_picture(const Tensor& picture, Tensor& input) {
  const int width = picture.shape()[2], height = picture.shape()[1];
  const int input_width = input.shape()[2], input_height = input.shape()[1], channels = input.shape()[3];

  // Boards have pictures of four bytes a pixel, which decides how warp_resize() rounds the padding.
  venus::Tensor rgba({1, height, width, 4});
  const std::uint8_t* from = static_cast<const std::uint8_t*>(picture.get_ptr());
  std::uint8_t* to = rgba.mudata<std::uint8_t>();
  for (int i = 0; i < width * height; ++i, from += 3, to += 4) {
    std::memcpy(to, from, 3);
    to[3] = 255;
  }

  venus::BsExtendParam param;
  param.in_layout = venus::ChannelLayout::RGBA;
  param.out_layout = channels == 1 ? venus::ChannelLayout::GRAY : venus::ChannelLayout::RGB;
  param.pad_type = venus::BsPadType::SYMMETRY;
  param.pad_val = kPadding;
  venus::Tensor fitted({1, input_height, input_width, channels});
  if (warp_resize(rgba, fitted, &param) != 0) throw std::runtime_error(venus::venus_last_error());
  std::memcpy(input.get_mutable_ptr(), fitted.data<std::uint8_t>(), static_cast<std::size_t>(input.byte_size()));

  // Content and padding of warp_resize(): see utils/imgproc.h.
  const auto even = [](int n) { return n + n % 2; };
  const float scale = std::min(static_cast<float>(input_width) / static_cast<float>(width),
                               static_cast<float>(input_height) / static_cast<float>(height));
  const int content_width = even(static_cast<int>(static_cast<float>(width) * scale));
  const int content_height = even(static_cast<int>(static_cast<float>(height) * scale));
  return {scale, even((input_width - content_width) / 2), (input_height - content_height) / 2};
}

Detections find_boxes(std::vector<Head> heads, int width, int height) {
  const auto rows = [](const Head& head) { return head.shape.size() == 4 ? head.shape[1] : 0; };
  std::sort(heads.begin(), heads.end(), [&](const Head& a, const Head& b) { return rows(a) > rows(b); });
  if (!are_yolov5_heads(heads, width, height)) {
    std::string found;
    for (const Head& head : heads) found += (found.empty() ? "" : ", ") + head.name + " " + text_of(head.shape);
    throw std::runtime_error("the model's outputs are " + found + "; expected YOLOv5's three raw heads {1, " +
                             std::to_string(height) + " / s, " + std::to_string(width) +
                             " / s, 3 * (5 + classes)} with s = 8, 16 and 32");
  }

  std::vector<venus::Tensor> features;
  for (const Head& head : heads) {
    venus::shape_t shape(head.shape.begin(), head.shape.end());
    venus::Tensor feature(shape);
    std::size_t count = 1;
    for (const int dim : shape) count *= static_cast<std::size_t>(dim);
    std::memcpy(feature.mudata<float>(), head.values, count * sizeof(float));
    features.push_back(feature);
  }
  std::vector<float> strides(kStrides, kStrides + 3);
  std::vector<float> anchors = {10, 13, 16, 30, 33, 23, 30, 61, 62, 45, 59, 119, 116, 90, 156, 198, 373, 326};
  const int classes = heads[0].shape[3] / kBoxesPerCell - 5;
  std::vector<venus::ObjBbox_t> candidates;
  generate_box(features, strides, anchors, candidates, width, height, classes, kBoxesPerCell, kScoreThreshold,
               venus::DetectorType::YOLOV5);
  Detections detections = {classes, {}};
  nms(candidates, detections.boxes, kNmsThreshold);
  return detections;
}

venus::Bbox_t in_picture(const venus::Bbox_t& box, const Letterbox& letterbox, int width, int height) {
  const auto back = [&](float position, int pad, int side) {
    const float at = (position - static_cast<float>(pad)) / letterbox.scale;
    return std::max(0.0f, std::min(at, static_cast<float>(side)));
  };
  return {back(box.x0, letterbox.pad_x, width), back(box.y0, letterbox.pad_y, height),
          back(box.x1, letterbox.pad_x, width), back(box.y1, letterbox.pad_y, height)};
}

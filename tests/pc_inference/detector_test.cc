#include "detector.h"

#include <gmock/gmock.h>

#include <cmath>
#include <stdexcept>

namespace {

using magik::transformkit::magikexecutor::Tensor;
using testing::HasSubstr;

// Raw heads of a network of 64x32 pixels in which nothing is found.
class Heads {
 public:
  explicit Heads(int classes) : row_(5 + classes) {
    for (const int stride : {8, 16, 32}) {
      const int h = kHeight / stride, w = kWidth / stride;
      values_.emplace_back(static_cast<std::size_t>(h * w * 3 * row_), -20.0f);
      shapes_.push_back({1, h, w, 3 * row_});
    }
  }

  // Makes a cell's box: centre in the cell's middle, width and height as its anchor, probabilities as given.
  void put(int level, int x, int y, int anchor, int class_id, float objectness, float probability) {
    const int cell = (y * shapes_[static_cast<std::size_t>(level)][2] + x) * 3 + anchor;
    float* raw = &values_[static_cast<std::size_t>(level)][static_cast<std::size_t>(cell * row_)];
    raw[0] = raw[1] = raw[2] = raw[3] = 0;  // sigmoid 0.5: xy 0.5 in the cell, wh one anchor
    raw[4] = logit(objectness);
    raw[5 + class_id] = logit(probability);
  }
  std::vector<Head> heads() const {
    return {{"c", shapes_[2], values_[2].data()},  // any order
            {"a", shapes_[0], values_[0].data()},
            {"b", shapes_[1], values_[1].data()}};
  }

  static constexpr int kWidth = 64, kHeight = 32;

 private:
  static float logit(float p) { return std::log(p / (1 - p)); }
  int row_;
  std::vector<std::vector<float>> values_;
  std::vector<std::vector<int>> shapes_;
};

std::string error_of(const std::vector<Head>& heads) {
  try {
    find_boxes(heads, Heads::kWidth, Heads::kHeight);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "";
}

TEST(FindBoxes, DecodesEveryStride) {
  Heads heads(4);
  heads.put(0, 3, 1, 0, 2, 0.9f, 0.8f);  // centre (28, 12), 10 x 13
  heads.put(2, 1, 0, 2, 3, 0.9f, 0.9f);  // centre (48, 16), 373 x 326
  const Detections found = find_boxes(heads.heads(), Heads::kWidth, Heads::kHeight);
  EXPECT_EQ(found.classes, 4);
  ASSERT_EQ(found.boxes.size(), 2u);
  EXPECT_EQ(found.boxes[0].class_id, 3);
  EXPECT_NEAR(found.boxes[0].score, 0.81f, 1e-5f);
  EXPECT_NEAR(found.boxes[0].box.x0, 48 - 186.5f, 1e-3f);
  EXPECT_NEAR(found.boxes[0].box.y1, 16 + 163.0f, 1e-3f);
  EXPECT_EQ(found.boxes[1].class_id, 2);
  EXPECT_NEAR(found.boxes[1].box.x0, 23, 1e-4f);
  EXPECT_NEAR(found.boxes[1].box.y0, 5.5f, 1e-4f);
  EXPECT_NEAR(found.boxes[1].box.x1, 33, 1e-4f);
  EXPECT_NEAR(found.boxes[1].box.y1, 18.5f, 1e-4f);
}

TEST(FindBoxes, DropsLowScoresAndOverlaps) {
  Heads heads(2);
  heads.put(0, 3, 1, 2, 0, 0.9f, 0.9f);
  heads.put(0, 4, 1, 2, 0, 0.8f, 0.9f);  // 8 of 33 pixels beside it: intersection over union 0.61
  heads.put(0, 6, 1, 2, 0, 0.7f, 0.9f);  // 24 of 33: stays
  heads.put(0, 3, 2, 2, 1, 0.8f, 0.9f);  // of another class: stays
  heads.put(0, 0, 0, 2, 0, 0.5f, 0.5f);  // below 0.3
  const Detections found = find_boxes(heads.heads(), Heads::kWidth, Heads::kHeight);
  ASSERT_EQ(found.boxes.size(), 3u);
  EXPECT_NEAR(found.boxes[1].score, 0.72f, 1e-5f);
  EXPECT_EQ(found.boxes[1].class_id, 1);
}

TEST(FindBoxes, TellsOutputsThatAreNoHeads) {
  const Heads heads(2);
  std::vector<Head> two = heads.heads();
  two.pop_back();
  EXPECT_EQ(error_of(two),
            "the model's outputs are a {1, 4, 8, 21}, c {1, 1, 2, 21}; expected YOLOv5's three raw heads "
            "{1, 32 / s, 64 / s, 3 * (5 + classes)} with s = 8, 16 and 32");
  std::vector<Head> odd = heads.heads();
  odd[1].shape[3] = 20;
  EXPECT_THAT(error_of(odd), HasSubstr("a {1, 4, 8, 20}"));
  std::vector<Head> flat = heads.heads();
  flat[0].shape = {1, 42};
  EXPECT_THAT(error_of(flat), HasSubstr("c {1, 42}"));
  std::vector<Head> no_classes = heads.heads();
  for (Head& head : no_classes) head.shape[3] = 15;
  EXPECT_THAT(error_of(no_classes), HasSubstr("{1, 4, 8, 15}"));
  EXPECT_THAT(error_of({}), HasSubstr("expected YOLOv5's three raw heads"));
}

TEST(FitPicture, HasTheBoardsGeometry) {
  Tensor photo({1, 574, 388, 3}, Tensor::DT_UINT8), input({1, 384, 640, 3}, Tensor::DT_UINT8);
  for (int i = 0; i < photo.total(); ++i) photo.mutable_data<std::uint8_t>(i) = static_cast<std::uint8_t>(i % 3 + 200);
  const Letterbox letterbox = fit_picture(photo, input);
  EXPECT_NEAR(letterbox.scale, 0.668990f, 5e-7f);
  EXPECT_EQ(letterbox.pad_x, 190);
  EXPECT_EQ(letterbox.pad_y, 0);
  const auto red_at = [&](int x, int y) { return input.data<std::uint8_t>((y * 640 + x) * 3); };
  EXPECT_EQ(red_at(189, 100), 114);
  EXPECT_EQ(red_at(190, 100), 200);
  EXPECT_EQ(red_at(449, 383), 200);
  EXPECT_EQ(red_at(450, 383), 114);
  EXPECT_EQ(input.data<std::uint8_t>((100 * 640 + 300) * 3 + 2), 202);
}

TEST(FitPicture, MakesGreyInputs) {
  Tensor photo({1, 4, 4, 3}, Tensor::DT_UINT8), input({1, 32, 32, 1}, Tensor::DT_UINT8);
  for (int i = 0; i < photo.total(); ++i) photo.mutable_data<std::uint8_t>(i) = 90;
  fit_picture(photo, input);
  EXPECT_EQ(input.data<std::uint8_t>(500), 90);
}

TEST(InPicture, GoesBackAndClips) {
  const Letterbox letterbox = {0.5f, 10, 20};
  const venus::Bbox_t inside = in_picture({15, 30, 20, 40}, letterbox, 100, 100);
  EXPECT_EQ(inside.x0, 10);
  EXPECT_EQ(inside.y0, 20);
  EXPECT_EQ(inside.x1, 20);
  EXPECT_EQ(inside.y1, 40);
  const venus::Bbox_t clipped = in_picture({0, 0, 100, 100}, letterbox, 100, 80);
  EXPECT_EQ(clipped.x0, 0);
  EXPECT_EQ(clipped.y0, 0);
  EXPECT_EQ(clipped.x1, 100);
  EXPECT_EQ(clipped.y1, 80);
}

}  // namespace

// What follows a detector: the guide's generateBBox.
#include <math.h>
#include <string.h>

#include <vector>

#include "check.h"
#include "venus.h"

using magik::venus::ObjBbox_t;

static bool near(float a, float b) { return fabsf(a - b) < 1e-3f; }
static bool is_box(const ObjBbox_t& box, float x0, float y0, float x1, float y1) {
  return near(box.box.x0, x0) && near(box.box.y0, y0) && near(box.box.x1, x1) && near(box.box.y1, y1);
}

// Heads of a network for 32x32 pixels, 2 classes and 3 boxes a cell; nothing is seen but by the given cell's box.
static venus::Tensor head(int size, int x, int y, int box, const float* raw) {
  venus::Tensor feature({1, size, size, 3 * 7});
  float* data = feature.mudata<float>();
  for (int i = 0; i < size * size * 21; i++) {
    data[i] = -20;
  }
  memcpy(data + (y * size + x) * 21 + box * 7, raw, 7 * sizeof(float));
  return feature;
}

static void generateBBox(std::vector<venus::Tensor> out_res, std::vector<magik::venus::ObjBbox_t>& candidate_boxes,
                         magik::venus::DetectorType type) {
  float person_threshold = 0.3;
  int classes = 2;
  float nms_threshold = 0.6;
  std::vector<float> strides = {8.0, 16.0, 32.0};
  int box_num = 3;
  std::vector<float> anchor = {10, 13, 16, 30, 33, 23, 30, 61, 62, 45, 59, 119, 116, 90, 156, 198, 373, 326};
  std::vector<magik::venus::ObjBbox_t> temp_boxes;
  venus::generate_box(out_res, strides, anchor, temp_boxes, 32, 32, classes, box_num, person_threshold, type);
  venus::nms(temp_boxes, candidate_boxes, nms_threshold);
}

static void test_yolo() {
  // sigmoid(0) = 0.5. YOLOV5: the centre (0.5 + cell) * stride, the size of the anchor. Class 1 wins.
  const float best[7] = {0, 0, 0, 0, 20, -20, 20}, weaker[7] = {0, 0, 0, 0, 0, -20, 20};
  std::vector<venus::Tensor> out_res;
  out_res.push_back(head(4, 1, 2, 0, best));    // centre 12, 20, size 10x13
  out_res.push_back(head(2, 0, 1, 2, best));    // centre 8, 24, size 59x119
  out_res.push_back(head(1, 0, 0, 1, weaker));  // centre 16, 16, size 156x198, score 0.5
  std::vector<ObjBbox_t> boxes;
  generateBBox(out_res, boxes, magik::venus::DetectorType::YOLOV5);
  CHECK(boxes.size() == 3);
  CHECK(is_box(boxes[0], 7, 13.5f, 17, 26.5f) && boxes[0].class_id == 1 && near(boxes[0].score, 1));
  CHECK(is_box(boxes[1], -21.5f, -35.5f, 37.5f, 83.5f));
  CHECK(is_box(boxes[2], -62, -83, 94, 115) && near(boxes[2].score, 0.5f));

  // YOLOV3: the same here, sizes are exp(0) = 1 anchors. x = ln 3: sigmoid 0.75.
  const float moved[7] = {1.0986123f, 0, 0.6931472f, 0, 20, 20, -20};  // w: exp(ln 2) = 2 anchors
  out_res.clear();
  out_res.push_back(head(4, 0, 0, 0, moved));  // centre 6, 4, size 20x13
  boxes.clear();
  std::vector<float> strides = {8}, anchor = {10, 13, 16, 30, 33, 23};
  venus::generate_box(out_res, strides, anchor, boxes, 32, 32, 2, 3, 0.3f);
  CHECK(boxes.size() == 1 && is_box(boxes[0], -4, -2.5f, 16, 10.5f) && boxes[0].class_id == 0);

  // The class score (0.5) multiplies or does not.
  const float unsure[7] = {0, 0, 0, 0, 20, 0, -1};
  out_res[0] = head(4, 0, 0, 0, unsure);
  const magik::venus::DetectorType_t v5 = magik::venus::DetectorType_t::YOLOV5;
  boxes.clear();
  venus::generate_box(out_res, strides, anchor, boxes, 32, 32, 2, 3, 0.3f, v5, -1);
  venus::generate_box(out_res, strides, anchor, boxes, 32, 32, 2, 3, 0.3f, v5, 1);
  venus::generate_box(out_res, strides, anchor, boxes, 32, 32, 2, 3, 0.3f, v5, 0);
  CHECK(boxes.size() == 3 && near(boxes[0].score, 0.5f) && near(boxes[1].score, 0.5f) && near(boxes[2].score, 1));
}

static void test_nms() {
  // The second overlaps the first by 90 / 100; the third is of another class, the fourth elsewhere.
  std::vector<ObjBbox_t> in = {
      {{0, 0, 10, 10}, 0.9f, 0}, {{0, 0, 10, 9}, 0.8f, 0}, {{0, 0, 10, 10}, 0.7f, 1}, {{20, 0, 30, 10}, 0.6f, 0}};
  std::vector<ObjBbox_t> out;
  venus::nms(in, out, 0.5f);
  CHECK(out.size() == 3 && out[1].class_id == 1 && out[2].score == 0.6f);
  out.clear();
  venus::nms(in, out, 0.5f, magik::venus::NmsType::SOFT_NMS);
  CHECK(out.size() == 4 && near(out[3].score, 0.08f));  // 0.8 * (1 - 0.9)
}

static void test_others() {
  venus::Tensor a({1, 2, 3, 1}), b({1, 3, 2, 1}), c({1, 2, 2, 1});
  const float x[6] = {1, 2, 3, 4, 5, 6}, y[6] = {7, 8, 9, 10, 11, 12};
  memcpy(a.mudata<float>(), x, sizeof(x));
  memcpy(b.mudata<float>(), y, sizeof(y));
  venus::mat_mul(a, b, c);
  const float* product = c.data<float>();
  CHECK(product[0] == 58 && product[1] == 64 && product[2] == 139 && product[3] == 154);

  venus::Tensor rows({1, 1, 2, 6});
  const float found[12] = {1, 2, 3, 4, 0.5f, 7, 10, 20, 30, 40, 0.25f, 0};
  memcpy(rows.mudata<float>(), found, sizeof(found));
  std::vector<magik::venus::ObjectBbox_t> boxes;
  venus::get_objbox_from_output(rows, boxes);
  CHECK(boxes.size() == 2 && is_box(boxes[1], 10, 20, 30, 40) && boxes[0].class_id == 7 && boxes[1].score == 0.25f);
}

int main() {
  CHECK(venus::venus_init() == 0);
  test_yolo();
  test_nms();
  test_others();
  CHECK(venus::venus_deinit() == 0);
  printf("detection: all values as expected\n");
  return 0;
}

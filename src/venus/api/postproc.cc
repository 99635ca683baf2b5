#include "utils/postproc.h"

#include <algorithm>

#include "venus/api/error.h"
#include "venus/api/tensor_data.h"
#include "venus/core/math.h"

namespace magik::api {
namespace {

using rt::Status;
using venus::Bbox_t;
using venus::ObjBbox_t;
using venus::shape_t;
using venus::Tensor;

float area(const Bbox_t& box) { return std::max(0.0f, box.x1 - box.x0) * std::max(0.0f, box.y1 - box.y0); }

float intersection_over_union(const Bbox_t& a, const Bbox_t& b) {
  const Bbox_t common = {std::max(a.x0, b.x0), std::max(a.y0, b.y0), std::min(a.x1, b.x1), std::min(a.y1, b.y1)};
  const float both = area(common);
  const float either = area(a) + area(b) - both;
  return either > 0 ? both / either : 0;
}

bool better(const ObjBbox_t& a, const ObjBbox_t& b) { return a.score > b.score; }

struct Matrix {
  int64_t rows = 0, columns = 0;
  float* data = nullptr;
};

// {1, m, k, 1} and {..., m, k}.
Status matrix_of(const Tensor& tensor, const char* name, Matrix& matrix) {
  shape_t shape = tensor.shape();
  if (shape.size() == 4 && shape[3] == 1) shape.pop_back();
  if (shape.size() < 2 || tensor.data<float>() == nullptr) {
    return Status::error("mat_mul: %s has no matrix: expected a shape {1, rows, columns, 1} or {rows, columns}", name);
  }
  matrix = {shape[shape.size() - 2], shape[shape.size() - 1], tensor.mudata<float>()};
  return {};
}

Status multiply(const Tensor& a, const Tensor& b, const Tensor& output) {
  Matrix left, right;
  MAGIK_RETURN_IF_ERROR(matrix_of(a, "the first", left));
  MAGIK_RETURN_IF_ERROR(matrix_of(b, "the second", right));
  if (left.columns != right.rows) {
    return Status::error("mat_mul: %lldx%lld by %lldx%lld", static_cast<long long>(left.rows),
                         static_cast<long long>(left.columns), static_cast<long long>(right.rows),
                         static_cast<long long>(right.columns));
  }
  rt::Result<int64_t> room = count_elements(output.shape());
  if (!room.ok()) return room.take_status();
  if (room.value() < left.rows * right.columns || output.data<float>() == nullptr) {
    return Status::error("mat_mul: the output has %lld elements, expected %lld", static_cast<long long>(room.value()),
                         static_cast<long long>(left.rows * right.columns));
  }
  auto* to = output.mudata<float>();
  for (int64_t m = 0; m < left.rows; ++m) {
    for (int64_t n = 0; n < right.columns; ++n) {
      float sum = 0;
      for (int64_t k = 0; k < left.columns; ++k) {
        sum += left.data[m * left.columns + k] * right.data[k * right.columns + n];
      }
      *to++ = sum;
    }
  }
  return {};
}

struct Detector {
  int classes, boxes;
  float threshold;
  venus::DetectorType type;
  bool multiply;
};

// One cell's box: x, y, w, h, objectness, classes. False where its score is too low.
bool decode(const float* raw, const Detector& detector, int column, int row, float stride, const float* anchor,
            ObjBbox_t& result) {
  int best = 0;
  for (int c = 1; c < detector.classes; ++c) {
    if (raw[5 + c] > raw[5 + best]) best = c;
  }
  const float objectness = rt::logistic(raw[4]);
  const float score = detector.multiply ? objectness * rt::logistic(raw[5 + best]) : objectness;
  if (!(score >= detector.threshold)) return false;
  float x = rt::logistic(raw[0]), y = rt::logistic(raw[1]), w, h;
  if (detector.type == venus::DetectorType::YOLOV5) {
    x = 2 * x - 0.5f;
    y = 2 * y - 0.5f;
    w = 2 * rt::logistic(raw[2]);
    h = 2 * rt::logistic(raw[3]);
    w = w * w * anchor[0];
    h = h * h * anchor[1];
  } else {
    w = rt::exponential(raw[2]) * anchor[0];
    h = rt::exponential(raw[3]) * anchor[1];
  }
  x = (x + static_cast<float>(column)) * stride;
  y = (y + static_cast<float>(row)) * stride;
  result = {{x - w / 2, y - h / 2, x + w / 2, y + h / 2}, score, best};
  return true;
}

Status decode_heads(const std::vector<Tensor>& features, const std::vector<float>& strides,
                    const std::vector<float>& anchors, const Detector& detector, std::vector<ObjBbox_t>& candidates) {
  const int row_length = detector.boxes * (5 + detector.classes);
  if (detector.boxes < 1 || detector.classes < 1) return Status::error("generate_box: no boxes or no classes");
  if (strides.size() < features.size() || anchors.size() < 2 * features.size() * static_cast<size_t>(detector.boxes)) {
    return Status::error("generate_box: %zu features need as many strides and %d anchors each, not %zu and %zu numbers",
                         features.size(), detector.boxes, strides.size(), anchors.size());
  }
  for (size_t i = 0; i < features.size(); ++i) {
    const shape_t shape = features[i].shape();
    const float* raw = features[i].data<float>();
    if (shape.size() != 4 || shape[3] != row_length || raw == nullptr) {
      return Status::error("generate_box: feature %zu is not {1, h, w, %d}", i, row_length);
    }
    const float* anchor = &anchors[2 * i * static_cast<size_t>(detector.boxes)];
    for (int row = 0; row < shape[1]; ++row) {
      for (int column = 0; column < shape[2]; ++column) {
        for (int box = 0; box < detector.boxes; ++box, raw += 5 + detector.classes) {
          ObjBbox_t found;
          if (decode(raw, detector, column, row, strides[i], anchor + 2 * box, found)) candidates.push_back(found);
        }
      }
    }
  }
  return {};
}

}  // namespace
}  // namespace magik::api

namespace magik {
namespace venus {

void nms(std::vector<ObjBbox_t>& input, std::vector<ObjBbox_t>& output, float threshold, NmsType type) {
  constexpr float kLeastSoftScore = 0.001f;
  api::guarded([&] {
    std::vector<ObjBbox_t> rest = input, kept;
    while (!rest.empty()) {
      const auto best = std::min_element(rest.begin(), rest.end(), api::better);  // the first of equal scores
      const ObjBbox_t chosen = *best;
      rest.erase(best);
      kept.push_back(chosen);
      const auto is_dropped = [&](ObjBbox_t& other) {
        if (other.class_id != chosen.class_id) return false;
        const float overlap = api::intersection_over_union(chosen.box, other.box);
        if (!(overlap > threshold)) return false;
        if (type == NmsType::HARD_NMS) return true;
        other.score *= 1 - overlap;
        return other.score < kLeastSoftScore;
      };
      // A loop instead of remove_if, whose predicate must not change elements.
      size_t left = 0;
      for (ObjBbox_t& other : rest) {
        if (!is_dropped(other)) rest[left++] = other;
      }
      rest.resize(left);
    }
    output.insert(output.end(), kept.begin(), kept.end());
    return rt::Status();
  });
}

void generate_box(std::vector<Tensor>& features, std::vector<float>& strides, std::vector<float>& anchor,
                  std::vector<ObjBbox_t>& candidate_boxes, int, int, int classes, int box_num, float score_threshold,
                  DetectorType detector_type, int multiply_class_score) {
  const bool multiply = multiply_class_score == 1 || (multiply_class_score == -1 && classes > 1);
  api::guarded([&] {
    return api::decode_heads(features, strides, anchor, {classes, box_num, score_threshold, detector_type, multiply},
                             candidate_boxes);
  });
}

void mat_mul(Tensor& a, Tensor& b, Tensor& output) {
  api::guarded([&] { return api::multiply(a, b, output); });
}

void get_objbox_from_output(Tensor& input, std::vector<ObjBbox_t>& output) {
  api::guarded([&]() -> rt::Status {
    const shape_t shape = input.shape();
    const float* row = input.data<float>();
    if (shape.empty() || shape.back() != 6 || row == nullptr) {
      return rt::Status::error("get_objbox_from_output: expected rows of x0, y0, x1, y1, score, class");
    }
    rt::Result<int64_t> elements = api::count_elements(shape);
    if (!elements.ok()) return elements.take_status();
    for (int64_t i = 0; i < elements.value() / 6; ++i, row += 6) {
      output.push_back({{row[0], row[1], row[2], row[3]}, row[4], static_cast<int>(row[5])});
    }
    return {};
  });
}

}  // namespace venus
}  // namespace magik

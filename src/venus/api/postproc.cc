#include "utils/postproc.h"

#include <algorithm>
#include <utility>

#include "venus/api/error.h"
#include "venus/api/tensor_data.h"
#include "venus/core/math.h"

namespace magik::api {
namespace {

using rt::Result;
using rt::Status;
using venus::Bbox_t;
using venus::ObjBbox_t;
using venus::shape_t;
using venus::Tensor;

constexpr float kClassLimit = 2147483648.0f;  // 2^31

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
  Result<int64_t> elements = count_elements(shape);
  if (!elements.ok()) return elements.take_status();
  if (shape.size() < 2 || elements.value() == 0 ||
      elements.value() != static_cast<int64_t>(shape[shape.size() - 2]) * shape.back()) {
    return Status::error("%s is no matrix: expected a shape {1, rows, columns, 1} or {rows, columns}", name);
  }
  Result<float*> floats = floats_of(tensor, static_cast<uint64_t>(elements.value()), name);
  if (!floats.ok()) return floats.take_status();
  matrix = {shape[shape.size() - 2], shape.back(), floats.value()};
  return {};
}

// {1, 1, k, 1}: a row of k, and a column. It is read as a row where that fits.
bool is_row_and_column(const Tensor& tensor) {
  const shape_t shape = tensor.shape();
  return shape.size() == 4 && shape[1] == 1 && shape[3] == 1;
}

void fit(const Tensor& a, const Tensor& b, Matrix& left, Matrix& right) {
  if (left.columns == right.rows) return;
  if (is_row_and_column(b) && left.columns == right.columns) {
    std::swap(right.rows, right.columns);
  } else if (is_row_and_column(a) && left.rows == right.rows) {
    std::swap(left.rows, left.columns);
  }
}

bool overlap(const Matrix& matrix, const float* output, int64_t count) {
  return output < matrix.data + matrix.rows * matrix.columns && matrix.data < output + count;
}

Status multiply(const Tensor& a, const Tensor& b, const Tensor& output) {
  Matrix left, right;
  MAGIK_RETURN_IF_ERROR(matrix_of(a, "the first", left));
  MAGIK_RETURN_IF_ERROR(matrix_of(b, "the second", right));
  fit(a, b, left, right);
  if (left.columns != right.rows) {
    return Status::error("%lldx%lld by %lldx%lld", static_cast<long long>(left.rows),
                         static_cast<long long>(left.columns), static_cast<long long>(right.rows),
                         static_cast<long long>(right.columns));
  }
  const int64_t count = left.rows * right.columns;
  Result<int64_t> elements = count_elements(output.shape());
  if (!elements.ok()) return elements.take_status();
  if (elements.value() < count) {
    return Status::error("the output has %lld elements, expected %lld", static_cast<long long>(elements.value()),
                         static_cast<long long>(count));
  }
  Result<float*> floats = floats_of(output, static_cast<uint64_t>(count), "the output");
  if (!floats.ok()) return floats.take_status();
  float* to = floats.value();
  if (overlap(left, to, count) || overlap(right, to, count)) {
    return Status::error("the output's memory overlaps an input's");
  }
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
  constexpr int kMostPerCell = 1 << 15;  // boxes and classes; their product stays an int
  if (detector.boxes < 1 || detector.classes < 1 || detector.boxes > kMostPerCell || detector.classes > kMostPerCell) {
    return Status::error("%d boxes of %d classes, expected 1 to %d each", detector.boxes, detector.classes,
                         kMostPerCell);
  }
  if (detector.type != venus::DetectorType::YOLOV3 && detector.type != venus::DetectorType::YOLOV5) {
    return Status::error("unknown DetectorType %d", static_cast<int>(detector.type));
  }
  if (features.empty()) return Status::error("there are no features");
  const int row_length = detector.boxes * (5 + detector.classes);
  if (strides.size() < features.size() || anchors.size() < 2 * features.size() * static_cast<size_t>(detector.boxes)) {
    return Status::error("%zu features need as many strides and %d anchors each, not %zu and %zu numbers",
                         features.size(), detector.boxes, strides.size(), anchors.size());
  }
  std::vector<ObjBbox_t> found;
  for (size_t i = 0; i < features.size(); ++i) {
    const shape_t shape = features[i].shape();
    if (shape.size() != 4 || shape[0] != 1 || shape[3] != row_length) {
      return Status::error("feature %zu is not {1, h, w, %d}", i, row_length);
    }
    Result<int64_t> elements = count_elements(shape);
    if (!elements.ok()) return elements.take_status();
    Result<float*> floats = floats_of(features[i], static_cast<uint64_t>(elements.value()), "a feature");
    if (!floats.ok()) return floats.take_status();
    const float* raw = floats.value();
    const float* anchor = &anchors[2 * i * static_cast<size_t>(detector.boxes)];
    for (int row = 0; row < shape[1]; ++row) {
      for (int column = 0; column < shape[2]; ++column) {
        for (int box = 0; box < detector.boxes; ++box, raw += 5 + detector.classes) {
          ObjBbox_t candidate;
          if (decode(raw, detector, column, row, strides[i], anchor + 2 * box, candidate)) found.push_back(candidate);
        }
      }
    }
  }
  candidates.insert(candidates.end(), found.begin(), found.end());
  return {};
}

Status read_boxes(const Tensor& rows, std::vector<ObjBbox_t>& boxes) {
  const shape_t shape = rows.shape();
  if (shape.empty() || shape.back() != 6) return Status::error("expected rows of x0, y0, x1, y1, score, class");
  Result<int64_t> elements = count_elements(shape);
  if (!elements.ok()) return elements.take_status();
  Result<float*> floats = floats_of(rows, static_cast<uint64_t>(elements.value()), "the input");
  if (!floats.ok()) return floats.take_status();
  const float* row = floats.value();
  for (int64_t i = 0; i < elements.value() / 6; ++i, row += 6) {
    const bool is_class = row[5] > -1 && row[5] < kClassLimit;
    boxes.push_back({{row[0], row[1], row[2], row[3]}, row[4], is_class ? static_cast<int>(row[5]) : -1});
  }
  return {};
}

// As guarded(), with the function's name before the message.
template <typename Body>
void call(const char* function, const Body& body) {
  guarded([&]() -> Status {
    const Status status = body();
    return status.ok() ? Status() : Status::error("%s: %s", function, status.message().c_str());
  });
}

}  // namespace
}  // namespace magik::api

namespace magik {
namespace venus {

void nms(std::vector<ObjBbox_t>& input, std::vector<ObjBbox_t>& output, float threshold, NmsType type) {
  constexpr float kLeastSoftScore = 0.001f;
  api::call("nms", [&]() -> rt::Status {
    if (type != NmsType::HARD_NMS && type != NmsType::SOFT_NMS) {
      return rt::Status::error("unknown NmsType %d", static_cast<int>(type));
    }
    if (threshold != threshold) return rt::Status::error("the threshold is nan");
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
    return {};
  });
}

void generate_box(std::vector<Tensor>& features, std::vector<float>& strides, std::vector<float>& anchor,
                  std::vector<ObjBbox_t>& candidate_boxes, int, int, int classes, int box_num, float score_threshold,
                  DetectorType detector_type, int multiply_class_score) {
  const bool multiply = multiply_class_score == 1 || (multiply_class_score == -1 && classes > 1);
  api::call("generate_box", [&] {
    return api::decode_heads(features, strides, anchor, {classes, box_num, score_threshold, detector_type, multiply},
                             candidate_boxes);
  });
}

void mat_mul(Tensor& a, Tensor& b, Tensor& output) {
  api::call("mat_mul", [&] { return api::multiply(a, b, output); });
}

void get_objbox_from_output(Tensor& input, std::vector<ObjBbox_t>& output) {
  api::call("get_objbox_from_output", [&] { return api::read_boxes(input, output); });
}

}  // namespace venus
}  // namespace magik

// The public functions.
#include "utils/imgproc.h"

#include <algorithm>
#include <cfloat>
#include <utility>
#include <vector>

#include "venus/api/error.h"
#include "venus/core/fp_env.h"
#include "venus/imgproc/arguments.h"
#include "venus/imgproc/convert.h"
#include "venus/imgproc/resize.h"
#include "venus/imgproc/warp.h"

namespace magik::imgproc {
namespace {

using rt::Result;
using rt::Status;
using venus::Bbox_t;
using venus::BsBaseParam;
using venus::BsExtendParam;
using venus::BsPadType;
using venus::Tensor;

// Outputs with, for crop_*, a box each, and for transforms a matrix each.
struct Jobs {
  const Tensor* outputs;
  size_t count;
  const Bbox_t* boxes = nullptr;     // null: the whole image
  const Tensor* matrices = nullptr;  // null: resize
  MatrixKind kind = MatrixKind::kAffine;
};

template <typename Body>
int call(const char* function, const Body& body) {
  return api::guarded([&] {
    const rt::ScopedFpEnvironment environment;
    Status status = body();
    return status.ok() ? Status() : Status::error("%s: %s", function, status.message().c_str());
  });
}

Status check_counts(const std::vector<Tensor>& outputs, size_t boxes, size_t matrices) {
  if (outputs.size() == boxes && outputs.size() == matrices) return {};
  return Status::error("%zu outputs need as many boxes and matrices, not %zu and %zu", outputs.size(), boxes, matrices);
}

Result<Fit> fit_of(BsPadType type) {
  switch (type) {
    case BsPadType::NONE:
      return Fit::kStretch;
    case BsPadType::BOTTOM_RIGHT:
      return Fit::kBottomRight;
    case BsPadType::SYMMETRY:
      return Fit::kCenter;
  }
  return Status::error("unknown pad_type %d", static_cast<int>(type));
}

Status resize_one(const Image& source, const Rect& box, const OutputImage& output, Fit fit, uint8_t fill,
                  const YuvToRgb& yuv) {
  const bool even_left = output.nv12() || order_of(source.layout).channels == 4;
  const Rect content = place(fit, box.width, box.height, output.width, output.height, even_left, output.nv12());
  for (const Pass& pass : passes_for(source, box, output, fill, yuv)) resize(pass, content, best_kernels());
  return {};
}

Status warp_one(const Image& source, const Rect& box, const OutputImage& output, const Tensor& matrix, MatrixKind kind,
                const YuvToRgb& yuv) {
  Result<Matrix> forward = matrix_of(matrix, kind);
  if (!forward.ok()) return forward.take_status();
  Result<Matrix> backward = inverse(forward.value());
  if (!backward.ok()) return backward.take_status();
  for (const Pass& pass : passes_for(source, box, output, 0, yuv)) {
    MAGIK_RETURN_IF_ERROR(warp(pass, backward.value(), best_kernels()));
  }
  return {};
}

// Parameters of resizing are read for resizing only: clients leave them unset elsewhere.
Status process_one(const Image& image, const Jobs& jobs, size_t index, const BsBaseParam& param,
                   const BsExtendParam* resizing, const YuvToRgb& yuv) {
  Result<OutputImage> output = image_of(jobs.outputs[index], param.out_layout, "output");
  if (!output.ok()) return output.take_status();
  MAGIK_RETURN_IF_ERROR(check_apart(image, output.value()));
  Result<Rect> box = jobs.boxes ? rect_of(jobs.boxes[index], image) : Result<Rect>(image.area());
  if (!box.ok()) return box.take_status();
  if (resizing == nullptr) {
    return warp_one(image, box.value(), output.value(), jobs.matrices[index], jobs.kind, yuv);
  }
  Result<Fit> fit = fit_of(resizing->pad_type);
  if (!fit.ok()) return fit.take_status();
  return resize_one(image, box.value(), output.value(), fit.value(), resizing->pad_val, yuv);
}

// All outputs that can be made, even behind one that cannot: clients ignore results. The first error is returned.
Status process(Result<Image> source, const Jobs& jobs, const BsBaseParam* param, const BsExtendParam* resizing) {
  if (!source.ok()) return source.take_status();
  const Image& image = source.value();
  Result<YuvToRgb> yuv = yuv_of(*param);
  if (!yuv.ok()) return yuv.take_status();
  Status result;
  for (size_t i = 0; i < jobs.count; ++i) {
    Status status = process_one(image, jobs, i, *param, resizing, yuv.value());
    if (result.ok()) result = std::move(status);
  }
  return result;
}

Status resize_all(Result<Image> source, const Jobs& jobs, const BsExtendParam* param) {
  return process(std::move(source), jobs, param, param);
}

Status crop_resize_all(Result<Image> source, const std::vector<Tensor>& outputs, const std::vector<Bbox_t>& boxes,
                       const BsExtendParam* param) {
  MAGIK_RETURN_IF_ERROR(check_counts(outputs, boxes.size(), outputs.size()));
  return resize_all(std::move(source), {outputs.data(), outputs.size(), boxes.data()}, param);
}

Status warp_all(Result<Image> source, const Tensor& output, const Tensor& matrix, MatrixKind kind,
                const BsBaseParam* param) {
  return process(std::move(source), {&output, 1, nullptr, &matrix, kind}, param, nullptr);
}

Status crop_warp_all(Result<Image> source, const std::vector<Tensor>& outputs, const std::vector<Tensor>& matrices,
                     const std::vector<Bbox_t>& boxes, MatrixKind kind, const BsBaseParam* param) {
  MAGIK_RETURN_IF_ERROR(check_counts(outputs, boxes.size(), matrices.size()));
  return process(std::move(source), {outputs.data(), outputs.size(), boxes.data(), matrices.data(), kind}, param,
                 nullptr);
}

Status nv12_to_bgra(const Tensor& input, const Tensor& output) {
  BsBaseParam param;
  param.in_layout = ChannelLayout::NV12;
  Result<Image> source = source_of(input, &param);
  if (!source.ok()) return source.take_status();
  Result<OutputImage> pixels = image_of(output, ChannelLayout::BGRA, "output");
  if (!pixels.ok()) return pixels.take_status();
  const Image& from = source.value();
  const OutputImage& to = pixels.value();
  if (from.width != to.width || from.height != to.height) {
    return Status::error("the output is %dx%d, expected the input's %dx%d", to.width, to.height, from.width,
                         from.height);
  }
  MAGIK_RETURN_IF_ERROR(check_apart(from, to));
  convert_nv12(from, to, kBt601, best_kernels());
  return {};
}

// The points of both tensors: `count` of them, or as many as there are.
Status read_points(const Tensor& source, const Tensor& target, size_t count, std::vector<Point>& from,
                   std::vector<Point>& to) {
  Result<std::vector<Point>> sources = points_of(source, "the source"), targets = points_of(target, "the target");
  if (!sources.ok()) return sources.take_status();
  if (!targets.ok()) return targets.take_status();
  from = sources.take();
  to = targets.take();
  const size_t expected = count > 0 ? count : std::max<size_t>(from.size(), 2);
  if (from.size() == expected && to.size() == expected) return {};
  return Status::error("%zu and %zu points, expected %zu pairs (x, y) each", from.size(), to.size(), expected);
}

Status store(Result<Matrix> matrix, MatrixKind kind, const Tensor& output) {
  return matrix.ok() ? store_matrix(matrix.value(), kind, output) : matrix.take_status();
}

Status estimate_similarity(const Tensor& source, const Tensor& target, const Tensor& output) {
  std::vector<Point> from, to;
  MAGIK_RETURN_IF_ERROR(read_points(source, target, 0, from, to));
  const MatrixKind kind = has_room(output, MatrixKind::kPerspective) ? MatrixKind::kPerspective : MatrixKind::kAffine;
  return store(similarity(from, to), kind, output);
}

Status estimate_affine(const Tensor& source, const Tensor& target, const Tensor& output) {
  std::vector<Point> from, to;
  MAGIK_RETURN_IF_ERROR(read_points(source, target, 3, from, to));
  return store(affine_by_points({from[0], from[1], from[2]}, {to[0], to[1], to[2]}), MatrixKind::kAffine, output);
}

Status estimate_perspective(const Tensor& source, const Tensor& target, const Tensor& output) {
  std::vector<Point> from, to;
  MAGIK_RETURN_IF_ERROR(read_points(source, target, 4, from, to));
  return store(perspective_by_points({from[0], from[1], from[2], from[3]}, {to[0], to[1], to[2], to[3]}),
               MatrixKind::kPerspective, output);
}

Status make_rotation(float angle, float scale, Point center, float* matrix) {
  constexpr float kMostDegrees = 1e6f;
  if (matrix == nullptr || reinterpret_cast<uintptr_t>(matrix) % sizeof(float) != 0) {
    return Status::error("the matrix is %s", matrix == nullptr ? "null" : "misaligned");
  }
  if (!(angle >= -kMostDegrees && angle <= kMostDegrees)) {
    return Status::error("the angle is %g degrees, expected at most %g", static_cast<double>(angle),
                         static_cast<double>(kMostDegrees));
  }
  if (!(scale >= -FLT_MAX && scale <= FLT_MAX)) return Status::error("the scale is not finite");
  const Matrix turn = rotation(static_cast<double>(angle), static_cast<double>(scale), center);
  for (int i = 0; i < 6; ++i) matrix[i] = static_cast<float>(turn.at[i / 3][i % 3]);
  return {};
}

}  // namespace
}  // namespace magik::imgproc

namespace magik {
namespace venus {

using imgproc::call;
using imgproc::MatrixKind;
using imgproc::source_at;
using imgproc::source_of;

int warp_covert_nv2bgr(const Tensor& input, Tensor& output) {
  return call("warp_covert_nv2bgr", [&] { return imgproc::nv12_to_bgra(input, output); });
}

int similar_transform(Tensor& src, Tensor& dst, Tensor& output) {
  return call("similar_transform", [&] { return imgproc::estimate_similarity(src, dst, output); });
}
int get_affine_transform(Tensor& src, Tensor& dst, Tensor& output, TransformType) {
  return call("get_affine_transform", [&] { return imgproc::estimate_affine(src, dst, output); });
}
int get_affine_rotation_matrix(float angle, float scale, int center_w, int center_h, float* matrix) {
  return call("get_affine_rotation_matrix", [&] {
    return imgproc::make_rotation(angle, scale, {static_cast<double>(center_w), static_cast<double>(center_h)}, matrix);
  });
}
int get_perspective_transform(Tensor& src, Tensor& dst, Tensor& output, TransformType) {
  return call("get_perspective_transform", [&] { return imgproc::estimate_perspective(src, dst, output); });
}

int warp_resize(const Tensor& input, Tensor& output, BsExtendParam* param) {
  return call("warp_resize", [&] { return imgproc::resize_all(source_of(input, param), {&output, 1}, param); });
}
int crop_resize(const Tensor& input, std::vector<Tensor>& output, std::vector<Bbox_t>& boxes, BsExtendParam* param) {
  return call("crop_resize", [&] { return imgproc::crop_resize_all(source_of(input, param), output, boxes, param); });
}
int common_resize(const void* input, Tensor& output, AddressLocate input_locate, BsCommonParam* param) {
  return call("common_resize", [&] {
    return imgproc::resize_all(source_at(input, input_locate, param), {&output, 1}, param);
  });
}
int crop_common_resize(const void* input, std::vector<Tensor>& output, std::vector<Bbox_t>& boxes,
                       AddressLocate input_locate, BsCommonParam* param) {
  return call("crop_common_resize",
              [&] { return imgproc::crop_resize_all(source_at(input, input_locate, param), output, boxes, param); });
}

int warp_affine(const Tensor& input, Tensor& output, Tensor& matrix, BsExtendParam* param) {
  return call("warp_affine",
              [&] { return imgproc::warp_all(source_of(input, param), output, matrix, MatrixKind::kAffine, param); });
}
int common_affine(const void* input, Tensor& output, Tensor& matrix, AddressLocate input_locate, BsCommonParam* param) {
  return call("common_affine", [&] {
    return imgproc::warp_all(source_at(input, input_locate, param), output, matrix, MatrixKind::kAffine, param);
  });
}
int crop_affine(const Tensor& input, std::vector<Tensor>& output, std::vector<Tensor>& matrix,
                std::vector<Bbox_t>& boxes, BsExtendParam* param) {
  return call("crop_affine", [&] {
    return imgproc::crop_warp_all(source_of(input, param), output, matrix, boxes, MatrixKind::kAffine, param);
  });
}
int crop_common_affine(const void* input, std::vector<Tensor>& output, std::vector<Tensor>& matrix,
                       std::vector<Bbox_t>& boxes, AddressLocate input_locate, BsCommonParam* param) {
  return call("crop_common_affine", [&] {
    return imgproc::crop_warp_all(source_at(input, input_locate, param), output, matrix, boxes, MatrixKind::kAffine,
                                  param);
  });
}

int warp_perspective(const Tensor& input, Tensor& output, Tensor& matrix, BsExtendParam* param) {
  return call("warp_perspective", [&] {
    return imgproc::warp_all(source_of(input, param), output, matrix, MatrixKind::kPerspective, param);
  });
}
int common_perspective(const void* input, Tensor& output, Tensor& matrix, AddressLocate input_locate,
                       BsCommonParam* param) {
  return call("common_perspective", [&] {
    return imgproc::warp_all(source_at(input, input_locate, param), output, matrix, MatrixKind::kPerspective, param);
  });
}
int crop_perspective(const Tensor& input, std::vector<Tensor>& output, std::vector<Tensor>& matrix,
                     std::vector<Bbox_t>& boxes, BsExtendParam* param) {
  return call("crop_perspective", [&] {
    return imgproc::crop_warp_all(source_of(input, param), output, matrix, boxes, MatrixKind::kPerspective, param);
  });
}
int crop_common_perspective(const void* input, std::vector<Tensor>& output, std::vector<Tensor>& matrix,
                            std::vector<Bbox_t>& boxes, AddressLocate input_locate, BsCommonParam* param) {
  return call("crop_common_perspective", [&] {
    return imgproc::crop_warp_all(source_at(input, input_locate, param), output, matrix, boxes,
                                  MatrixKind::kPerspective, param);
  });
}

}  // namespace venus
}  // namespace magik

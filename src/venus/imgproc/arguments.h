// The public functions' arguments, checked.
#pragma once

#include <vector>

#include "core/tensor.h"
#include "utils/imgproc_type.h"
#include "venus/core/status.h"
#include "venus/imgproc/image.h"
#include "venus/imgproc/kernels.h"
#include "venus/imgproc/matrix.h"

namespace magik::imgproc {

// {1, h, w, channels}; NV12's last dimension counts for nothing. `what` is for messages.
rt::Result<OutputImage> image_of(const venus::Tensor& tensor, ChannelLayout layout, const char* what);
rt::Result<Image> source_of(const venus::Tensor& tensor, const venus::BsBaseParam* param);
rt::Result<Image> source_at(const void* pixels, venus::AddressLocate locate, const venus::BsCommonParam* param);

// Coefficients and offsets are read where the client has set them.
rt::Result<YuvToRgb> yuv_of(const venus::BsBaseParam& param);

// Corners are cut to integers. The box may leave the image.
rt::Result<Rect> rect_of(const venus::Bbox_t& box, const Image& image);

// The first six or nine floats of the tensor's memory, whatever its shape.
enum class MatrixKind { kAffine = 6, kPerspective = 9 };
rt::Result<Matrix> matrix_of(const venus::Tensor& tensor, MatrixKind kind);
// Writes six or nine floats.
rt::Status store_matrix(const Matrix& matrix, MatrixKind kind, const venus::Tensor& tensor);
bool has_room(const venus::Tensor& tensor, MatrixKind kind);

// The (x, y) pairs that the tensor's shape has room for.
rt::Result<std::vector<Point>> points_of(const venus::Tensor& tensor, const char* what);

// An error where the output's memory is a part of the input's.
rt::Status check_apart(const Image& source, const OutputImage& output);

}  // namespace magik::imgproc

#include "venus/imgproc/arguments.h"

#include <initializer_list>

#include "venus/api/tensor_data.h"
#include "venus/imgproc/color.h"

namespace magik::imgproc {
namespace {

using rt::Result;
using rt::Status;
using venus::AddressLocate;
using venus::Tensor;

const char* name_of(ChannelLayout layout) {
  switch (layout) {
    case ChannelLayout::NV12:
      return "NV12";
    case ChannelLayout::BGRA:
      return "BGRA";
    case ChannelLayout::RGBA:
      return "RGBA";
    case ChannelLayout::ARGB:
      return "ARGB";
    case ChannelLayout::RGB:
      return "RGB";
    case ChannelLayout::GRAY:
      return "GRAY";
    default:
      return nullptr;
  }
}

bool aligned(const void* pointer, size_t bytes) { return reinterpret_cast<uintptr_t>(pointer) % bytes == 0; }

template <typename Byte>
Status check(const BasicImage<Byte>& image, const char* what) {
  const char* layout = name_of(image.layout);
  if (layout == nullptr) {
    return Status::error("the %s's layout is %d, expected NV12, BGRA, RGBA, ARGB, RGB or GRAY", what,
                         static_cast<int>(image.layout));
  }
  if (image.width < 1 || image.height < 1 || image.width > kMostSide || image.height > kMostSide) {
    return Status::error("the %s's size is %dx%d, expected sides of 1 to %d", what, image.width, image.height,
                         kMostSide);
  }
  if (image.nv12() && (image.width % 2 != 0 || image.height % 2 != 0)) {
    return Status::error("the %s's size is %dx%d, which must be even for NV12", what, image.width, image.height);
  }
  if (image.data == nullptr) return Status::error("the %s has no memory", what);
  const int64_t stride = image.stride;
  if (stride < image.row_bytes() || stride * image.rows() > INT32_MAX) {
    return Status::error("the %s's stride is %lld, expected at least the %d bytes of a row and 2 GiB in all", what,
                         static_cast<long long>(stride), image.row_bytes());
  }
  const int unit = image.nv12() ? 2 : order_of(image.layout).channels == 4 ? 4 : 1;
  if (!aligned(image.data, static_cast<size_t>(unit)) || stride % unit != 0) {
    return Status::error("the %s is misaligned: address and stride must be multiples of %d for %s", what, unit, layout);
  }
  return {};
}

}  // namespace

Result<OutputImage> image_of(const Tensor& tensor, ChannelLayout layout, const char* what) {
  const venus::shape_t shape = tensor.shape();
  if (shape.size() != 4 || shape[0] != 1) return Status::error("the %s's shape is not {1, h, w, channels}", what);
  OutputImage image = {layout, shape[2], shape[1], 0, tensor.mudata<uint8_t>()};
  image.stride = image.row_bytes();
  MAGIK_RETURN_IF_ERROR(check(image, what));
  const int channels = order_of(layout).channels;
  if (!image.nv12() && shape[3] != channels) {
    return Status::error("the %s has %d channels, expected %d for %s", what, static_cast<int>(shape[3]), channels,
                         name_of(layout));
  }
  if (const uint64_t room = api::room_of(tensor); room < static_cast<uint64_t>(image.bytes())) {
    return Status::error("the %s has memory for %llu bytes, expected %lld", what, static_cast<unsigned long long>(room),
                         static_cast<long long>(image.bytes()));
  }
  return image;
}

Result<Image> source_of(const Tensor& tensor, const venus::BsBaseParam* param) {
  if (param == nullptr) return Status::error("the parameters are null");
  Result<OutputImage> image = image_of(tensor, param->in_layout, "input");
  if (!image.ok()) return image.take_status();
  const OutputImage& source = image.value();
  return Image{source.layout, source.width, source.height, source.stride, source.data};
}

Result<Image> source_at(const void* pixels, AddressLocate locate, const venus::BsCommonParam* param) {
  if (param == nullptr) return Status::error("the parameters are null");
  if (locate == AddressLocate::RMEM_PHYSICAL) {
    return Status::error("AddressLocate::RMEM_PHYSICAL needs the vendor's kernel module, which is not on this machine");
  }
  if (locate != AddressLocate::NMEM_VIRTUAL) {
    return Status::error("unknown AddressLocate %d", static_cast<int>(locate));
  }
  const Image image = {param->in_layout, param->input_width, param->input_height, param->input_line_stride,
                       static_cast<const uint8_t*>(pixels)};
  MAGIK_RETURN_IF_ERROR(check(image, "input"));
  return image;
}

Result<YuvToRgb> yuv_of(const venus::BsBaseParam& param) {
  if (!param.coef_off_enable) return kBt601;
  YuvToRgb yuv;
  for (int i = 0; i < 3; ++i) {
    const uint32_t* row = param.coef + 3 * i;  // B, G, R
    if (static_cast<int64_t>(row[0]) + row[1] + row[2] > kMostCoefficients) {
      return Status::error("the three coefficients %u, %u, %u sum to more than 4.0 in 20-bit fixed point", row[0],
                           row[1], row[2]);
    }
    const int sign = i == 1 ? -1 : 1;
    int32_t* to = yuv.row[2 - i];
    to[0] = static_cast<int32_t>(row[0]);
    to[1] = sign * static_cast<int32_t>(row[1]);
    to[2] = sign * static_cast<int32_t>(row[2]);
  }
  if (param.offset[0] > 255 || param.offset[1] > 255) {
    return Status::error("the offsets are %u and %u, expected 0 to 255", param.offset[0], param.offset[1]);
  }
  yuv.luma_offset = static_cast<int32_t>(param.offset[0]);
  yuv.chroma_offset = static_cast<int32_t>(param.offset[1]);
  return yuv;
}

Result<Rect> rect_of(const venus::Bbox_t& box, const Image& image) {
  for (const float corner : {box.x0, box.y0, box.x1, box.y1}) {
    if (!(corner >= -kMostSide && corner <= 2 * kMostSide)) {
      return Status::error("a box has a corner at %g, expected %d to %d", static_cast<double>(corner), -kMostSide,
                           2 * kMostSide);
    }
  }
  const int left = static_cast<int>(box.x0), top = static_cast<int>(box.y0);
  const Rect rect = {left, top, static_cast<int>(box.x1) - left, static_cast<int>(box.y1) - top};
  if (rect.empty() || rect.width > kMostSide || rect.height > kMostSide) {
    return Status::error("a box is %dx%d, expected sides of 1 to %d", rect.width, rect.height, kMostSide);
  }
  if (image.nv12() && ((rect.left | rect.top | rect.width | rect.height) & 1) != 0) {
    return Status::error("a box is at %d, %d and %dx%d: its corners must be even for NV12", rect.left, rect.top,
                         rect.width, rect.height);
  }
  return rect;
}

Result<Matrix> matrix_of(const Tensor& tensor, MatrixKind kind) {
  Result<float*> floats = api::floats_of(tensor, static_cast<uint64_t>(kind), "the matrix");
  if (!floats.ok()) return floats.take_status();
  Matrix matrix = {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
  for (int i = 0; i < static_cast<int>(kind); ++i) matrix.at[i / 3][i % 3] = static_cast<double>(floats.value()[i]);
  return matrix;
}

Status store_matrix(const Matrix& matrix, MatrixKind kind, const Tensor& tensor) {
  Result<float*> floats = api::floats_of(tensor, static_cast<uint64_t>(kind), "the output");
  if (!floats.ok()) return floats.take_status();
  for (int i = 0; i < static_cast<int>(kind); ++i) floats.value()[i] = static_cast<float>(matrix.at[i / 3][i % 3]);
  return {};
}

bool has_room(const Tensor& tensor, MatrixKind kind) {
  return api::room_of(tensor) >= static_cast<size_t>(kind) * sizeof(float);
}

Result<std::vector<Point>> points_of(const Tensor& tensor, const char* what) {
  Result<int64_t> elements = api::count_elements(tensor.shape());
  if (!elements.ok()) return elements.take_status();
  const size_t count = tensor.shape().empty() ? 0 : static_cast<size_t>(elements.value()) / 2;
  Result<float*> floats = api::floats_of(tensor, 2 * count, what);
  if (!floats.ok()) return floats.take_status();
  std::vector<Point> points(count);
  for (size_t i = 0; i < count; ++i) points[i] = {floats.value()[2 * i], floats.value()[2 * i + 1]};
  return points;
}

Status check_apart(const Image& source, const OutputImage& output) {
  const auto from = reinterpret_cast<uintptr_t>(source.data), to = reinterpret_cast<uintptr_t>(output.data);
  if (from < to + static_cast<uintptr_t>(output.bytes()) && to < from + static_cast<uintptr_t>(source.bytes())) {
    return Status::error("the output's memory overlaps the input's");
  }
  return {};
}

}  // namespace magik::imgproc

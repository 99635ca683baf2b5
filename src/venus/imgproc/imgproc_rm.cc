// The older names: the same functions with their parameters as arguments.
#include "utils/imgproc_rm.h"

#include "utils/imgproc.h"

namespace magik {
namespace venus {
namespace {

BsCommonParam parameters(ChannelLayout in, ChannelLayout out, PaddingType type = PaddingType::NONE, uint8_t fill = 0) {
  BsCommonParam param = {};
  param.in_layout = in;
  param.out_layout = out;
  param.pad_type = static_cast<BsPadType>(type);
  param.pad_val = fill;
  return param;
}

BsCommonParam bgra(PaddingType type = PaddingType::NONE, uint8_t fill = 0) {
  return parameters(ChannelLayout::BGRA, ChannelLayout::BGRA, type, fill);
}

BsCommonParam nv12(bool to_bgra, PaddingType type = PaddingType::NONE, uint8_t fill = 0) {
  return parameters(ChannelLayout::NV12, to_bgra ? ChannelLayout::BGRA : ChannelLayout::NV12, type, fill);
}

}  // namespace

int warp_resize_bgra(const Tensor& input, Tensor& output, PaddingType padtype, uint8_t padval) {
  BsCommonParam param = bgra(padtype, padval);
  return warp_resize(input, output, &param);
}
int warp_resize_nv12(const Tensor& input, Tensor& output, bool cvtbgra, PaddingType padtype, uint8_t padval) {
  BsCommonParam param = nv12(cvtbgra, padtype, padval);
  return warp_resize(input, output, &param);
}
int crop_resize_bgra(const Tensor& input, std::vector<Tensor>& output, std::vector<Bbox_t>& boxes, PaddingType padtype,
                     uint8_t padval) {
  BsCommonParam param = bgra(padtype, padval);
  return crop_resize(input, output, boxes, &param);
}
int crop_resize_nv12(const Tensor& input, std::vector<Tensor>& output, std::vector<Bbox_t>& boxes, bool cvtbgra,
                     PaddingType padtype, uint8_t padval) {
  BsCommonParam param = nv12(cvtbgra, padtype, padval);
  return crop_resize(input, output, boxes, &param);
}
int common_resize_nv12(const void* input, Tensor& output, int img_h, int img_w, int line_stride, bool cvtbgra,
                       PaddingType padtype, uint8_t padval, AddressLocate input_locate) {
  BsCommonParam param = nv12(cvtbgra, padtype, padval);
  param.input_height = img_h;
  param.input_width = img_w;
  param.input_line_stride = line_stride;
  return common_resize(input, output, input_locate, &param);
}

int warp_affine_bgra(const Tensor& input, Tensor& output, Tensor& matrix) {
  BsCommonParam param = bgra();
  return warp_affine(input, output, matrix, &param);
}
int warp_affine_nv12(const Tensor& input, Tensor& output, Tensor& matrix, bool cvtbgra) {
  BsCommonParam param = nv12(cvtbgra);
  return warp_affine(input, output, matrix, &param);
}
int crop_affine_bgra(const Tensor& input, std::vector<Tensor>& output, std::vector<Tensor>& matrix,
                     std::vector<Bbox_t>& boxes) {
  BsCommonParam param = bgra();
  return crop_affine(input, output, matrix, boxes, &param);
}
int crop_affine_nv12(const Tensor& input, std::vector<Tensor>& output, std::vector<Tensor>& matrix, bool cvtbgra,
                     std::vector<Bbox_t>& boxes) {
  BsCommonParam param = nv12(cvtbgra);
  return crop_affine(input, output, matrix, boxes, &param);
}

int warp_perspective_bgra(const Tensor& input, Tensor& output, Tensor& matrix) {
  BsCommonParam param = bgra();
  return warp_perspective(input, output, matrix, &param);
}
int warp_perspective_nv12(const Tensor& input, Tensor& output, Tensor& matrix, bool cvtbgra) {
  BsCommonParam param = nv12(cvtbgra);
  return warp_perspective(input, output, matrix, &param);
}
int crop_perspective_bgra(const Tensor& input, std::vector<Tensor>& output, std::vector<Tensor>& matrix,
                          std::vector<Bbox_t>& boxes) {
  BsCommonParam param = bgra();
  return crop_perspective(input, output, matrix, boxes, &param);
}
int crop_perspective_nv12(const Tensor& input, std::vector<Tensor>& output, std::vector<Tensor>& matrix, bool cvtbgra,
                          std::vector<Bbox_t>& boxes) {
  BsCommonParam param = nv12(cvtbgra);
  return crop_perspective(input, output, matrix, boxes, &param);
}

}  // namespace venus
}  // namespace magik

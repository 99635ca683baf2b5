#include "utils/imgproc.h"

#include "utils/imgproc_rm.h"
#include "venus/api/error.h"
#include "venus/api/nv12.h"

namespace magik::api {
namespace {

using rt::Status;

Status convert_nv12(const venus::Tensor& input, const venus::Tensor& output) {
  const venus::shape_t from = input.shape(), to = output.shape();
  if (from.size() != 4 || from[1] % 2 != 0 || from[2] % 2 != 0 || input.data<uint8_t>() == nullptr) {
    return Status::error("warp_covert_nv2bgr: expected an NV12 frame {1, h, w, 1} of even height and width");
  }
  if (to.size() != 4 || to[1] != from[1] || to[2] != from[2] || to[3] != 4 || output.data<uint8_t>() == nullptr) {
    return Status::error("warp_covert_nv2bgr: the output must be {1, %d, %d, 4}", static_cast<int>(from[1]),
                         static_cast<int>(from[2]));
  }
  nv12_to_pixels(input.data<uint8_t>(), from[2], from[1], PixelOrder::kBgra, output.mudata<uint8_t>());
  return {};
}

int not_in_this_version(const char* function) {
  return report(Status::error("%s is not in this version of the library", function));
}

}  // namespace
}  // namespace magik::api

namespace magik {
namespace venus {

int warp_covert_nv2bgr(const Tensor& input, Tensor& output) {
  return api::guarded([&] { return api::convert_nv12(input, output); });
}

int similar_transform(Tensor&, Tensor&, Tensor&) { return api::not_in_this_version("similar_transform"); }
int get_affine_transform(Tensor&, Tensor&, Tensor&, TransformType) {
  return api::not_in_this_version("get_affine_transform");
}
int get_affine_rotation_matrix(float, float, int, int, float*) {
  return api::not_in_this_version("get_affine_rotation_matrix");
}
int get_perspective_transform(Tensor&, Tensor&, Tensor&, TransformType) {
  return api::not_in_this_version("get_perspective_transform");
}
int warp_resize(const Tensor&, Tensor&, BsExtendParam*) { return api::not_in_this_version("warp_resize"); }
int crop_resize(const Tensor&, std::vector<Tensor>&, std::vector<Bbox_t>&, BsExtendParam*) {
  return api::not_in_this_version("crop_resize");
}
int common_resize(const void*, Tensor&, AddressLocate, BsCommonParam*) {
  return api::not_in_this_version("common_resize");
}
int crop_common_resize(const void*, std::vector<Tensor>&, std::vector<Bbox_t>&, AddressLocate, BsCommonParam*) {
  return api::not_in_this_version("crop_common_resize");
}
int warp_affine(const Tensor&, Tensor&, Tensor&, BsExtendParam*) { return api::not_in_this_version("warp_affine"); }
int common_affine(const void*, Tensor&, Tensor&, AddressLocate, BsCommonParam*) {
  return api::not_in_this_version("common_affine");
}
int crop_affine(const Tensor&, std::vector<Tensor>&, std::vector<Tensor>&, std::vector<Bbox_t>&, BsExtendParam*) {
  return api::not_in_this_version("crop_affine");
}
int crop_common_affine(const void*, std::vector<Tensor>&, std::vector<Tensor>&, std::vector<Bbox_t>&, AddressLocate,
                       BsCommonParam*) {
  return api::not_in_this_version("crop_common_affine");
}
int warp_perspective(const Tensor&, Tensor&, Tensor&, BsExtendParam*) {
  return api::not_in_this_version("warp_perspective");
}
int common_perspective(const void*, Tensor&, Tensor&, AddressLocate, BsCommonParam*) {
  return api::not_in_this_version("common_perspective");
}
int crop_perspective(const Tensor&, std::vector<Tensor>&, std::vector<Tensor>&, std::vector<Bbox_t>&, BsExtendParam*) {
  return api::not_in_this_version("crop_perspective");
}
int crop_common_perspective(const void*, std::vector<Tensor>&, std::vector<Tensor>&, std::vector<Bbox_t>&,
                            AddressLocate, BsCommonParam*) {
  return api::not_in_this_version("crop_common_perspective");
}
int warp_resize_bgra(const Tensor&, Tensor&, PaddingType, uint8_t) {
  return api::not_in_this_version("warp_resize_bgra");
}
int warp_resize_nv12(const Tensor&, Tensor&, bool, PaddingType, uint8_t) {
  return api::not_in_this_version("warp_resize_nv12");
}
int crop_resize_bgra(const Tensor&, std::vector<Tensor>&, std::vector<Bbox_t>&, PaddingType, uint8_t) {
  return api::not_in_this_version("crop_resize_bgra");
}
int crop_resize_nv12(const Tensor&, std::vector<Tensor>&, std::vector<Bbox_t>&, bool, PaddingType, uint8_t) {
  return api::not_in_this_version("crop_resize_nv12");
}
int common_resize_nv12(const void*, Tensor&, int, int, int, bool, PaddingType, uint8_t, AddressLocate) {
  return api::not_in_this_version("common_resize_nv12");
}
int warp_affine_bgra(const Tensor&, Tensor&, Tensor&) { return api::not_in_this_version("warp_affine_bgra"); }
int warp_affine_nv12(const Tensor&, Tensor&, Tensor&, bool) { return api::not_in_this_version("warp_affine_nv12"); }
int crop_affine_bgra(const Tensor&, std::vector<Tensor>&, std::vector<Tensor>&, std::vector<Bbox_t>&) {
  return api::not_in_this_version("crop_affine_bgra");
}
int crop_affine_nv12(const Tensor&, std::vector<Tensor>&, std::vector<Tensor>&, bool, std::vector<Bbox_t>&) {
  return api::not_in_this_version("crop_affine_nv12");
}
int warp_perspective_bgra(const Tensor&, Tensor&, Tensor&) { return api::not_in_this_version("warp_perspective_bgra"); }
int warp_perspective_nv12(const Tensor&, Tensor&, Tensor&, bool) {
  return api::not_in_this_version("warp_perspective_nv12");
}
int crop_perspective_bgra(const Tensor&, std::vector<Tensor>&, std::vector<Tensor>&, std::vector<Bbox_t>&) {
  return api::not_in_this_version("crop_perspective_bgra");
}
int crop_perspective_nv12(const Tensor&, std::vector<Tensor>&, std::vector<Tensor>&, bool, std::vector<Bbox_t>&) {
  return api::not_in_this_version("crop_perspective_nv12");
}

}  // namespace venus
}  // namespace magik

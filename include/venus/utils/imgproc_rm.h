/// @file
/// Older names of image processing.
#ifndef MAGIK_VENUS_UTILS_IMGPROC_RM_H_
#define MAGIK_VENUS_UTILS_IMGPROC_RM_H_

#include <vector>

#include "common/common_def.h"
#include "core/tensor.h"
#include "utils/imgproc_type.h"

namespace magik {
namespace venus {

/// warp_resize(), BGRA to BGRA.
VENUS_API int warp_resize_bgra(const Tensor& input, Tensor& output, PaddingType padtype = PaddingType::NONE,
                               uint8_t padval = 0);
/// warp_resize(), NV12 to BGRA, or to NV12 without cvtbgra.
VENUS_API int warp_resize_nv12(const Tensor& input, Tensor& output, bool cvtbgra,
                               PaddingType padtype = PaddingType::NONE, uint8_t padval = 0);
/// crop_resize(), BGRA to BGRA.
VENUS_API int crop_resize_bgra(const Tensor& input, std::vector<Tensor>& output, std::vector<Bbox_t>& boxes,
                               PaddingType padtype = PaddingType::NONE, uint8_t padval = 0);
/// crop_resize(), NV12 to BGRA, or to NV12 without cvtbgra.
VENUS_API int crop_resize_nv12(const Tensor& input, std::vector<Tensor>& output, std::vector<Bbox_t>& boxes,
                               bool cvtbgra, PaddingType padtype = PaddingType::NONE, uint8_t padval = 0);
/// common_resize(), NV12 to BGRA, or to NV12 without cvtbgra.
VENUS_API int common_resize_nv12(const void* input, Tensor& output, int img_h, int img_w, int line_stride, bool cvtbgra,
                                 PaddingType padtype = PaddingType::NONE, uint8_t padval = 0,
                                 AddressLocate input_locate = AddressLocate::NMEM_VIRTUAL);

/// warp_affine(), BGRA to BGRA.
VENUS_API int warp_affine_bgra(const Tensor& input, Tensor& output, Tensor& matrix);
/// warp_affine(), NV12 to BGRA, or to NV12 without cvtbgra.
VENUS_API int warp_affine_nv12(const Tensor& input, Tensor& output, Tensor& matrix, bool cvtbgra);
/// crop_affine(), BGRA to BGRA.
VENUS_API int crop_affine_bgra(const Tensor& input, std::vector<Tensor>& output, std::vector<Tensor>& matrix,
                               std::vector<Bbox_t>& boxes);
/// crop_affine(), NV12 to BGRA, or to NV12 without cvtbgra.
VENUS_API int crop_affine_nv12(const Tensor& input, std::vector<Tensor>& output, std::vector<Tensor>& matrix,
                               bool cvtbgra, std::vector<Bbox_t>& boxes);

/// warp_perspective(), BGRA to BGRA.
VENUS_API int warp_perspective_bgra(const Tensor& input, Tensor& output, Tensor& matrix);
/// warp_perspective(), NV12 to BGRA, or to NV12 without cvtbgra.
VENUS_API int warp_perspective_nv12(const Tensor& input, Tensor& output, Tensor& matrix, bool cvtbgra);
/// crop_perspective(), BGRA to BGRA.
VENUS_API int crop_perspective_bgra(const Tensor& input, std::vector<Tensor>& output, std::vector<Tensor>& matrix,
                                    std::vector<Bbox_t>& boxes);
/// crop_perspective(), NV12 to BGRA, or to NV12 without cvtbgra.
VENUS_API int crop_perspective_nv12(const Tensor& input, std::vector<Tensor>& output, std::vector<Tensor>& matrix,
                                    bool cvtbgra, std::vector<Bbox_t>& boxes);

}  // namespace venus
}  // namespace magik

#endif  // MAGIK_VENUS_UTILS_IMGPROC_RM_H_

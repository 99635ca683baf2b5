// Image processing. Images are NV12, BGRA, RGBA, ARGB, RGB or GRAY; outputs are written in place. Matrices are
// OpenCV's: affine six floats, perspective nine, row-major, from source to output. Points are (x, y) pairs.
#ifndef MAGIK_VENUS_UTILS_IMGPROC_H_
#define MAGIK_VENUS_UTILS_IMGPROC_H_

#include <vector>

#include "common/common_def.h"
#include "core/tensor.h"
#include "utils/imgproc_type.h"

namespace magik {
namespace venus {

// NV12 to BGRA, BT.601. The output has room for the input's height and width.
VENUS_API int warp_covert_nv2bgr(const Tensor& input, Tensor& output);

VENUS_API int similar_transform(Tensor& src, Tensor& dst, Tensor& output);
VENUS_API int get_affine_transform(Tensor& src, Tensor& dst, Tensor& output, TransformType type);
VENUS_API int get_affine_rotation_matrix(float angle, float scale, int center_w, int center_h, float* matrix);
VENUS_API int get_perspective_transform(Tensor& src, Tensor& dst, Tensor& output, TransformType type);

VENUS_API int warp_resize(const Tensor& input, Tensor& output, BsExtendParam* param);
VENUS_API int crop_resize(const Tensor& input, std::vector<Tensor>& output, std::vector<Bbox_t>& boxes,
                          BsExtendParam* param);
VENUS_API int common_resize(const void* input, Tensor& output, AddressLocate input_locate, BsCommonParam* param);
VENUS_API int crop_common_resize(const void* input, std::vector<Tensor>& output, std::vector<Bbox_t>& boxes,
                                 AddressLocate input_locate, BsCommonParam* param);

VENUS_API int warp_affine(const Tensor& input, Tensor& output, Tensor& matrix, BsExtendParam* param);
VENUS_API int common_affine(const void* input, Tensor& output, Tensor& matrix, AddressLocate input_locate,
                            BsCommonParam* param);
VENUS_API int crop_affine(const Tensor& input, std::vector<Tensor>& output, std::vector<Tensor>& matrix,
                          std::vector<Bbox_t>& boxes, BsExtendParam* param);
VENUS_API int crop_common_affine(const void* input, std::vector<Tensor>& output, std::vector<Tensor>& matrix,
                                 std::vector<Bbox_t>& boxes, AddressLocate input_locate, BsCommonParam* param);

VENUS_API int warp_perspective(const Tensor& input, Tensor& output, Tensor& matrix, BsExtendParam* param);
VENUS_API int common_perspective(const void* input, Tensor& output, Tensor& matrix, AddressLocate input_locate,
                                 BsCommonParam* param);
VENUS_API int crop_perspective(const Tensor& input, std::vector<Tensor>& output, std::vector<Tensor>& matrix,
                               std::vector<Bbox_t>& boxes, BsExtendParam* param);
VENUS_API int crop_common_perspective(const void* input, std::vector<Tensor>& output, std::vector<Tensor>& matrix,
                                      std::vector<Bbox_t>& boxes, AddressLocate input_locate, BsCommonParam* param);

}  // namespace venus
}  // namespace magik

#endif  // MAGIK_VENUS_UTILS_IMGPROC_H_

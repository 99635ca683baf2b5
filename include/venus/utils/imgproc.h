/// @file
/// Image processing. Images are NV12, BGRA, RGBA, ARGB, RGB or GRAY, any of them to any, sides of 1 to 16384 pixels;
/// outputs are written in place and must not overlap the input. All is bilinear, in integer arithmetic with the same
/// bytes on every machine.
///
/// Tensors are {1, h, w, channels}; the last dimension of NV12 counts for nothing. Sizes of NV12 and the corners of
/// boxes in it are even. Addresses and strides are even for NV12, multiples of 4 for the layouts of 4 bytes.
///
/// Colours. NV12 has BT.601's ranges (luma 16..235), everything else 0..255. A pixel of NV12 has the chroma of its 2x2
/// block; interpolation comes first, the conversion to RGB last. NV12 to NV12 interpolates the two planes. Of other
/// sources, chroma is that of the block's centre. Grey is 0.299 R + 0.587 G + 0.114 B, of NV12 1.164 (Y - 16). The
/// fourth byte is 255 where the source has none, else it is treated as the others.
///
/// Resizing (parameters pad_type, pad_val): pixel centres stand at half-integers. pad_val is a grey level; NV12 gets
/// its luma, 16 + 0.859 pad_val, and chroma 128. scale_x and scale_y are not read: sizes decide. With pad_type
/// BOTTOM_RIGHT or SYMMETRY the picture's sides in the output are int(s w) and int(s h), where s = min(ow / w, oh / h),
/// one more where that is odd and fits. SYMMETRY leaves (ow - side) / 2 pixels at its left, rounded up to even from
/// sources of 4 bytes and into NV12, and (oh - side) / 2 at its top, rounded up to even into NV12, whose chroma has
/// blocks of 2x2.
///
/// Boxes: one for each output, or none at all. One that cannot be processed is an error and leaves its output as it
/// was; the others are processed. Corners are cut to integers, the far one is exclusive. What is outside of the image
/// counts as pixels of pad_val, in transforms as black.
///
/// Matrices are OpenCV's: affine six floats, perspective nine, row-major, from source to output (of crop_* from the
/// box). Outside of the source is black. Points are (x, y) pairs.
#ifndef MAGIK_VENUS_UTILS_IMGPROC_H_
#define MAGIK_VENUS_UTILS_IMGPROC_H_

#include <vector>

#include "common/common_def.h"
#include "core/tensor.h"
#include "utils/imgproc_type.h"

namespace magik {
namespace venus {

/// NV12 to BGRA, BT.601. The output has room for the input's height and width.
VENUS_API int warp_covert_nv2bgr(const Tensor& input, Tensor& output);

/// The similarity (turn, scale, shift) that is nearest to the points, two or more, by least squares. Writes nine floats
/// where the output's memory has room for them, else six.
VENUS_API int similar_transform(Tensor& src, Tensor& dst, Tensor& output);
/// The affine map of three points to three: six floats. The type does not matter: matrices count in pixels.
VENUS_API int get_affine_transform(Tensor& src, Tensor& dst, Tensor& output, TransformType type);
/// The perspective map of four points to four, of which no three lie on a line: nine floats.
VENUS_API int get_perspective_transform(Tensor& src, Tensor& dst, Tensor& output, TransformType type);
/// The turn about (center_w, center_h) by degrees, counter-clockwise on the screen, and scaling: six floats.
VENUS_API int get_affine_rotation_matrix(float angle, float scale, int center_w, int center_h, float* matrix);

/// Resizes the whole of a tensor.
VENUS_API int warp_resize(const Tensor& input, Tensor& output, BsExtendParam* param);
/// Resizes a box for each output.
VENUS_API int crop_resize(const Tensor& input, std::vector<Tensor>& output, std::vector<Bbox_t>& boxes,
                          BsExtendParam* param);
/// Resizes an image in the client's memory, whose size and stride are in the parameters.
VENUS_API int common_resize(const void* input, Tensor& output, AddressLocate input_locate, BsCommonParam* param);
/// Resizes a box for each output out of the client's memory.
VENUS_API int crop_common_resize(const void* input, std::vector<Tensor>& output, std::vector<Bbox_t>& boxes,
                                 AddressLocate input_locate, BsCommonParam* param);

/// Transforms the whole of a tensor by an affine matrix.
VENUS_API int warp_affine(const Tensor& input, Tensor& output, Tensor& matrix, BsExtendParam* param);
/// The same of an image in the client's memory.
VENUS_API int common_affine(const void* input, Tensor& output, Tensor& matrix, AddressLocate input_locate,
                            BsCommonParam* param);
/// Transforms a box for each output, by a matrix for each.
VENUS_API int crop_affine(const Tensor& input, std::vector<Tensor>& output, std::vector<Tensor>& matrix,
                          std::vector<Bbox_t>& boxes, BsExtendParam* param);
/// The same out of the client's memory.
VENUS_API int crop_common_affine(const void* input, std::vector<Tensor>& output, std::vector<Tensor>& matrix,
                                 std::vector<Bbox_t>& boxes, AddressLocate input_locate, BsCommonParam* param);

/// As warp_affine(), by a perspective matrix.
VENUS_API int warp_perspective(const Tensor& input, Tensor& output, Tensor& matrix, BsExtendParam* param);
/// As common_affine(), by a perspective matrix.
VENUS_API int common_perspective(const void* input, Tensor& output, Tensor& matrix, AddressLocate input_locate,
                                 BsCommonParam* param);
/// As crop_affine(), by perspective matrices.
VENUS_API int crop_perspective(const Tensor& input, std::vector<Tensor>& output, std::vector<Tensor>& matrix,
                               std::vector<Bbox_t>& boxes, BsExtendParam* param);
/// As crop_common_affine(), by perspective matrices.
VENUS_API int crop_common_perspective(const void* input, std::vector<Tensor>& output, std::vector<Tensor>& matrix,
                                      std::vector<Bbox_t>& boxes, AddressLocate input_locate, BsCommonParam* param);

}  // namespace venus
}  // namespace magik

#endif  // MAGIK_VENUS_UTILS_IMGPROC_H_

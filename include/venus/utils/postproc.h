/// @file
/// Post-processing of detectors.
#ifndef MAGIK_VENUS_UTILS_POSTPROC_H_
#define MAGIK_VENUS_UTILS_POSTPROC_H_

#include <vector>

#include "common/common_def.h"
#include "common/common_type.h"
#include "core/tensor.h"

namespace magik {
namespace venus {

/// Appends the boxes that are kept to `output`, best score first. A box is compared with those of its own class.
/// HARD_NMS drops boxes whose intersection over union with a better one is above `threshold`; SOFT_NMS lowers their
/// score instead (the linear one of Bodla et al. 2017) and drops them below 0.001. A threshold of 1 and more keeps all.
/// Functions of this header without a result tell errors by venus_last_error() and leave the output as it was.
VENUS_API void nms(std::vector<ObjBbox_t>& input, std::vector<ObjBbox_t>& output, float threshold = 0.3,
                   NmsType type = NmsType::HARD_NMS);

/// Decodes raw YOLO heads {1, h, w, box_num * (5 + classes)}, one for each stride, into boxes in pixels of the
/// network's input; keeps scores >= score_threshold and clips nothing. Anchors are in pixels, w and h for each box of
/// each stride; img_w and img_h are not read. multiply_class_score: whether the class score multiplies the result; -1:
/// if there are several classes, 1: always.
VENUS_API void generate_box(std::vector<Tensor>& features, std::vector<float>& strides, std::vector<float>& anchor,
                            std::vector<ObjBbox_t>& candidate_boxes, int img_w, int img_h, int classes, int box_num,
                            float score_threshold, DetectorType detector_type = DetectorType::YOLOV3,
                            int multiply_class_score = -1);

/// The float product of {1, m, k, 1} or {1, ..., m, k} with {1, k, n, 1} or {1, ..., k, n}, into the output's memory,
/// which has room for m * n floats and is not an input's. {1, 1, k, 1} is a row where that fits, else a column.
VENUS_API void mat_mul(Tensor& a, Tensor& b, Tensor& output);

/// Appends the rows x0, y0, x1, y1, score, class of an output whose last dimension is 6. class_id is -1 where the class
/// is no whole number of 32 bits.
VENUS_API void get_objbox_from_output(Tensor& input, std::vector<ObjBbox_t>& output);

}  // namespace venus
}  // namespace magik

#endif  // MAGIK_VENUS_UTILS_POSTPROC_H_

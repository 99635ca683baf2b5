// Bilinear affine and perspective transforms. Outside of the source is the pass's fill, into which the pixels at the
// edge fade, as with OpenCV's constant border.
#pragma once

#include "venus/imgproc/matrix.h"
#include "venus/imgproc/pass.h"

namespace magik::imgproc {

// `output_to_source`: from the output's pixels to those of the box. An error where it is too large to compute with.
rt::Status warp(const Pass& pass, const Matrix& output_to_source, const Kernels& kernels);

}  // namespace magik::imgproc

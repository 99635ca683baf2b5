// NV12 to pixels of the same size. Allocates nothing.
#pragma once

#include "venus/imgproc/color.h"
#include "venus/imgproc/image.h"

namespace magik::imgproc {

// The output is no NV12. Equals resize() to the same size.
void convert_nv12(const Image& nv12, const OutputImage& output, const YuvToRgb& yuv, const Kernels& kernels);

}  // namespace magik::imgproc

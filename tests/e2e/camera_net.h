// A small fully convolutional network on RGB pictures: convolutions (general, depthwise, pointwise), a residual
// addition, pooling, a smooth activation, two outputs.
#pragma once

#include <string>

#include "transform/data/image.h"
#include "transform/test_folder.h"

namespace magik::e2e {

// Its ONNX file: input `image`, 1x3xHxW of any size, outputs `heat` (NHWC 1 x H/2 x W/2 x 4) and `coarse`. With
// `padding` 0 the convolutions pad nothing.
std::string camera_onnx(int padding);

// A seeded random picture.
transform::Image noise_picture(unsigned seed, int width, int height);
std::string ppm(const transform::Image& image);

}  // namespace magik::e2e

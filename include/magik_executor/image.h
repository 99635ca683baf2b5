/// @file
/// Photos for networks.
#ifndef MAGIK_EXECUTOR_IMAGE_H_
#define MAGIK_EXECUTOR_IMAGE_H_

#include <string>

#include "common.h"
#include "tensor.h"

namespace magik {
namespace transformkit {
namespace magikexecutor {

/// Reads a JPEG, PNG, BMP, PPM or PGM file as {1, h, w, 3} RGB into `image`, which has to be DT_UINT8 with memory of
/// its own and is reshaped. False, with the reason in `error`, where the file cannot be read.
MAGIK_EXECUTOR_API bool load_image(const std::string& path, Tensor& image, std::string& error);

}  // namespace magikexecutor
}  // namespace transformkit
}  // namespace magik

#endif  // MAGIK_EXECUTOR_IMAGE_H_

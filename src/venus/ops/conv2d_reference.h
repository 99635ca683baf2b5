// The reference kernel of Conv2D and MatMul: conv2d_params.h says what it computes.
#pragma once

#include <memory>

#include "venus/core/kernel.h"

namespace magik::rt::ops {

Result<std::unique_ptr<Kernel>> create_conv2d_reference(const NodeTensors& tensors);

}  // namespace magik::rt::ops

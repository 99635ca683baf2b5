// Quantized depthwise Conv2D (one input and one output channel per group): any window, vectors run across channels.
// Taps are reached through pointers, those in the padding point to a row of padding levels, so that the inner loop is
// the same everywhere.
#pragma once

#include "venus/core/kernel.h"
#include "venus/kernels/depthwise/depthwise_tiles.h"

namespace magik::rt::kernels {

// Declines (null): other groups than one channel each, float inputs or outputs, 64-bit accumulators, levels of more
// than 15 bits, a constant input (behind whose end nothing may be read).
Result<std::unique_ptr<Kernel>> make_depthwise(const NodeTensors& tensors, const DepthwiseTiles& tiles);

}  // namespace magik::rt::kernels

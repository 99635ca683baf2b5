// Quantized EltwiseAdd (with its fused activation) and EltwiseMul with numpy broadcasting, on an instruction set's
// inner loops.
#pragma once

#include "venus/core/kernel.h"
#include "venus/kernels/elementwise/pair_tiles.h"

namespace magik::rt::kernels {

// Decline (null): anything but three quantized tensors.
Result<std::unique_ptr<Kernel>> make_add(const NodeTensors& tensors, const PairTiles& tiles);
Result<std::unique_ptr<Kernel>> make_multiply(const NodeTensors& tensors, const PairTiles& tiles);

}  // namespace magik::rt::kernels

// MaxPool, AveragePool, GlobalMaxPool and GlobalAveragePool of quantized tensors on an instruction set's inner loops.
#pragma once

#include "venus/core/kernel.h"
#include "venus/kernels/pool/pool_tiles.h"

namespace magik::rt::kernels {

// Declines (null): float tensors, and a constant input, behind whose end nothing may be read.
Result<std::unique_ptr<Kernel>> make_pool(const NodeTensors& tensors, const PoolTiles& tiles);

}  // namespace magik::rt::kernels

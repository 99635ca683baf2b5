// Quantized functions of one variable with up to 8 bits: a table look-up, see ops/unary.cc.
#pragma once

#include "venus/core/kernel.h"
#include "venus/kernels/lookup/lookup_tiles.h"

namespace magik::rt::kernels {

// Declines (null): float and int32 tensors, and levels of 16 bits, whose tables do not fit into registers.
Result<std::unique_ptr<Kernel>> make_lookup(const NodeTensors& tensors, LookupLoop loop);

}  // namespace magik::rt::kernels

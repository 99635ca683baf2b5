// Poolings on plain MIPS32.

// In this order: the second is written with the lanes of the first.
// clang-format off
#include "venus/kernels/lanes_scalar.h"
#include "venus/kernels/pool/pool_loops.h"
// clang-format on

namespace magik::rt::kernels {

const PoolTiles& pool_tiles_mips32() { return kPoolTiles; }

}  // namespace magik::rt::kernels

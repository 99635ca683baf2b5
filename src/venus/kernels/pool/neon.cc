// Poolings on NEON.

// In this order: the second is written with the lanes of the first.
// clang-format off
#include "venus/kernels/lanes_neon.h"
#include "venus/kernels/pool/pool_loops.h"
// clang-format on

namespace magik::rt::kernels {

const PoolTiles& pool_tiles_neon() { return kPoolTiles; }

}  // namespace magik::rt::kernels

// Poolings on AVX2.

// In this order: the second is written with the lanes of the first.
// clang-format off
#include "venus/kernels/lanes_avx2.h"
#include "venus/kernels/pool/pool_loops.h"
// clang-format on

namespace magik::rt::kernels {

const PoolTiles& pool_tiles_avx2() { return kPoolTiles; }

}  // namespace magik::rt::kernels

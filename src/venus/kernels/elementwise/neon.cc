// Quantized addition and product of levels on NEON.

// In this order: the second is written with the lanes of the first.
// clang-format off
#include "venus/kernels/lanes_neon.h"
#include "venus/kernels/elementwise/pair_loops.h"
// clang-format on

namespace magik::rt::kernels {

const PairTiles& pair_tiles_neon() { return kPairTiles; }

}  // namespace magik::rt::kernels

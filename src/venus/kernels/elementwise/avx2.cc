// Quantized addition and product of levels on AVX2.

// In this order: the second is written with the lanes of the first.
// clang-format off
#include "venus/kernels/lanes_avx2.h"
#include "venus/kernels/elementwise/pair_loops.h"
// clang-format on

namespace magik::rt::kernels {

const PairTiles& pair_tiles_avx2() { return kPairTiles; }

}  // namespace magik::rt::kernels

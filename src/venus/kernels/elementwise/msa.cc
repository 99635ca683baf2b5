// Quantized addition and product of levels on MSA.

// In this order: the second is written with the lanes of the first.
// clang-format off
#include "venus/kernels/lanes_msa.h"
#include "venus/kernels/elementwise/pair_loops.h"
// clang-format on

namespace magik::rt::kernels {

const PairTiles& pair_tiles_msa() { return kPairTiles; }

}  // namespace magik::rt::kernels

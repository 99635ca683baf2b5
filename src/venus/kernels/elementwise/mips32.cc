// Quantized addition and product of levels on plain MIPS32.

// In this order: the second is written with the lanes of the first.
// clang-format off
#include "venus/kernels/lanes_scalar.h"
#include "venus/kernels/elementwise/pair_loops.h"
// clang-format on

namespace magik::rt::kernels {

const PairTiles& pair_tiles_mips32() { return kPairTiles; }

}  // namespace magik::rt::kernels

// Quantized Conv2D and MatMul as a GEMM: rows are output pixels, k runs over taps and input channels, columns are
// output channels.
//
//   for each tile of rows (threads take tiles; where there are few, they share a tile's panels)
//     pack the tile's patches (skipped where the input already is what the inner tiles read)
//     for each block of k that keeps a panel of weights in the cache
//       for each panel of columns, for each few rows: inner tile; after the last block of k: tail
//
// See gemm_tiles.h for what an instruction set adds, gemm_weights.h and patch_packer.h for the layouts.
#pragma once

#include "venus/core/kernel.h"
#include "venus/kernels/conv2d/gemm_tiles.h"

namespace magik::rt::kernels {

// Declines (null): float convolutions, 64-bit accumulators, activations that the tiles do not pack, levels of more than
// 15 bits (packed as s16), groups of so few channels that most lanes would compute padding even where neighbouring
// groups are merged, and a constant input, behind whose end nothing may be read.
Result<std::unique_ptr<Kernel>> make_conv2d_gemm(const NodeTensors& tensors, const GemmTiles& tiles);

}  // namespace magik::rt::kernels

// The AVX-512 VNNI inner loops, compiled for any CPU with SIMDe's emulation of the instructions: how kernel_test.cc
// proves them on machines without AVX-512.
#pragma once

#include "venus/kernels/conv2d/gemm_tiles.h"

namespace magik::rt::kernels {

const GemmTiles& gemm_tiles_avx512vnni_emulated();

}  // namespace magik::rt::kernels

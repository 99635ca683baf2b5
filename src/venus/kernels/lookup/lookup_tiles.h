// Table look-up of bytes that an instruction set brings. No inline code here, see gemm_tiles.h.
#pragma once

#include <cstdint>

namespace magik::rt::kernels {

// y[i] = table[x[i]] for a table of 256 bytes; y may be x.
using LookupLoop = void (*)(const uint8_t* table, const uint8_t* x, int64_t count, uint8_t* y);

void lookup_loop_avx2(const uint8_t* table, const uint8_t* x, int64_t count, uint8_t* y);

}  // namespace magik::rt::kernels

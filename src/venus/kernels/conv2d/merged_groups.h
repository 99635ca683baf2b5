// Groups of few channels would leave most lanes of a GEMM to padding. Neighbouring groups become one whose weights are
// zero between channels that belonged to different groups: such products add nothing, so sums stay the same bits.
#pragma once

#include <cstdint>
#include <vector>

#include "venus/ops/conv2d_params.h"

namespace magik::rt::kernels {

// Where merging pays, changes group and weight_q of `params` and returns the weights that it then points to, for as
// long as the result lives; else returns none.
[[nodiscard]] std::vector<int8_t> merge_small_groups(Conv2DParams* params);

}  // namespace magik::rt::kernels

// Constants of levels: quantized tensors, and look-up tables with the output level for each input level.
#pragma once

#include <vector>

#include "venus/core/graph.h"
#include "venus/ops/unary_function.h"

namespace magik::transform {

// The levels of float elements, of the type for quantization.bits.
rt::Constant make_levels(const std::vector<float>& values, const rt::Quantization& quantization);

// 2^input.bits entries of the output's type: entry q is the level of function(input.scale * (q - input.zero_point)).
rt::Constant make_table(const rt::UnaryFunction& function, const rt::Quantization& input,
                        const rt::Quantization& output);

}  // namespace magik::transform

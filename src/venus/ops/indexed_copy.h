// Data movement that a table per axis describes: output[i0, i1, ...] = input[t0[i0], t1[i1], ...]. Resize with nearest
// neighbours and Pad beyond constants are of this kind.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "venus/ops/movement.h"

namespace magik::rt::ops {

// For each axis and output position: the input position.
using IndexTables = std::array<std::vector<int32_t>, kMaxRank>;

// The longest axis that may have a table: bounds their memory.
constexpr int32_t kMaxTable = 1 << 24;

// Both tensors may have a pitch.
void indexed_copy(const Tensor& input, const Tensor& output, const IndexTables& tables, ThreadPool& pool);

}  // namespace magik::rt::ops

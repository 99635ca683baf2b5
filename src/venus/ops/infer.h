// Steps that shape inference functions of data movement and broadcasting operators share.
#pragma once

#include <cstdint>
#include <vector>

#include "venus/ops/checks.h"

namespace magik::rt::ops {

// Counts negative axes from the end. An error where one is out of range or given twice.
Status resolve_axes(const std::vector<int64_t>& axes, int rank, std::vector<int>* resolved);

// The list attribute `name` has `count` entries.
Status check_length(const char* name, size_t length, int count);

// Sets an output's type and shape if its rank, dimensions and element count are allowed.
Status set_output(InferContext& context, size_t index, ElementType type, const std::vector<int64_t>& dims);

// The dimensions of a shape, to be changed and given to set_output().
inline std::vector<int64_t> dims_of(const Shape& shape) { return {shape.begin(), shape.end()}; }

}  // namespace magik::rt::ops

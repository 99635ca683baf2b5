// Which layout the readers of a value want.
#pragma once

#include <optional>
#include <vector>

#include "transform/passes/permutation.h"
#include "venus/core/graph.h"

namespace magik::transform {

// For each value the permutation that all its readers apply, seen through operators that take any layout (the identity
// where they need it as it is); nothing where they differ or there are none.
std::vector<std::optional<Permutation>> demanded_layouts(const rt::Graph& graph);

}  // namespace magik::transform

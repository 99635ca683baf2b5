// Constants that make a network useless.
#pragma once

#include <string>

#include "venus/core/graph.h"

namespace magik::transform {

// Throws Error that names the model, node and tensor where a node reads NaN, or a weighted node infinity. (Elsewhere
// infinity has its uses: limits, masks, padding of maxima.)
void check_constants(const rt::Graph& graph, const std::string& model_path);

}  // namespace magik::transform

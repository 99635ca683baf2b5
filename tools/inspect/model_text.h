// A model as text.
#pragma once

#include <string>
#include <vector>

#include "venus/core/graph.h"

namespace magik::inspect {

// A source model is shown as its frontend imports it, before any pass. `shapes`: "1,3,224,224", for its inputs in
// order; those of converted models are fixed. Throws transform::Error.
std::string model_text(const std::string& path, const std::vector<std::string>& shapes);
std::string graph_text(const rt::Graph& graph);

}  // namespace magik::inspect

// What must hold of every graph, whether it comes from a file or from the converter.
#pragma once

#include "venus/core/graph.h"
#include "venus/core/status.h"

namespace magik::rt {

// Checks types, shapes, quantization parameters, constants' sizes and levels, all indices, the order of nodes and that
// every value has one producer. What the operators demand is checked by their infer().
Status check_graph(const Graph& graph);

}  // namespace magik::rt

// Puts a golden test (venus/core/golden.h) into a graph that is about to be written.
#pragma once

#include "transform/data/dataset.h"
#include "venus/core/graph.h"

namespace magik::transform {

// The input is the first item of `data`, or without data numbers from a fixed seed (0 for integers, which may be
// indices). The checksums come from libvenus' own kernels.
rt::Graph with_golden(const rt::Graph& graph, const Dataset* data);

}  // namespace magik::transform

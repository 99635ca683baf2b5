// The golden test in a model: one input and the checksum of what every node makes of it. The converter records it, and
// magik-run --self-test compares on the machine it is on. All kernels compute the same bits, so every difference is a
// fault of the kernels, the compiler, the processor or its memory.
#pragma once

#include <vector>

#include "venus/core/graph.h"
#include "venus/core/network.h"
#include "venus/core/status.h"

namespace magik::rt {

// Runs the network on the inputs that it has now.
Result<Golden> record_golden(Network& network);

// Runs the network on its graph's golden input. The indices of the nodes whose bytes differ, in execution order.
// Errors: the graph has no golden test, or the network was reshaped.
Result<std::vector<size_t>> nodes_off_golden(Network& network);

}  // namespace magik::rt

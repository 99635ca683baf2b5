// Runs the float network over the calibration data once and collects the statistics of every activation.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "transform/calibrate/statistics.h"
#include "transform/data/dataset.h"
#include "venus/core/graph.h"

namespace magik::transform {

using StatisticsByName = std::map<std::string, Statistics>;  // by value name

// Items run in parallel on `threads` workers with one Network each; memory does not grow with the number of items.
// Shows the progress line "run_model".
StatisticsByName calibrate(std::shared_ptr<const rt::Graph> graph, const Dataset& dataset, int threads);

// The converter's fast float kernels (oneDNN convolutions and products), for NetworkOptions::extra_kernels.
const std::vector<rt::KernelEntry>& float_kernels();

}  // namespace magik::transform

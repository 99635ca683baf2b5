// What the config and the calibration data say about each input of a network.
#pragma once

#include <vector>

#include "transform/config/config.h"
#include "transform/passes/prepare_inputs.h"
#include "venus/core/graph.h"

namespace magik::transform {

// `graph`: as a frontend made it, inputs in the source's layout. An input takes pixels if its calibration items are
// images or uint8 files, or if COLOR is given for it and it has as many channels.
std::vector<InputSetting> input_settings(const Config& config, const rt::Graph& graph);

}  // namespace magik::transform

// Turns a frontend's inputs, floats in the source's layout, into what the deployed model takes.
#pragma once

#include <string>
#include <vector>

#include "venus/core/graph.h"

namespace magik::transform {

struct InputSetting {
  rt::InputKind kind = rt::InputKind::kFloat;
  std::string color;   // "RGB", "BGR", "GRAY"; for pixels
  std::string resize;  // "STRETCH", "LETTERBOX", "CENTER_CROP"; for pixels
  // x' = (x - mean) / normal: nothing (0 and 1), one number, or one for each channel.
  std::vector<float> mean, normal;
};

// One setting for each input of the graph. A pixel input becomes uint8 NHWC, followed by the node
// `<input>/BatchNormScale` that yields normalised floats. A float input has that node where mean or normal are given,
// and becomes NHWC where all its readers want that. Fills graph.preprocessing. Throws Error: a pixel input that is no
// image, numbers that do not fit the channels.
void prepare_inputs(rt::Graph& graph, const std::vector<InputSetting>& settings);

}  // namespace magik::transform

// What a node of a network does, as profiles show it: names, shapes, arithmetic, traffic.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "venus/core/network.h"

namespace magik::rt {

constexpr char kNotApplicable[] = "N/A";

// Texts are kNotApplicable where they do not apply.
struct NodeWork {
  std::string layer;     // runtime_name()
  std::string type;      // in the vendor's terms: Convolution, AvgPool, ...
  std::string inputs;    // "{1,384,640,4}", one after the other; without constants
  std::string outputs;   // likewise
  std::string filter;    // {height,width,input channels of a group,output channels}; poolings: {height,width}
  std::string stride;    // {vertical,horizontal}
  std::string pad;       // {top,left,bottom,right}
  std::string dilation;  // {vertical,horizontal}
  std::optional<int64_t> multiply_accumulates;  // of convolutions and products; taps in the padding count
  std::optional<int64_t> bytes;                 // of inputs, constants and outputs, each once; none for aliases
};

// Shapes are those that lie in memory: RGB pixels and the filters that read them have 4 channels.
// multiply_accumulates are those of the model's 3.
std::vector<NodeWork> work_of(const Network& network);

std::string shape_in_braces(const Shape& shape);

}  // namespace magik::rt

// magik_node_quant_bit_info.json: widths and ranges of single nodes, in execution order.
//
//   { "data/BatchNormScale": { "QUANT_FEATURE_BIT": 8 },
//     "resnetv15_relu0_fwd": { "QUANT_FEATURE_BIT": 8, "MAX": 1.7, "MIN": 0 }, ... }
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "transform/quantize/range.h"

namespace magik::transform {

inline constexpr const char* kNodeInfoPath = "./magik_node_quant_bit_info.json";

struct NodeInfo {
  std::string node;
  std::optional<int> feature_bits;
  std::optional<Range> range;
};

// Throws Error that names the file, the node and what was expected.
std::vector<NodeInfo> read_node_info(const std::string& path);
std::string node_info_text(const std::vector<NodeInfo>& nodes);

}  // namespace magik::transform

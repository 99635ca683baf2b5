// Turns the calibrated float network into the integer network that libvenus runs.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "transform/calibrate/calibrate.h"
#include "transform/config/config.h"
#include "transform/config/soc.h"
#include "transform/quantize/range.h"
#include "venus/core/graph.h"

namespace magik::transform {

struct QuantizeSettings {
  int feature_bits = 8, weight_bits = 8;
  QuantMethod feature_method = QuantMethod::kKl, weight_method = QuantMethod::kMaxAbs;
  std::set<std::string> skip_nodes, skip_ops;    // stay in float
  std::map<std::string, int> node_feature_bits;  // win over feature_bits; keyed by node name
  std::map<std::string, Range> node_ranges;      // win over the statistics
};

// The name under which users know an operator's type: all_type of model_node_info.json, QUANT_OP_SKIP.
std::string user_op_type(const rt::Node& node);
std::string user_op_type(const std::string& op);  // of the runtime's operator; other names as they are

// The names of the nodes that the tool can quantize, by type: user_op_type().
std::map<std::string, std::vector<std::string>> quantizable_nodes(const rt::Graph& graph);

// Throws Error where a name in skip_nodes or skip_ops does not exist (with the closest).
void check_skip_names(const rt::Graph& graph, const QuantizeSettings& settings);
// Logs a warning for each type in skip_ops of which the network has no node to skip.
void warn_of_idle_skips(const rt::Graph& graph, const QuantizeSettings& settings);

// The quantization of every activation of `graph` that will be quantized, by value name (also of pre-activations).
std::map<std::string, rt::Quantization> choose_quantization(const rt::Graph& graph, const StatisticsByName& statistics,
                                                            const QuantizeSettings& settings);

// `graph`: after fuse_smooth_activations(). The result has the same node names, plus Quantize and Dequantize nodes at
// the borders between float and integer parts. Throws Error where a name in skip_nodes does not exist (with the
// closest).
rt::Graph quantize(const rt::Graph& graph, const StatisticsByName& statistics, const QuantizeSettings& settings);
// The same where choose_quantization() was called before.
rt::Graph quantize(const rt::Graph& graph, const StatisticsByName& statistics, const QuantizeSettings& settings,
                   const std::map<std::string, rt::Quantization>& chosen);

}  // namespace magik::transform

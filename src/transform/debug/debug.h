// Debug mode: runs the float network and a quantized (or partly quantized) one over DEBUG_PATH and compares them node
// by node.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "transform/data/dataset.h"
#include "venus/core/graph.h"

namespace magik::transform {

inline constexpr const char* kDumpDirectory = "./magik_dump_path";

// Compares the quantized network with the float one over every item, prints the table "ptq model compute distance" and
// writes `dump_directory` (transform-tools.md, section 3): the files of the first item, or with `dump_all` those of
// every item in ITEM/ folders, which take the place of an earlier run's when all are complete. `float_graph` is the
// graph that was quantized (after fuse_smooth_activations). Memory does not depend on the number of items. Shows the
// progress line "Compute distance".
void run_debug(std::shared_ptr<const rt::Graph> float_graph, std::shared_ptr<const rt::Graph> quantized,
               const Dataset& dataset, const std::string& dump_directory = kDumpDirectory, bool dump_all = false);

// FEATURE_FAKE_QUANT: the float network whose activations are quantized and dequantized in place, with the parameters
// of choose_quantization(). Prints the table "feature fake quant compute distance".
void run_feature_fake_quant(const std::shared_ptr<const rt::Graph>& float_graph,
                            const std::map<std::string, rt::Quantization>& quantization, const Dataset& dataset);

// WEIGHT_FAKE_QUANT: the float network with the weights and biases that `quantized` dequantizes to. Prints the table
// "weight fake quant compute distance".
void run_weight_fake_quant(const std::shared_ptr<const rt::Graph>& float_graph,
                           const std::shared_ptr<const rt::Graph>& quantized, const Dataset& dataset);

}  // namespace magik::transform

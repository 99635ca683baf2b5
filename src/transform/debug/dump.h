// The files of debug mode (magik_dump_path/).
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "transform/data/dataset.h"
#include "venus/core/network.h"

namespace magik::transform {

// Debug mode writes a file for each node into each of these.
inline constexpr const char* kFloatFolder = "float_model";
inline constexpr const char* kLevelsFolder = "ptq_model";
inline constexpr const char* kRealValuesFolder = "ptq_model_dequantize";

// A tensor's elements without the gaps between its rows, levels dequantized.
std::vector<float> real_values(const rt::Tensor& tensor);

// The operator types that can be quantized and the nodes of each, as JSON text.
std::string node_info_json(const rt::Graph& float_graph);

// input.bin (float32, before mean and normal) and, for pixels, input_uint8.bin; INPUT_input.bin where there are
// several.
void dump_inputs(const rt::Graph& graph, const std::vector<InputData>& inputs, const std::filesystem::path& directory);
// float_model/NODE.bin
void dump_float_node(const std::filesystem::path& directory, const std::string& node, const rt::Tensor& tensor);
// ptq_model/NODE.bin and ptq_model_dequantize/NODE.bin
void dump_quantized_node(const std::filesystem::path& directory, const std::string& node, const rt::Tensor& tensor);

// dump_index.json, one for the three folders, whose files have the same names: values, types and order of the quantized
// graph. `nodes` says which values are dumped and by which node's name.
void dump_index(const std::filesystem::path& directory, const rt::Graph& graph,
                const std::map<rt::ValueId, std::string>& nodes);

}  // namespace magik::transform

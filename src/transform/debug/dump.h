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
// INPUT_uint8.bin, beside INPUT.bin.
inline constexpr const char* kPixelsEnding = "_uint8.bin";

// A tensor's elements without the gaps between its rows, levels dequantized.
std::vector<float> real_values(const rt::Tensor& tensor);

// The operator types that can be quantized and the nodes of each, as JSON text.
std::string node_info_json(const rt::Graph& float_graph);

// input.bin (float32, before mean and normal) and, for pixels, input_uint8.bin; INPUT_input.bin where there are
// several.
void dump_inputs(const rt::Graph& graph, const std::vector<InputData>& inputs, const std::filesystem::path& directory);
// float_model/FILE
void dump_float_node(const std::filesystem::path& directory, const std::string& file, const rt::Tensor& tensor);
// ptq_model/FILE and ptq_model_dequantize/FILE
void dump_quantized_node(const std::filesystem::path& directory, const std::string& file, const rt::Tensor& tensor);

// NODE.bin of every value of the quantized graph, as the runtime's dumps name it.
std::map<rt::ValueId, std::string> dump_files(const rt::Graph& graph);

// dump_index.json, one for the three folders, whose files have the same names: values, types and order of the quantized
// graph. `files` are those that were dumped.
void dump_index(const std::filesystem::path& directory, const rt::Graph& graph,
                const std::map<rt::ValueId, std::string>& files);

}  // namespace magik::transform

// The files of debug mode (magik_dump_path/).
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "transform/data/dataset.h"
#include "venus/core/network.h"

namespace magik::transform {

// A tensor's elements without the gaps between its rows: as stored, and as real values (levels dequantized).
std::vector<std::byte> stored_bytes(const rt::Tensor& tensor);
std::vector<float> real_values(const rt::Tensor& tensor);

// NODE of NODE.bin: `/` becomes `_`.
std::string file_stem(const std::string& node_name);

// The operator types that can be quantized and the nodes of each, as JSON text.
std::string node_info_json(const rt::Graph& float_graph);

// input.bin (float32, before mean and normal) and, for pixels, input_uint8.bin; INPUT_input.bin where there are
// several.
void dump_inputs(const rt::Graph& graph, const std::vector<InputData>& inputs, const std::filesystem::path& directory);
// float_model/NODE.bin
void dump_float_node(const std::filesystem::path& directory, const std::string& node, const rt::Tensor& tensor);
// ptq_model/NODE.bin and ptq_model_dequantize/NODE.bin
void dump_quantized_node(const std::filesystem::path& directory, const std::string& node, const rt::Tensor& tensor);

}  // namespace magik::transform

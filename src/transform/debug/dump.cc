#include "transform/debug/dump.h"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "transform/error.h"
#include "transform/quantize/quantize.h"
#include "venus/core/dump_index.h"
#include "venus/core/tensor_bytes.h"

namespace magik::transform {
namespace {

void write_file(const std::filesystem::path& path, const void* data, size_t bytes) {
  std::error_code error;
  std::filesystem::create_directories(path.parent_path(), error);
  std::ofstream file(path, std::ios::binary);
  file.write(static_cast<const char*>(data), static_cast<std::streamsize>(bytes));
  if (!file.flush()) fail("cannot write '{}'", path.string());
}

void write_floats(const std::filesystem::path& path, const std::vector<float>& values) {
  write_file(path, values.data(), values.size() * sizeof(float));
}

template <typename Element>
std::vector<float> convert(const void* data, size_t bytes, float scale, int32_t zero_point) {
  std::vector<float> result(bytes / sizeof(Element));
  for (size_t i = 0; i < result.size(); ++i) {
    Element element;
    std::memcpy(&element, static_cast<const std::byte*>(data) + i * sizeof(Element), sizeof element);
    result[i] = static_cast<float>(static_cast<int32_t>(element) - zero_point) * scale;
  }
  return result;
}

std::string node_file(const std::string& node) { return rt::file_stem(node) + ".bin"; }

std::string input_stem(const rt::Graph& graph, size_t input) {
  const std::string& name = graph.values[static_cast<size_t>(graph.inputs[input])].name;
  return graph.inputs.size() == 1 ? "input" : rt::file_stem(name) + "_input";
}

}  // namespace

std::vector<float> real_values(const rt::Tensor& tensor) {
  const std::vector<uint8_t> bytes = rt::dense_bytes(tensor);
  const bool quantized = tensor.quantized();
  const float scale = quantized ? tensor.scale() : 1;
  const int32_t zero_point = quantized ? tensor.zero_point() : 0;
  switch (tensor.type) {
    case rt::ElementType::kUint8:
    case rt::ElementType::kBool:
      return convert<uint8_t>(bytes.data(), bytes.size(), scale, zero_point);
    case rt::ElementType::kUint16:
      return convert<uint16_t>(bytes.data(), bytes.size(), scale, zero_point);
    case rt::ElementType::kInt8:
      return convert<int8_t>(bytes.data(), bytes.size(), scale, zero_point);
    case rt::ElementType::kInt32:
      return convert<int32_t>(bytes.data(), bytes.size(), scale, zero_point);
    case rt::ElementType::kFloat32:
    case rt::ElementType::kNone:
      break;
  }
  std::vector<float> result(bytes.size() / sizeof(float));
  if (!result.empty()) std::memcpy(result.data(), bytes.data(), bytes.size());
  return result;
}

std::string node_info_json(const rt::Graph& float_graph) {
  std::map<std::string, std::vector<std::string>> nodes;
  for (const rt::Node& node : float_graph.nodes) {
    const rt::Value& output = float_graph.values[static_cast<size_t>(node.outputs[0])];
    if (is_quantizable(node) && output.type == rt::ElementType::kFloat32)
      nodes[user_op_type(node)].push_back(node.name);
  }
  nlohmann::ordered_json json;
  json["all_type"] = nlohmann::ordered_json::array();
  for (const auto& [type, names] : nodes) {
    json["all_type"].push_back(type);
    json[type] = names;
  }
  return json.dump(4) + "\n";
}

void dump_inputs(const rt::Graph& graph, const std::vector<InputData>& inputs, const std::filesystem::path& directory) {
  for (size_t i = 0; i < inputs.size(); ++i) {
    const std::string stem = input_stem(graph, i);
    const std::vector<std::byte>& bytes = inputs[i].bytes;
    if (inputs[i].type == rt::ElementType::kUint8) {
      write_file(directory / (stem + "_uint8.bin"), bytes.data(), bytes.size());
      write_floats(directory / (stem + ".bin"), convert<uint8_t>(bytes.data(), bytes.size(), 1, 0));
    } else {
      write_file(directory / (stem + ".bin"), bytes.data(), bytes.size());
    }
  }
}

void dump_float_node(const std::filesystem::path& directory, const std::string& node, const rt::Tensor& tensor) {
  write_floats(directory / kFloatFolder / node_file(node), real_values(tensor));
}

void dump_quantized_node(const std::filesystem::path& directory, const std::string& node, const rt::Tensor& tensor) {
  const std::vector<uint8_t> bytes = rt::dense_bytes(tensor);
  write_file(directory / kLevelsFolder / node_file(node), bytes.data(), bytes.size());
  write_floats(directory / kRealValuesFolder / node_file(node), real_values(tensor));
}

void dump_index(const std::filesystem::path& directory, const rt::Graph& graph,
                const std::map<rt::ValueId, std::string>& nodes) {
  std::vector<rt::DumpedValue> values = rt::list_values(graph);
  const std::vector<rt::ValueId> ids = rt::listed_ids(graph);
  for (size_t i = 0; i < values.size(); ++i) {
    if (i < graph.inputs.size()) {
      const bool pixels = values[i].type == rt::ElementType::kUint8;
      values[i].file = "../" + input_stem(graph, i) + (pixels ? "_uint8.bin" : ".bin");
    } else if (const auto found = nodes.find(ids[i]); found != nodes.end()) {
      values[i].file = node_file(found->second);
    }
  }
  const std::string text = rt::dump_index_text(values);
  write_file(directory / rt::kDumpIndexFile, text.data(), text.size());
}

}  // namespace magik::transform

#include "transform/debug/dump.h"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "transform/error.h"
#include "transform/quantize/quantize.h"

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
std::vector<float> convert(const std::vector<std::byte>& bytes, float scale, int32_t zero_point) {
  std::vector<float> result(bytes.size() / sizeof(Element));
  for (size_t i = 0; i < result.size(); ++i) {
    Element element;
    std::memcpy(&element, bytes.data() + i * sizeof(Element), sizeof element);
    result[i] = static_cast<float>(static_cast<int32_t>(element) - zero_point) * scale;
  }
  return result;
}

std::filesystem::path node_file(const std::filesystem::path& directory, const char* folder, const std::string& node) {
  return directory / folder / (file_stem(node) + ".bin");
}

}  // namespace

std::vector<std::byte> stored_bytes(const rt::Tensor& tensor) {
  const size_t row = static_cast<size_t>(tensor.shape.back()) * rt::element_size(tensor.type);
  const size_t stride = static_cast<size_t>(tensor.pitch) * rt::element_size(tensor.type);
  std::vector<std::byte> result(row * static_cast<size_t>(tensor.rows()));
  for (size_t r = 0; r < static_cast<size_t>(tensor.rows()) && row > 0; ++r) {
    std::memcpy(result.data() + r * row, tensor.as<std::byte>() + r * stride, row);
  }
  return result;
}

std::vector<float> real_values(const rt::Tensor& tensor) {
  const std::vector<std::byte> bytes = stored_bytes(tensor);
  const bool quantized = tensor.quantized();
  const float scale = quantized ? tensor.scale() : 1;
  const int32_t zero_point = quantized ? tensor.zero_point() : 0;
  switch (tensor.type) {
    case rt::ElementType::kUint8:
    case rt::ElementType::kBool:
      return convert<uint8_t>(bytes, scale, zero_point);
    case rt::ElementType::kUint16:
      return convert<uint16_t>(bytes, scale, zero_point);
    case rt::ElementType::kInt8:
      return convert<int8_t>(bytes, scale, zero_point);
    case rt::ElementType::kInt32:
      return convert<int32_t>(bytes, scale, zero_point);
    case rt::ElementType::kFloat32:
    case rt::ElementType::kNone:
      break;
  }
  std::vector<float> result(bytes.size() / sizeof(float));
  if (!result.empty()) std::memcpy(result.data(), bytes.data(), bytes.size());
  return result;
}

std::string file_stem(const std::string& node_name) {
  std::string result = node_name;
  std::replace(result.begin(), result.end(), '/', '_');
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
    const std::string& name = graph.values[static_cast<size_t>(graph.inputs[i])].name;
    const std::string stem = inputs.size() == 1 ? "input" : file_stem(name) + "_input";
    const std::vector<std::byte>& bytes = inputs[i].bytes;
    if (inputs[i].type == rt::ElementType::kUint8) {
      write_file(directory / (stem + "_uint8.bin"), bytes.data(), bytes.size());
      write_floats(directory / (stem + ".bin"), convert<uint8_t>(bytes, 1, 0));
    } else {
      write_file(directory / (stem + ".bin"), bytes.data(), bytes.size());
    }
  }
}

void dump_float_node(const std::filesystem::path& directory, const std::string& node, const rt::Tensor& tensor) {
  write_floats(node_file(directory, "float_model", node), real_values(tensor));
}

void dump_quantized_node(const std::filesystem::path& directory, const std::string& node, const rt::Tensor& tensor) {
  const std::vector<std::byte> bytes = stored_bytes(tensor);
  write_file(node_file(directory, "ptq_model", node), bytes.data(), bytes.size());
  write_floats(node_file(directory, "ptq_model_dequantize", node), real_values(tensor));
}

}  // namespace magik::transform

#include "transform/debug/dump.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "transform/error.h"
#include "transform/quantize/quantize.h"
#include "venus/core/dump_index.h"
#include "venus/core/files.h"
#include "venus/core/tensor_bytes.h"

namespace magik::transform {
namespace {

void write_file(const std::filesystem::path& path, const void* data, size_t bytes) {
  check(rt::make_directory(path.parent_path().string()));
  check(rt::write_file(path.string(), data, bytes));
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

std::vector<std::string> input_stems(const rt::Graph& graph) {
  if (graph.inputs.size() == 1) return {"input"};
  std::vector<std::string> stems = rt::file_stems(rt::list_values(graph));
  stems.resize(graph.inputs.size());
  for (std::string& stem : stems) stem += "_input";
  return stems;
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
  nlohmann::ordered_json json;
  json["all_type"] = nlohmann::ordered_json::array();
  for (const auto& [type, names] : quantizable_nodes(float_graph)) {
    json["all_type"].push_back(type);
    json[type] = names;
  }
  return json.dump(4) + "\n";
}

void dump_inputs(const rt::Graph& graph, const std::vector<InputData>& inputs, const std::filesystem::path& directory) {
  const std::vector<std::string> stems = input_stems(graph);
  for (size_t i = 0; i < inputs.size(); ++i) {
    const std::vector<std::byte>& bytes = inputs[i].bytes;
    if (inputs[i].type == rt::ElementType::kUint8) {
      write_file(directory / (stems[i] + kPixelsEnding), bytes.data(), bytes.size());
      write_floats(directory / (stems[i] + ".bin"), convert<uint8_t>(bytes.data(), bytes.size(), 1, 0));
    } else {
      write_file(directory / (stems[i] + ".bin"), bytes.data(), bytes.size());
    }
  }
}

void dump_float_node(const std::filesystem::path& directory, const std::string& file, const rt::Tensor& tensor) {
  write_floats(directory / kFloatFolder / file, real_values(tensor));
}

void dump_quantized_node(const std::filesystem::path& directory, const std::string& file, const rt::Tensor& tensor) {
  const std::vector<uint8_t> bytes = rt::dense_bytes(tensor);
  write_file(directory / kLevelsFolder / file, bytes.data(), bytes.size());
  write_floats(directory / kRealValuesFolder / file, real_values(tensor));
}

std::map<rt::ValueId, std::string> dump_files(const rt::Graph& graph) {
  const std::vector<std::string> stems = rt::file_stems(rt::list_values(graph));
  const std::vector<rt::ValueId> ids = rt::listed_ids(graph);
  std::map<rt::ValueId, std::string> files;
  for (size_t i = 0; i < ids.size(); ++i) files.emplace(ids[i], stems[i] + ".bin");
  return files;
}

void dump_index(const std::filesystem::path& directory, const rt::Graph& graph,
                const std::map<rt::ValueId, std::string>& files) {
  const std::vector<std::string> inputs = input_stems(graph);
  std::vector<rt::DumpedValue> values = rt::list_values(graph);
  const std::vector<rt::ValueId> ids = rt::listed_ids(graph);
  for (size_t i = 0; i < values.size(); ++i) {
    if (i < graph.inputs.size()) {
      const bool pixels = values[i].type == rt::ElementType::kUint8;
      values[i].file = "../" + inputs[i] + (pixels ? kPixelsEnding : ".bin");
    } else if (const auto found = files.find(ids[i]); found != files.end()) {
      values[i].file = found->second;
    }
  }
  const std::string text = rt::dump_index_text(values);
  write_file(directory / rt::kDumpIndexFile, text.data(), text.size());
}

}  // namespace magik::transform

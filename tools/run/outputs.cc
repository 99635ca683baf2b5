#include "run/outputs.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <map>
#include <memory>
#include <set>

#include "transform/data/input_bytes.h"
#include "transform/data/npy.h"
#include "venus/core/dump_index.h"
#include "venus/core/files.h"
#include "venus/core/tensor_bytes.h"

namespace magik::run {
namespace {

using rt::Status;

std::string stem(const std::string& path) {
  const size_t slash = path.rfind('/');
  const std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
  const size_t dot = name.rfind('.');
  return dot == std::string::npos || dot == 0 ? name : name.substr(0, dot);
}

// A file for each output.
std::vector<std::string> result_files(const std::string& input_file, const std::vector<std::string>& outputs) {
  std::vector<std::string> files;
  std::set<std::string> taken;
  for (const std::string& output : outputs) {
    files.push_back(stem(input_file) + "." + rt::unique_stem(taken, rt::file_stem(output)) + ".npy");
  }
  return files;
}

template <typename T>
void append(const rt::Tensor& tensor, std::vector<float>& values) {
  const rt::Quantization& q = *tensor.quantization;
  const std::vector<uint8_t> bytes = rt::dense_bytes(tensor);
  for (size_t i = 0; i < bytes.size() / sizeof(T); ++i) {
    T value;
    std::memcpy(&value, &bytes[i * sizeof(T)], sizeof value);
    values.push_back(q.enabled()
                         ? static_cast<float>(static_cast<int32_t>(value) - tensor.zero_point()) * tensor.scale()
                         : static_cast<float>(value));
  }
}

std::vector<float> floats_of(const rt::Tensor& tensor) {
  std::vector<float> values;
  values.reserve(static_cast<size_t>(tensor.elements()));
  switch (tensor.type) {
    case rt::ElementType::kFloat32:
      append<float>(tensor, values);
      break;
    case rt::ElementType::kInt32:
      append<int32_t>(tensor, values);
      break;
    case rt::ElementType::kUint16:
      append<uint16_t>(tensor, values);
      break;
    case rt::ElementType::kInt8:
      append<int8_t>(tensor, values);
      break;
    case rt::ElementType::kUint8:
    case rt::ElementType::kBool:
      append<uint8_t>(tensor, values);
      break;
    case rt::ElementType::kNone:
      break;
  }
  return values;
}

template <typename T>
std::vector<uint8_t> bytes_of(const std::vector<T>& values) {
  std::vector<uint8_t> bytes(values.size() * sizeof(T));
  if (!bytes.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

}  // namespace

std::vector<OutputFloats> read_outputs(const rt::Network& network, bool source_layout) {
  std::vector<OutputFloats> outputs;
  for (const rt::ValueId id : network.graph().outputs) {
    const rt::Value& value = network.graph().values[static_cast<size_t>(id)];
    const rt::Tensor tensor = network.tensor(id);
    OutputFloats output{value.name, std::vector<int64_t>(tensor.shape.begin(), tensor.shape.end()), floats_of(tensor)};
    if (source_layout && !value.source_axes.empty()) {
      const std::vector<uint8_t> bytes = transform::transpose(bytes_of(output.values), sizeof(float), output.shape,
                                                              transform::inverse_axes(value.source_axes));
      if (!bytes.empty()) std::memcpy(output.values.data(), bytes.data(), bytes.size());
      output.shape = transform::source_shape(tensor.shape, value.source_axes);
    }
    outputs.push_back(std::move(output));
  }
  return outputs;
}

size_t class_count(const std::vector<int64_t>& shape) {
  int64_t elements = 1;
  for (const int64_t dim : shape) elements *= dim;
  const bool one_row = std::count(shape.begin(), shape.end(), elements) != 0;
  return one_row && elements > 1 ? static_cast<size_t>(elements) : 0;
}

std::vector<ClassScore> best_classes(const OutputFloats& output, size_t count) {
  const size_t classes = class_count(output.shape);
  std::vector<ClassScore> scores;
  for (size_t i = 0; i < classes; ++i) scores.push_back({i, output.values[i]});
  std::stable_sort(scores.begin(), scores.end(),
                   [](const ClassScore& a, const ClassScore& b) { return a.score > b.score; });
  scores.resize(std::min(count, classes));
  return scores;
}

rt::Result<std::vector<std::string>> read_labels(const std::string& path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "r"), std::fclose);
  if (!file) return Status::error("%s: cannot open the labels: %s", path.c_str(), std::strerror(errno));
  std::vector<std::string> labels;
  std::string line;
  for (int c = std::fgetc(file.get());; c = std::fgetc(file.get())) {
    if (c != EOF && c != '\n') {
      if (c != '\r') line += static_cast<char>(c);
      continue;
    }
    if (c == '\n' || !line.empty()) labels.push_back(line);
    line.clear();
    if (c == EOF) return labels;
  }
}

Status check_result_files(const std::vector<Item>& items, const rt::Graph& graph) {
  std::vector<std::string> outputs;
  for (const rt::ValueId id : graph.outputs) outputs.push_back(graph.values[static_cast<size_t>(id)].name);
  std::map<std::string, std::string> inputs;  // by their results' files
  for (const Item& item : items) {
    for (const std::string& file : result_files(item.file, outputs)) {
      const auto inserted = inputs.emplace(file, item.file);
      if (inserted.second || inserted.first->second == item.file) continue;
      return Status::error(
          "--save-outputs: results of %s and of %s would both be %s; run them one by one into two folders",
          inserted.first->second.c_str(), item.file.c_str(), file.c_str());
    }
  }
  return {};
}

Status save_outputs(const std::string& directory, const std::string& input_file,
                    const std::vector<OutputFloats>& outputs) {
  MAGIK_RETURN_IF_ERROR(rt::make_directory(directory));
  std::vector<std::string> names;
  for (const OutputFloats& output : outputs) names.push_back(output.name);
  const std::vector<std::string> files = result_files(input_file, names);
  for (size_t i = 0; i < outputs.size(); ++i) {
    MAGIK_RETURN_IF_ERROR(transform::write_npy(
        directory + "/" + files[i], {outputs[i].shape, rt::ElementType::kFloat32, bytes_of(outputs[i].values)}));
  }
  return {};
}

}  // namespace magik::run

#include "run/outputs.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

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

std::vector<ClassScore> best_classes(const OutputFloats& output, size_t count) {
  const size_t classes = output.shape.empty() ? 0 : output.values.size();
  const bool one_row = std::count(output.shape.begin(), output.shape.end(), static_cast<int64_t>(classes)) != 0;
  if (!one_row || classes < 2) return {};
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

Status save_outputs(const std::string& directory, const std::string& input_file,
                    const std::vector<OutputFloats>& outputs) {
  MAGIK_RETURN_IF_ERROR(rt::make_directory(directory));
  for (const OutputFloats& output : outputs) {
    const std::string path = directory + "/" + stem(input_file) + "." + rt::file_stem(output.name) + ".npy";
    MAGIK_RETURN_IF_ERROR(
        transform::write_npy(path, {output.shape, rt::ElementType::kFloat32, bytes_of(output.values)}));
  }
  return {};
}

}  // namespace magik::run

#include "inspect/model_text.h"

#include <fmt/format.h>

#include <charconv>
#include <cstring>

#include "transform/data/file.h"
#include "transform/error.h"
#include "transform/frontends/frontend.h"
#include "venus/core/model_file.h"

namespace magik::inspect {
namespace {

using transform::check;
using transform::fail;

uint64_t fnv1a(const void* data, size_t bytes) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (size_t i = 0; i < bytes; ++i) hash = (hash ^ static_cast<const uint8_t*>(data)[i]) * 0x100000001b3u;
  return hash;
}

template <typename T>
T little_endian(const std::vector<uint8_t>& bytes, size_t offset) {
  T value;
  std::memcpy(&value, &bytes[offset], sizeof value);
  return value;
}

std::vector<int64_t> parse_shape(const std::string& text) {
  std::vector<int64_t> shape;
  const char* p = text.data();
  const char* const end = p + text.size();
  while (true) {
    int64_t dim = 0;
    const auto [next, error] = std::from_chars(p, end, dim);
    if (error != std::errc() || dim < 1) fail("--shape: \"{}\" is no list of dimensions like 1,3,224,224", text);
    shape.push_back(dim);
    if (next == end) return shape;
    if (*next != ',') fail("--shape: \"{}\" is no list of dimensions like 1,3,224,224", text);
    p = next + 1;
  }
}

template <typename T>
std::string list_text(const std::vector<T>& items) {
  constexpr size_t kMost = 16;
  if (items.size() <= kMost) return fmt::format("[{}]", fmt::join(items, ", "));
  const std::vector<T> first(items.begin(), items.begin() + kMost);
  return fmt::format("[{}, ... {} in all, fnv {:016x}]", fmt::join(first, ", "), items.size(),
                     fnv1a(items.data(), items.size() * sizeof(T)));
}

std::string quantization_text(const rt::Quantization& quantization) {
  if (!quantization.enabled()) return "";
  std::string text = fmt::format(" bits={} scale={}", quantization.bits, list_text(quantization.scale));
  if (!quantization.zero_point.empty()) text += " zero_point=" + list_text(quantization.zero_point);
  if (quantization.axis >= 0) text += fmt::format(" axis={}", quantization.axis);
  return text;
}

std::string value_text(const rt::Value& value) {
  std::string text = fmt::format("{} {} {}", value.name, rt::element_type_name(value.type), value.shape.text());
  if (!value.source_axes.empty()) {
    text += " source_axes=" + list_text(std::vector<int>(value.source_axes.begin(), value.source_axes.end()));
  }
  text += quantization_text(value.quantization);
  if (value.is_constant()) text += fmt::format(" fnv={:016x}", fnv1a(value.constant.data, value.constant.bytes));
  return text;
}

std::string attribute_text(const rt::Attributes::Data& data) {
  if (const auto* text = std::get_if<std::string>(&data)) return '"' + *text + '"';
  if (const auto* numbers = std::get_if<std::vector<float>>(&data)) return "float" + list_text(*numbers);
  return list_text(std::get<std::vector<int64_t>>(data));
}

std::string preprocessing_text(const rt::Preprocessing& preprocessing) {
  std::string text = preprocessing.kind == rt::InputKind::kPixels
                         ? fmt::format(" pixels {} {}", preprocessing.color, preprocessing.resize)
                         : " float";
  if (!preprocessing.mean.empty()) text += " mean=" + list_text(preprocessing.mean);
  if (!preprocessing.normal.empty()) text += " normal=" + list_text(preprocessing.normal);
  return text;
}

std::string names(const rt::Graph& graph, const std::vector<rt::ValueId>& ids) {
  std::vector<std::string> result;
  for (const rt::ValueId id : ids) {
    result.push_back(id == rt::kNoValue ? "-" : graph.values[static_cast<size_t>(id)].name);
  }
  return fmt::format("{}", fmt::join(result, ", "));
}

std::string golden_text(const rt::Golden& golden) {
  std::string text = "\ngolden test:\n";
  for (const rt::Constant& input : golden.inputs) {
    text += fmt::format("  input of {} bytes fnv={:016x}\n", input.bytes, fnv1a(input.data, input.bytes));
  }
  return text + fmt::format("  node checksums: {}\n", list_text(golden.node_checksums));
}

std::string header_text(const std::vector<uint8_t>& file) {
  return fmt::format("format: MGK1, version {}\nbytes: {}\ndescription bytes: {}\nweights at: {}\nchecksum: {:016x}\n",
                     little_endian<uint32_t>(file, 4), little_endian<uint64_t>(file, 8),
                     little_endian<uint64_t>(file, 16), little_endian<uint64_t>(file, 24),
                     little_endian<uint64_t>(file, 32));
}

}  // namespace

std::string graph_text(const rt::Graph& graph) {
  std::string text;
  if (!graph.soc.empty()) text += fmt::format("soc: {}\n", graph.soc);
  if (!graph.converter_version.empty()) text += fmt::format("converter: {}\n", graph.converter_version);
  text += "\ninputs:\n";
  for (size_t i = 0; i < graph.inputs.size(); ++i) {
    text += "  " + value_text(graph.values[static_cast<size_t>(graph.inputs[i])]);
    if (i < graph.preprocessing.size()) text += preprocessing_text(graph.preprocessing[i]);
    text += '\n';
  }
  text += "\noutputs:\n";
  for (const rt::ValueId id : graph.outputs) text += "  " + value_text(graph.values[static_cast<size_t>(id)]) + '\n';
  text += fmt::format("\nnodes: {}\n", graph.nodes.size());
  for (const rt::Node& node : graph.nodes) {
    text += fmt::format("  {} {}\n    in: {}\n", node.op, node.name, names(graph, node.inputs));
    for (const rt::ValueId id : node.outputs) {
      text += "    out: " + value_text(graph.values[static_cast<size_t>(id)]) + '\n';
    }
    for (const auto& [name, data] : node.attributes.entries()) {
      text += fmt::format("    {} = {}\n", name, attribute_text(data));
    }
  }
  text += "\nconstants:\n";
  for (const rt::Value& value : graph.values) {
    if (value.is_constant()) text += "  " + value_text(value) + '\n';
  }
  if (!graph.golden.empty()) text += golden_text(graph.golden);
  return text;
}

std::string model_text(const std::string& path, const std::vector<std::string>& shapes) {
  const std::vector<uint8_t> file = transform::read_file(path);
  if (file.size() >= rt::kHeaderBytes && std::memcmp(file.data(), "MGK1", 4) == 0) {
    if (!shapes.empty())
      fail("--shape: {} is converted, its shapes are fixed; source models may leave theirs open", path);
    return header_text(file) + graph_text(*check(rt::load_model_file(path)));
  }
  transform::ImportOptions options;
  options.shape_setting = "--shape";
  for (const std::string& shape : shapes) options.shapes.push_back(parse_shape(shape));
  return graph_text(transform::import_model(path, options));
}

}  // namespace magik::inspect

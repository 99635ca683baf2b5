#include "venus/core/dump_index.h"

#include <algorithm>
#include <cstdio>

#include "venus/core/json_text.h"

namespace magik::rt {
namespace {

// File systems allow 255 bytes. This leaves room for _input_data_shape_N_H_W_C, _Quantize_weight.bin and the like.
constexpr size_t kMaxStem = 160;

// FNV-1a: the same on every machine.
std::string checksum(const std::string& text) {
  uint32_t sum = 2166136261u;
  for (const char c : text) sum = (sum ^ static_cast<uint8_t>(c)) * 16777619u;
  char hex[9];
  std::snprintf(hex, sizeof hex, "%08x", static_cast<unsigned>(sum));
  return hex;
}

bool continues_utf8_character(char c) { return (static_cast<uint8_t>(c) & 0xC0) == 0x80; }

// Names of all values: a node's only output goes by the node's name.
std::vector<std::string> value_names(const Graph& graph) {
  std::vector<std::string> names;
  for (const Value& value : graph.values) names.push_back(value.name);
  for (const Node& node : graph.nodes) {
    if (node.outputs.size() == 1) names[static_cast<size_t>(node.outputs[0])] = node.name;
  }
  return names;
}

std::vector<std::string> input_names(const Graph& graph, const Node& node, const std::vector<std::string>& names) {
  std::vector<std::string> inputs;
  for (const ValueId id : node.inputs) {
    if (id == kNoValue || graph.values[static_cast<size_t>(id)].is_constant()) continue;
    inputs.push_back(names[static_cast<size_t>(id)]);
  }
  return inputs;
}

template <typename Items, typename ToText>
std::string list_text(const Items& items, const ToText& to_text) {
  std::string text = "[";
  for (const auto& item : items) text += (text.size() == 1 ? "" : ", ") + to_text(item);
  return text + "]";
}

}  // namespace

std::vector<DumpedValue> list_values(const Graph& graph) {
  const std::vector<std::string> names = value_names(graph);
  std::vector<DumpedValue> values;
  const auto add = [&](ValueId id, const std::string& op, std::vector<std::string> inputs) {
    const Value& value = graph.values[static_cast<size_t>(id)];
    values.push_back({names[static_cast<size_t>(id)], op, value.type, value.shape, "", std::move(inputs)});
  };
  for (const ValueId id : graph.inputs) add(id, kInputOp, {});
  for (const Node& node : graph.nodes) {
    for (const ValueId id : node.outputs) add(id, node.op, input_names(graph, node, names));
  }
  return values;
}

std::vector<ValueId> listed_ids(const Graph& graph) {
  std::vector<ValueId> ids = graph.inputs;
  for (const Node& node : graph.nodes) ids.insert(ids.end(), node.outputs.begin(), node.outputs.end());
  return ids;
}

std::string dump_index_text(const std::vector<DumpedValue>& values) {
  std::string text = "{\"values\": [";
  for (size_t i = 0; i < values.size(); ++i) {
    const DumpedValue& value = values[i];
    text += i == 0 ? "\n" : ",\n";
    text += "  {\"name\": " + json_text(value.name) + ", \"op\": " + json_text(value.op) + ", \"type\": \"" +
            element_type_name(value.type) +
            "\", \"shape\": " + list_text(value.shape, [](int32_t dim) { return std::to_string(dim); }) +
            ", \"file\": " + json_text(value.file) + ", \"inputs\": " + list_text(value.inputs, json_text) + "}";
  }
  return text + "\n]}\n";
}

std::set<std::string> listed_files(const std::string& index_text) {
  const std::string key = "\"file\": ";  // in no name: there its quotes have backslashes
  std::set<std::string> files;
  for (size_t at = index_text.find(key + '"'); at != std::string::npos; at = index_text.find(key + '"', at)) {
    const size_t start = at + key.size();
    at = start + 1;
    while (at < index_text.size() && index_text[at] != '"') at += index_text[at] == '\\' ? 2 : 1;
    if (at < index_text.size()) files.insert(index_text.substr(start, ++at - start));
  }
  return files;
}

std::string file_stem(const std::string& name) {
  std::string stem = name;
  std::replace(stem.begin(), stem.end(), '/', '_');
  if (stem.size() <= kMaxStem) return stem;
  const std::string end = "." + checksum(name);
  size_t length = kMaxStem - end.size();
  while (length > 0 && continues_utf8_character(stem[length])) --length;
  return stem.substr(0, length) + end;
}

std::string unique_stem(std::set<std::string>& taken, const std::string& stem) {
  std::string numbered = stem;
  for (int n = 2; !taken.insert(numbered).second; ++n) numbered = stem + "." + std::to_string(n);
  return numbered;
}

std::vector<std::string> file_stems(const std::vector<DumpedValue>& values) {
  std::vector<std::string> stems;
  std::set<std::string> inputs, nodes;
  for (const DumpedValue& value : values) {
    stems.push_back(unique_stem(value.op == kInputOp ? inputs : nodes, file_stem(value.name)));
  }
  return stems;
}

}  // namespace magik::rt

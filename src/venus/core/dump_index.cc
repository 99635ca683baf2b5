#include "venus/core/dump_index.h"

#include <algorithm>

#include "venus/core/json_text.h"

namespace magik::rt {
namespace {

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

std::string file_stem(const std::string& name) {
  std::string stem = name;
  std::replace(stem.begin(), stem.end(), '/', '_');
  return stem;
}

}  // namespace magik::rt

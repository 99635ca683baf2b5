#include "transform/quantize/rules.h"

#include <algorithm>
#include <unordered_map>

#include "transform/cli/log.h"
#include "transform/error.h"
#include "transform/ir/graph_edit.h"
#include "transform/text/closest.h"

namespace magik::transform {
namespace {

struct RuleEntry {
  const char* op;
  const char* user_type;
  Rule rule;
};

constexpr RuleEntry kRules[] = {
#define MAGIK_RULE(op, user_type, rule) {#op, user_type, Rule::rule},
#include "transform/quantize/rules.inc"
#undef MAGIK_RULE
};

const RuleEntry* find_rule(const std::string& op) {
  static const std::unordered_map<std::string, const RuleEntry*> index = [] {
    std::unordered_map<std::string, const RuleEntry*> result;
    for (const RuleEntry& entry : kRules) result.emplace(entry.op, &entry);
    return result;
  }();
  const auto found = index.find(op);
  return found == index.end() ? nullptr : found->second;
}

bool has_input(const rt::Node& node, size_t index) {
  return index < node.inputs.size() && node.inputs[index] != rt::kNoValue;
}

bool is_skipped(const rt::Node& node, const QuantizeSettings& settings) {
  return settings.skip_nodes.count(node.name) != 0 || settings.skip_ops.count(user_op_type(node)) != 0;
}

// Whether this node's values allow its rule: float activations, constant weights.
bool can_run_quantized(const rt::Graph& graph, const rt::Node& node) {
  const auto value = [&](size_t index) -> const rt::Value& {
    return graph.values[static_cast<size_t>(node.inputs[index])];
  };
  const auto is_float = [](const rt::Value& v) { return v.type == rt::ElementType::kFloat32; };
  bool any_activation = false;
  for (size_t index : activation_inputs(node)) {
    const rt::Value& input = value(index);
    if (!is_float(input) && !input.quantization.enabled()) return false;
    any_activation |= !input.is_constant();
  }
  for (rt::ValueId id : node.outputs) {
    if (!is_float(graph.values[static_cast<size_t>(id)])) return false;
  }
  const Rule rule = rule_of(node);
  if (rule == Rule::kWeighted) {
    return any_activation && value(1).is_constant() && (!has_input(node, 2) || value(2).is_constant());
  }
  if (node.op == "EltwiseDiv") {
    // A divisor near zero has few levels, so that only constant ones, which have no error to speak of, are quantized.
    if (!value(1).is_constant()) return false;
    const std::vector<float> divisor = floats_of(value(1));
    return any_activation && std::find(divisor.begin(), divisor.end(), 0.0f) == divisor.end();
  }
  return any_activation && rule != Rule::kFloat;
}

}  // namespace

void check_skip_names(const rt::Graph& graph, const QuantizeSettings& settings) {
  std::vector<std::string> nodes, types;
  for (const rt::Node& node : graph.nodes) nodes.push_back(node.name);
  for (const auto& [type, names] : quantizable_nodes(graph)) types.push_back(type);  // to be suggested first
  for (const RuleEntry& entry : kRules) types.push_back(entry.user_type);
  const auto check = [](const char* key, const char* what, const std::set<std::string>& names,
                        const std::vector<std::string>& known) {
    for (const std::string& name : names) {
      if (std::find(known.begin(), known.end(), name) == known.end()) {
        fail_setting("{}: there is no {} '{}'{}", key, what, name, did_you_mean(name, known));
      }
    }
  };
  check("QUANT_NODE_SKIP", "node", settings.skip_nodes, nodes);
  check("QUANT_OP_SKIP", "operator type", settings.skip_ops, types);
}

std::map<std::string, std::vector<std::string>> quantizable_nodes(const rt::Graph& graph) {
  std::map<std::string, std::vector<std::string>> nodes;
  for (const rt::Node& node : graph.nodes) {
    const rt::Value& output = graph.values[static_cast<size_t>(node.outputs[0])];
    if (rule_of(node) != Rule::kFloat && output.type == rt::ElementType::kFloat32) {
      nodes[user_op_type(node)].push_back(node.name);
    }
  }
  return nodes;
}

void warn_of_idle_skips(const rt::Graph& graph, const QuantizeSettings& settings) {
  std::vector<std::string> types;
  for (const auto& [type, nodes] : quantizable_nodes(graph)) types.push_back(type);
  for (const std::string& type : settings.skip_ops) {
    if (std::find(types.begin(), types.end(), type) != types.end()) continue;
    MAGIK_LOG_WARNING("QUANT_OP_SKIP: {} has no effect, the network has no such node to quantize; its types are {}",
                      type, fmt::join(types, ", "));
  }
}

std::string user_op_type(const std::string& op) {
  const RuleEntry* entry = find_rule(op);
  return entry ? entry->user_type : op;
}
std::string user_op_type(const rt::Node& node) { return user_op_type(node.op); }

Rule rule_of(const rt::Node& node) {
  if (node.op == "Resize" && node.attributes.text("mode") == "nearest") return Rule::kSameParameters;
  if (node.op == "BatchNormScale" && !has_input(node, 1) && !has_input(node, 2)) return Rule::kSameParameters;
  const RuleEntry* entry = find_rule(node.op);
  return entry ? entry->rule : Rule::kFloat;
}

bool writes_float(const rt::Node& node) {
  const RuleEntry* entry = find_rule(node.op);
  return entry && (entry->rule == Rule::kWeighted || entry->rule == Rule::kMixed);
}

bool reads_quantized_in_float(const rt::Node& node) {
  const RuleEntry* entry = find_rule(node.op);
  return entry && entry->rule == Rule::kMixed;
}

std::vector<size_t> activation_inputs(const rt::Node& node) {
  size_t count = 1;
  if (node.op == "Concat") {
    count = node.inputs.size();
  } else if (node.op.rfind("Eltwise", 0) == 0) {
    count = 2;
  }
  std::vector<size_t> result;
  for (size_t i = 0; i < count; ++i) {
    if (has_input(node, i)) result.push_back(i);
  }
  return result;
}

std::vector<Placement> place_nodes(const rt::Graph& graph, const QuantizeSettings& settings) {
  check_skip_names(graph, settings);
  const GraphIndex index(graph);
  const size_t count = graph.nodes.size();
  std::vector<Placement> placement(count, Placement::kFloat);

  // From the last node to the first, so that consumers are known.
  std::vector<bool> leads_to_weights(count);  // the node or one behind it has weights
  for (size_t i = count; i-- > 0;) {
    const rt::Node& node = graph.nodes[i];
    bool has_integer_consumer = false;
    leads_to_weights[i] = rule_of(node) == Rule::kWeighted;
    for (rt::ValueId output : node.outputs) {
      for (int consumer : index.consumers(output)) {
        const auto c = static_cast<size_t>(consumer);
        if (leads_to_weights[c]) leads_to_weights[i] = true;
        if (placement[c] != Placement::kFloat) has_integer_consumer = true;
      }
    }
    if (!leads_to_weights[i] || is_skipped(node, settings) || !can_run_quantized(graph, node)) continue;
    placement[i] = writes_float(node) && !has_integer_consumer ? Placement::kIntegerToFloat : Placement::kInteger;
  }
  return placement;
}

}  // namespace magik::transform

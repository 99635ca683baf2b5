#include "transform/quantize/quantize.h"

#include <algorithm>

#include "transform/error.h"
#include "transform/ir/graph_edit.h"
#include "transform/quantize/rules.h"
#include "transform/quantize/tables.h"
#include "transform/quantize/weights.h"

namespace magik::transform {
namespace {

// Builds the quantized graph beside the float one. The ids of the float graph stay valid in it; each activation has up
// to two forms there, levels and floats, and the one that its producer does not give is made at the first border where
// a node wants it.
class Quantizer {
 public:
  Quantizer(const rt::Graph& source, const StatisticsByName& statistics, const QuantizeSettings& settings,
            const std::map<std::string, rt::Quantization>& chosen)
      : source_(source),
        statistics_(statistics),
        settings_(settings),
        index_(source),
        placement_(place_nodes(source, settings)),
        chosen_(chosen),
        result_(source),
        levels_(source.values.size(), rt::kNoValue),
        floats_(source.values.size(), rt::kNoValue) {
    result_.nodes.clear();
    for (size_t i = 0; i < source.values.size(); ++i) {
      if (source.values[i].quantization.enabled())
        levels_[i] = static_cast<rt::ValueId>(i);
      else if (index_.producer(static_cast<rt::ValueId>(i)) < 0)
        floats_[i] = static_cast<rt::ValueId>(i);
    }
  }

  rt::Graph run() {
    for (size_t i = 0; i < source_.nodes.size(); ++i) {
      rt::Node node = source_.nodes[i];
      if (placement_[i] == Placement::kFloat) {
        convert_float(node);
      } else {
        convert_integer(node, placement_[i]);
      }
      node.attributes.erase("pre_activation");
      result_.nodes.push_back(std::move(node));
    }
    for (rt::ValueId& output : result_.outputs) output = as_floats(output);
    remove_dead(result_);  // the float weights
    return std::move(result_);
  }

 private:
  rt::Value& value(rt::ValueId id) { return result_.values[static_cast<size_t>(id)]; }
  const rt::Quantization& quantization_of(rt::ValueId id) { return value(id).quantization; }

  std::vector<double> channel_means_of(const std::string& name) const {
    const auto found = statistics_.find(name);
    return found == statistics_.end() ? std::vector<double>() : found->second.channel_means.means();
  }

  int feature_bits(const std::string& node) const {
    const auto found = settings_.node_feature_bits.find(node);
    return found == settings_.node_feature_bits.end() ? settings_.feature_bits : found->second;
  }

  void convert_float(rt::Node& node) {
    for (rt::ValueId& input : node.inputs) {
      if (input == rt::kNoValue) continue;
      const bool takes_levels = reads_quantized_in_float(node) && floats_[static_cast<size_t>(input)] == rt::kNoValue;
      input = takes_levels ? levels_[static_cast<size_t>(input)] : as_floats(input);
    }
    for (rt::ValueId output : node.outputs) floats_[static_cast<size_t>(output)] = output;
  }

  void convert_integer(rt::Node& node, Placement placement) {
    for (rt::ValueId output : node.outputs) {
      if (placement == Placement::kIntegerToFloat) {
        floats_[static_cast<size_t>(output)] = output;
        continue;
      }
      levels_[static_cast<size_t>(output)] = output;
      set_levels(value(output), chosen_.at(value(output).name));
    }
    const std::string x_name = value(node.inputs[0]).name;
    for (size_t i : activation_inputs(node)) node.inputs[i] = as_levels(node.inputs[i], node.name);
    if (rule_of(node) == Rule::kSameParameters) match_levels(node);
    if (!mixes_storage(node)) match_storage(node);

    switch (rule_of(node)) {
      case Rule::kWeighted:
        add_weights(node, channel_means_of(x_name));
        break;
      case Rule::kTable:
        add_operator_table(node);
        break;
      case Rule::kSameParameters:
      case Rule::kRequantizing:
      case Rule::kMixed:
      case Rule::kFloat:
        break;
    }
    if (placement == Placement::kInteger && node.attributes.has("pre_activation")) {
      add_activation_table(node, rule_of(node) == Rule::kWeighted ? 4 : 2);
    }
  }

  static void set_levels(rt::Value& value, const rt::Quantization& quantization) {
    value.type = rt::activation_type(quantization.bits);
    value.quantization = quantization;
  }

  // A one-input node at a border, with a new output value like `from` and of the same name as the node.
  rt::ValueId insert(const char* op, rt::ValueId from, const rt::Quantization& quantization) {
    rt::Value output;
    output.name = value(from).name + "/" + op;
    output.type = rt::ElementType::kFloat32;
    output.shape = value(from).shape;
    output.source_axes = value(from).source_axes;
    if (quantization.enabled()) set_levels(output, quantization);
    rt::Node node;
    node.op = op;
    node.name = output.name;
    node.inputs = {from};
    node.outputs = {result_.add_value(std::move(output))};
    result_.nodes.push_back(node);
    return node.outputs[0];
  }

  rt::ValueId as_floats(rt::ValueId id) {
    rt::ValueId& floats = floats_[static_cast<size_t>(id)];
    if (floats != rt::kNoValue) return floats;
    floats = insert("Dequantize", id, {});
    if (index_.is_output(id) && index_.producer(id) >= 0) {  // users look outputs up by name
      std::swap(value(floats).name, value(id).name);
      value(id).name = value(floats).name + "/Quantized";
    }
    return floats;
  }

  rt::ValueId as_levels(rt::ValueId id, const std::string& node_name) {
    rt::ValueId& levels = levels_[static_cast<size_t>(id)];
    if (levels == rt::kNoValue) {
      const rt::Value& source = source_.values[static_cast<size_t>(id)];
      levels = source.is_constant() ? quantize_constant(source, feature_bits(node_name))
                                    : insert("Quantize", id, chosen_.at(source.name));
    }
    return levels;
  }

  rt::ValueId quantize_constant(const rt::Value& source, int bits) {
    const std::vector<float> floats = floats_of(source);
    const auto [min, max] = std::minmax_element(floats.begin(), floats.end());
    rt::Value result = source;
    set_levels(result, activation_quantization(floats.empty() ? Range{} : Range{*min, *max}, bits));
    result.constant = make_levels(floats, result.quantization);
    return result_.add_value(std::move(result));
  }

  // Data movement whose output has levels of its own, because the user gave them.
  void match_levels(rt::Node& node) {
    if (!quantization_of(node.outputs[0]).enabled()) return;
    if (quantization_of(node.inputs[0]) == quantization_of(node.outputs[0])) return;
    if (node.op == "BatchNormScale") return;  // rescales by itself
    node.inputs[0] = insert("Requantize", node.inputs[0], quantization_of(node.outputs[0]));
  }

  // Whether the operator's kernels take u8 levels to u16 ones and back.
  static bool mixes_storage(const rt::Node& node) {
    const Rule rule = rule_of(node);
    return rule == Rule::kWeighted || rule == Rule::kMixed || activation_inputs(node).size() > 1;
  }

  // Gives the node its input in the output's width, over the same real interval.
  void match_storage(rt::Node& node) {
    const rt::Quantization& from = quantization_of(node.inputs[0]);
    const rt::Quantization& to = quantization_of(node.outputs[0]);
    if (!to.enabled() || rt::activation_type(from.bits) == rt::activation_type(to.bits)) return;
    const auto real = [&](int level) { return from.scale[0] * static_cast<float>(level - from.zero_point[0]); };
    const Range range{real(0), real((1 << from.bits) - 1)};
    node.inputs[0] = insert("Requantize", node.inputs[0], activation_quantization(range, to.bits));
  }

  void add_weights(rt::Node& node, const std::vector<double>& x_means) {
    const rt::Value weights = value(node.inputs[1]);
    const bool has_bias = node.inputs.size() > 2 && node.inputs[2] != rt::kNoValue;
    WeightedInputs inputs;
    inputs.weights = weights.constant.as<float>();
    if (has_bias) inputs.bias = value(node.inputs[2]).constant.as<float>();
    inputs.channels = static_cast<size_t>(weights.shape[0]);
    inputs.channel_weights = static_cast<size_t>(weights.shape.elements(1, weights.shape.rank()));
    if (node.op == "Conv2D") {
      inputs.taps = static_cast<size_t>(weights.shape.elements(1, 3));
      inputs.groups = static_cast<size_t>(node.attributes.integer("group", 1));
    }
    inputs.x_means = x_means;
    const QuantizedWeights quantized =
        quantize_weights(inputs, quantization_of(node.inputs[0]), settings_.weight_method, settings_.weight_bits);
    node.inputs[1] = add_quantized_weights(node, quantized);
    node.inputs.resize(std::max<size_t>(node.inputs.size(), 3), rt::kNoValue);
    node.inputs[2] = add_bias(has_bias ? value(node.inputs[2]).name : node.name + "/bias", quantized.bias);
    if (quantized.accumulator_bits != 32) node.attributes.set("accumulator_bits", quantized.accumulator_bits);
  }

  rt::ValueId add_bias(const std::string& name, const std::vector<int32_t>& levels) {
    rt::Value bias;
    bias.name = name;
    bias.type = rt::ElementType::kInt32;
    bias.shape = {static_cast<int32_t>(levels.size())};
    bias.constant = rt::Constant::copy_of(levels.data(), levels.size());
    return result_.add_value(std::move(bias));
  }

  // Nodes that share weights share the quantized ones too, where they agree.
  rt::ValueId add_quantized_weights(const rt::Node& node, const QuantizedWeights& quantized) {
    std::vector<rt::ValueId>& copies = weights_[node.inputs[1]];
    for (rt::ValueId copy : copies) {
      const auto* levels = value(copy).constant.as<int8_t>();
      if (quantization_of(copy) == quantized.quantization &&
          std::equal(quantized.weights.begin(), quantized.weights.end(), levels)) {
        return copy;
      }
    }
    rt::Value weights = value(node.inputs[1]);
    weights.type = rt::ElementType::kInt8;
    weights.quantization = quantized.quantization;
    weights.constant = rt::Constant::copy_of(quantized.weights.data(), quantized.weights.size());
    if (!copies.empty()) weights.name += "/" + node.name;
    copies.push_back(result_.add_value(std::move(weights)));
    return copies.back();
  }

  void add_operator_table(rt::Node& node) {
    const rt::UnaryFunction function = check(rt::make_unary_function(node.op, node.attributes));
    add_table(node, 1, function, quantization_of(node.inputs[0]));
  }

  void add_activation_table(rt::Node& node, size_t input) {
    const rt::UnaryFunction function =
        check(rt::make_smooth_activation(node.attributes.text("activation"), node.attributes));
    const rt::Quantization& pre = chosen_.at(node.attributes.text("pre_activation"));
    node.attributes.set("pre_bits", pre.bits);
    node.attributes.set("pre_scale", pre.scale[0]);
    node.attributes.set("pre_zero_point", pre.zero_point[0]);
    add_table(node, input, function, pre);
  }

  void add_table(rt::Node& node, size_t input, const rt::UnaryFunction& function, const rt::Quantization& from) {
    const rt::Quantization& to = quantization_of(node.outputs[0]);
    rt::Value table;
    table.name = node.name + "/table";
    table.type = rt::activation_type(to.bits);
    table.shape = {1 << from.bits};
    table.constant = make_table(function, from, to);
    node.inputs.resize(input + 1, rt::kNoValue);
    node.inputs[input] = result_.add_value(std::move(table));
  }

  const rt::Graph& source_;
  const StatisticsByName& statistics_;
  const QuantizeSettings& settings_;
  const GraphIndex index_;
  const std::vector<Placement> placement_;
  const std::map<std::string, rt::Quantization>& chosen_;
  rt::Graph result_;
  std::vector<rt::ValueId> levels_,
      floats_;  // the forms of each value of source_ in result_, kNoValue: not there (yet)
  std::map<rt::ValueId, std::vector<rt::ValueId>> weights_;  // quantized copies of float weights
};

}  // namespace

rt::Graph quantize(const rt::Graph& graph, const StatisticsByName& statistics, const QuantizeSettings& settings) {
  return quantize(graph, statistics, settings, choose_quantization(graph, statistics, settings));
}

rt::Graph quantize(const rt::Graph& graph, const StatisticsByName& statistics, const QuantizeSettings& settings,
                   const std::map<std::string, rt::Quantization>& chosen) {
  return Quantizer(graph, statistics, settings, chosen).run();
}

}  // namespace magik::transform

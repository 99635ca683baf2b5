// Chooses the levels of every activation. Values that must have equal levels form a class: the inputs and outputs of
// data movement, and of concatenations where that costs little precision.
#include <algorithm>
#include <cmath>

#include "transform/cli/progress.h"
#include "transform/error.h"
#include "transform/ir/graph_edit.h"
#include "transform/quantize/rules.h"
#include "venus/ops/unary_function.h"

namespace magik::transform {
namespace {

// How much coarser a value's levels may become for a concatenation, which then needs no requantization (and joins its
// inputs in place): half a bit, less where other nodes read the finer levels too.
constexpr float kConcatLoss = 1.5f, kSharedConcatLoss = 1.25f;
// Smooth activations look their result up in a table that this wide pre-activation indexes.
constexpr int kPreActivationBits = 12;

struct Levels {
  int bits = 0;
  Range range;
  bool pixels = false;  // scale 1, zero point 0: cannot change
  float coarsest = 0;   // limit of scale()

  float scale() const { return (range.max - range.min) / static_cast<float>((1 << bits) - 1); }
};

rt::Quantization quantization_of(const Levels& levels) {
  rt::Quantization result = activation_quantization(levels.range, levels.bits);
  if (levels.pixels) {
    result.scale = {1};
    result.zero_point = {0};
  }
  return result;
}

// The part of a pre-activation's range outside of which the activation's levels no longer change.
Range responsive_part(Range range, const rt::UnaryFunction& activation, const rt::Quantization& output) {
  const int max_level = (1 << output.bits) - 1;
  const auto level = [&](float x) {
    const double t = std::nearbyint(activation(x) / output.scale[0]) + output.zero_point[0];
    return std::clamp(t, 0.0, static_cast<double>(max_level));
  };
  const float step = (range.max - range.min) / (1 << kPreActivationBits);
  if (!(step > 0)) return range;
  while (range.max > step && level(range.max - step) == level(range.max)) range.max -= step;
  while (range.min < -step && level(range.min + step) == level(range.min)) range.min += step;
  return range;
}

class ParameterChooser {
 public:
  ParameterChooser(const rt::Graph& graph, const StatisticsByName& statistics, const QuantizeSettings& settings)
      : graph_(graph),
        statistics_(statistics),
        settings_(settings),
        index_(graph),
        placement_(place_nodes(graph, settings)),
        parent_(graph.values.size()) {
    for (size_t i = 0; i < parent_.size(); ++i) parent_[i] = static_cast<rt::ValueId>(i);
  }

  std::map<std::string, rt::Quantization> run() {
    join_equal_levels();
    choose_levels();
    for (const rt::Node& node : graph_.nodes) {
      if (node.op == "Concat") join_concat(node);
    }
    std::map<std::string, rt::Quantization> result;
    for_each_needed([&](rt::ValueId id) { result[value(id).name] = quantization_of(levels_.at(root(id))); });
    for (size_t i = 0; i < graph_.nodes.size(); ++i) {
      const std::string name = graph_.nodes[i].attributes.text("pre_activation");
      if (!name.empty() && placement_[i] == Placement::kInteger) {
        result[name] = pre_activation(graph_.nodes[i], name, result);
      }
    }
    return result;
  }

 private:
  const rt::Value& value(rt::ValueId id) const { return graph_.values[static_cast<size_t>(id)]; }

  rt::ValueId root(rt::ValueId id) const {
    while (parent_[static_cast<size_t>(id)] != id) id = parent_[static_cast<size_t>(id)];
    return id;
  }
  void join(rt::ValueId from, rt::ValueId to) { parent_[static_cast<size_t>(root(from))] = root(to); }

  // Whether the quantized network has this value as levels: an integer node reads or writes it so.
  bool needed(rt::ValueId id) const {
    if (value(id).is_constant() || value(id).quantization.enabled()) return false;
    const int producer = index_.producer(id);
    if (producer >= 0 && placement_[static_cast<size_t>(producer)] == Placement::kInteger) return true;
    for (int consumer : index_.consumers(id)) {
      if (placement_[static_cast<size_t>(consumer)] == Placement::kFloat) continue;
      const rt::Node& node = graph_.nodes[static_cast<size_t>(consumer)];
      for (size_t input : activation_inputs(node)) {
        if (node.inputs[input] == id) return true;
      }
    }
    return false;
  }

  template <typename Visit>
  void for_each_needed(const Visit& visit) const {
    for (size_t i = 0; i < graph_.values.size(); ++i) {
      if (needed(static_cast<rt::ValueId>(i))) visit(static_cast<rt::ValueId>(i));
    }
  }

  // Widths and ranges are keyed by the node that gives the value, those of inputs by the input's name.
  const std::string& key_of(rt::ValueId id) const {
    const int producer = index_.producer(id);
    return producer < 0 ? value(id).name : graph_.nodes[static_cast<size_t>(producer)].name;
  }

  int width_of(rt::ValueId id) const {
    if (value(id).quantization.enabled()) return value(id).quantization.bits;
    const auto found = settings_.node_feature_bits.find(key_of(id));
    return found == settings_.node_feature_bits.end() ? settings_.feature_bits : found->second;
  }

  // Data movement to which the user gave other levels than its input has.
  bool has_own_levels(const rt::Node& node) const {
    const auto bits = settings_.node_feature_bits.find(node.name);
    return settings_.node_ranges.count(node.name) != 0 ||
           (bits != settings_.node_feature_bits.end() && bits->second != width_of(root(node.inputs[0])));
  }

  bool keeps_levels(const rt::Node& node) const {
    const rt::ValueId first = node.inputs.empty() ? rt::kNoValue : node.inputs[0];
    if (first == rt::kNoValue || value(first).is_constant() || has_own_levels(node)) return false;
    if (rule_of(node) == Rule::kSameParameters) return true;
    return node.op == "Concat" &&
           std::all_of(node.inputs.begin(), node.inputs.end(), [&](rt::ValueId id) { return root(id) == root(first); });
  }

  void join_equal_levels() {
    for (const rt::Node& node : graph_.nodes) {
      if (!keeps_levels(node)) continue;
      for (rt::ValueId output : node.outputs) join(output, node.inputs[0]);
    }
  }

  const Histogram& histogram_of(const std::string& name) const {
    const auto found = statistics_.find(name);
    if (found == statistics_.end()) fail("the calibration has no statistics of '{}'", name);
    return found->second.histogram;
  }

  // The range that the user gave to the value or, where data movement made it, to what it was moved from; null: none.
  const Range* given_range(rt::ValueId id) const {
    const auto found = settings_.node_ranges.find(key_of(id));
    if (found != settings_.node_ranges.end()) return &found->second;
    const int producer = index_.producer(id);
    if (producer < 0) return nullptr;
    const rt::Node& node = graph_.nodes[static_cast<size_t>(producer)];
    const bool moves = rule_of(node) == Rule::kSameParameters && !value(node.inputs[0]).is_constant();
    return moves ? given_range(root(node.inputs[0])) : nullptr;
  }

  // Levels of each class, from its root: the value that data movement starts from.
  void choose_levels() {
    std::set<rt::ValueId> roots;
    for_each_needed([&](rt::ValueId id) { roots.insert(root(id)); });
    Progress progress("compute_feature_scale", roots.size());
    for (rt::ValueId id : roots) {
      Levels& levels = levels_[id];
      levels.bits = width_of(id);
      levels.pixels = value(id).quantization.enabled();
      if (const Range* given = given_range(id)) {
        levels.range = *given;
      } else if (!levels.pixels) {
        levels.range = choose_range(histogram_of(value(id).name), settings_.feature_method, levels.bits);
      }
      levels.coarsest = kConcatLoss * levels.scale();
      progress.advance();
    }
  }

  // Whether only `concat` reads values of this class, beside the data movement inside it.
  bool is_only_for(rt::ValueId class_root, const rt::Node& concat) const {
    for (size_t i = 0; i < parent_.size(); ++i) {
      if (root(static_cast<rt::ValueId>(i)) != class_root) continue;
      for (int consumer : index_.consumers(static_cast<rt::ValueId>(i))) {
        const rt::Node& node = graph_.nodes[static_cast<size_t>(consumer)];
        if (&node != &concat && root(node.outputs[0]) != class_root) return false;
      }
    }
    return true;
  }

  void join_concat(const rt::Node& concat) {
    for (rt::ValueId input : concat.inputs) {
      const rt::ValueId from = root(input), to = root(concat.outputs[0]);
      const auto a = levels_.find(from), b = levels_.find(to);
      if (from == to || a == levels_.end() || b == levels_.end()) continue;
      if (a->second.pixels || b->second.pixels || a->second.bits != b->second.bits) continue;
      Levels joined = b->second;
      joined.range = {std::min(a->second.range.min, joined.range.min), std::max(a->second.range.max, joined.range.max)};
      joined.coarsest = std::min(a->second.coarsest, joined.coarsest);
      if (!is_only_for(from, concat))
        joined.coarsest = std::min(joined.coarsest, kSharedConcatLoss * a->second.scale());
      if (joined.scale() > joined.coarsest) continue;
      join(from, to);
      b->second = joined;
      levels_.erase(a);
    }
  }

  rt::Quantization pre_activation(const rt::Node& node, const std::string& name,
                                  const std::map<std::string, rt::Quantization>& chosen) const {
    const Histogram& histogram = histogram_of(name);
    const rt::UnaryFunction activation =
        check(rt::make_smooth_activation(node.attributes.text("activation"), node.attributes));
    const rt::Quantization& output = chosen.at(value(node.outputs[0]).name);
    return activation_quantization(responsive_part({histogram.min(), histogram.max()}, activation, output),
                                   kPreActivationBits);
  }

  const rt::Graph& graph_;
  const StatisticsByName& statistics_;
  const QuantizeSettings& settings_;
  const GraphIndex index_;
  const std::vector<Placement> placement_;
  std::vector<rt::ValueId> parent_;       // of the union-find over values
  std::map<rt::ValueId, Levels> levels_;  // of each class, by its root
};

}  // namespace

std::map<std::string, rt::Quantization> choose_quantization(const rt::Graph& graph, const StatisticsByName& statistics,
                                                            const QuantizeSettings& settings) {
  return ParameterChooser(graph, statistics, settings).run();
}

}  // namespace magik::transform

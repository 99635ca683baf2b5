// One walk over the graph in execution order. Permute nodes are not emitted but remembered: a value of the source is
// known as Permute(stored, perm), where `stored` is what the new graph computes. Operators that work in any layout
// compute on the stored values (layout_rules.h) and pass the permutation on, so that inverse ones cancel, adjacent ones
// merge and identities vanish. Only where an operator needs its input in the source's own layout a Permute is emitted
// again, or a Reshape where that does the same.
#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "transform/error.h"
#include "transform/passes/layout_demand.h"
#include "transform/passes/layout_rules.h"
#include "transform/passes/passes.h"
#include "transform/passes/rewrite.h"
#include "venus/core/operator.h"

namespace magik::transform {
namespace {

struct Layout {
  rt::ValueId stored = rt::kNoValue;
  Permutation perm;
  // No other value of the source is held by `stored`, which may then take this one's name.
  bool sole = true;
};

class PermuteSinker {
 public:
  explicit PermuteSinker(rt::Graph& graph) : graph_(graph), index_(graph), demands_(demanded_layouts(graph)) {
    for (size_t i = 0; i < graph.values.size(); ++i) {
      layouts_.push_back({static_cast<rt::ValueId>(i), identity_permutation(graph.values[i].shape.rank())});
      names_.insert(graph.values[i].name);
    }
  }

  bool run() {
    const std::vector<rt::Node> before = std::exchange(graph_.nodes, {});
    const std::vector<rt::ValueId> outputs = graph_.outputs;
    for (const rt::Node& node : before) {
      if (node.op == "Permute") {
        absorb(node);
      } else if (node.op == "Reshape" || node.op == "Flatten") {
        reshape(node);
      } else {
        compute(node);
      }
    }
    name_absorbed();
    finish_outputs();
    for (rt::Node& node : graph_.nodes) node.name = value(node.outputs.back()).name;

    const auto same = [](const rt::Node& a, const rt::Node& b) {
      return std::tie(a.op, a.name, a.inputs, a.outputs) == std::tie(b.op, b.name, b.inputs, b.outputs);
    };
    const bool unchanged = outputs == graph_.outputs &&
                           std::equal(before.begin(), before.end(), graph_.nodes.begin(), graph_.nodes.end(), same);
    remove_dead(graph_);
    return !unchanged;
  }

 private:
  rt::Value& value(rt::ValueId id) { return value_of(graph_, id); }
  Layout& layout(rt::ValueId id) { return layouts_[static_cast<size_t>(id)]; }
  const std::optional<Permutation>& demand(rt::ValueId id) const { return demands_[static_cast<size_t>(id)]; }

  std::string unique(const std::string& name) {
    std::string result = name;
    for (int i = 1; !names_.insert(result).second; ++i) result = fmt::format("{}_{}", name, i);
    return result;
  }

  // Only computed values; inputs, constants and the node of mean and normal keep their names.
  bool can_rename(rt::ValueId id) const {
    for (const rt::Node& node : graph_.nodes) {
      if (std::find(node.outputs.begin(), node.outputs.end(), id) != node.outputs.end()) {
        return !is_input_normalization(graph_, node);
      }
    }
    return false;
  }

  void absorb(const rt::Node& node) {
    const Layout& input = layout(node.inputs[0]);
    const rt::ValueId output = node.outputs[0];
    Layout result = {input.stored, compose(input.perm, node.attributes.integers("perm")),
                     input.sole && index_.has_single_use(node.inputs[0])};
    if (result.sole && !is_layout_name(value(output).name)) absorbed_.push_back(output);
    layout(output) = std::move(result);
  }

  // What has to be done to the stored value, with leading axes of size 1 if `wanted` has more, to have the source's
  // value x as t where x = Permute(t, wanted).
  std::pair<rt::Shape, Permutation> move_to(rt::ValueId id, const Permutation& wanted) {
    const Layout& from = layout(id);
    const rt::Shape& stored = value(from.stored).shape;
    const int added = static_cast<int>(wanted.size()) - stored.rank();
    rt::Shape shape;
    for (int i = 0; i < added; ++i) shape.push_back(1);
    for (const int32_t dim : stored) shape.push_back(dim);
    Permutation perm = identity_permutation(added);
    for (const int64_t axis : from.perm) perm.push_back(axis + added);
    return {shape, compose(perm, inverse(wanted))};
  }

  void emit(const char* op, const char* attribute, const std::vector<int64_t>& axes, rt::ValueId from, rt::ValueId to) {
    rt::Node node;
    node.op = op;
    node.inputs = {from};
    node.outputs = {to};
    node.attributes.set(attribute, axes);
    graph_.nodes.push_back(std::move(node));
  }

  // The reshape's dimensions; the batch stays open for a reshape of the network at run time.
  std::vector<int64_t> open_batch(const rt::Shape& from, const rt::Shape& to) {
    std::vector<int64_t> dims(to.begin(), to.end());
    if (from.rank() > 0 && !dims.empty() && from[0] == to[0]) dims[0] = 0;
    return dims;
  }

  rt::ValueId permuted_constant(rt::ValueId id, const rt::Shape& shape, const Permutation& move) {
    rt::Node node;
    node.op = "Permute";
    node.name = value(id).name;
    node.inputs = node.outputs = {0};
    node.attributes.set("perm", move);
    rt::Value result = value(id);
    const std::vector<rt::HostTensor> evaluated =
        check(rt::evaluate_node(node, {{result.type, shape, result.constant}}));
    result.name = unique(source_name(result.name) + kPermutedSuffix);
    result.shape = evaluated[0].shape;
    result.constant = evaluated[0].data;
    return graph_.add_value(std::move(result));
  }

  // The value t for which the source's value is Permute(t, wanted), emitted where it does not exist yet.
  rt::ValueId in_layout(rt::ValueId id, const Permutation& wanted) {
    const rt::ValueId stored = layout(id).stored;
    const auto [shape, move] = move_to(id, wanted);
    if (is_identity(move) || shape.elements() == 1) return stored;
    const auto known = moved_.find({stored, move});
    if (known != moved_.end()) return known->second;
    rt::ValueId result;
    if (value(stored).is_constant()) {
      result = permuted_constant(stored, shape, move);
    } else {
      result = is_identity(wanted) && stored != id ? id : add_moved(id, shape, move, wanted);
      value(result).shape = permuted(shape, move);
      emit_move(stored, shape, move, result);
    }
    return moved_[{stored, move}] = result;
  }

  rt::ValueId add_moved(rt::ValueId id, const rt::Shape& shape, const Permutation& move, const Permutation& wanted) {
    rt::Value moved;
    const std::string suffix = is_identity(wanted) ? kSourceSuffix : wanted == kToNchw ? kNhwcSuffix : kPermutedSuffix;
    moved.name = unique(source_name(value(id).name) + suffix);
    moved.type = value(id).type;
    moved.shape = permuted(shape, move);
    if (value(id).shape.rank() == static_cast<int>(wanted.size())) {
      moved.source_axes = permuted_source_axes(source_axes_of(id), inverse(wanted));
    }
    return graph_.add_value(std::move(moved));
  }

  void emit_move(rt::ValueId from, const rt::Shape& shape, const Permutation& move, rt::ValueId to) {
    const rt::Shape& target = value(to).shape;
    if (keeps_order(shape, move)) {
      emit("Reshape", "shape", open_batch(value(from).shape, target), from, to);
      return;
    }
    if (shape != value(from).shape) {
      rt::Value widened = value(from);
      widened.name = unique(widened.name + "/broadcast");
      widened.shape = shape;
      widened.source_axes.clear();
      const rt::ValueId wide = graph_.add_value(std::move(widened));
      emit("Reshape", "shape", open_batch(value(from).shape, shape), from, wide);
      from = wide;
    }
    emit("Permute", "perm", move, from, to);
  }

  // How the axes of the frontend's value relate to the source's. A stored value's own axes have been permuted since.
  std::vector<uint8_t> source_axes_of(rt::ValueId id) {
    const Layout& l = layout(id);
    return l.stored == id ? permuted_source_axes(value(id).source_axes, l.perm) : value(id).source_axes;
  }

  // The node's output now holds the source's value as Permute(stored, after).
  void set_output_layout(rt::ValueId id, const Permutation& after) {
    if (id == rt::kNoValue) return;
    value(id).shape = permuted(value(id).shape, inverse(after));
    value(id).source_axes = permuted_source_axes(value(id).source_axes, inverse(after));
    layout(id) = {id, after, true};
  }

  void compute(rt::Node node) {
    const Permutation perm = choose_layout(node);
    std::optional<Permutation> after;
    if (!is_identity(perm)) {
      const rt::ValueId first = node.inputs[0];
      const rt::Shape source = permuted(value(layout(first).stored).shape, layout(first).perm);
      after = move_above_permute(graph_, node, source, perm);
    }
    const Operands operands = operands_of(node);
    for (size_t i = 0; i < node.inputs.size(); ++i) {
      rt::ValueId& input = node.inputs[i];
      if (input == rt::kNoValue) continue;
      const bool is_operand = i == 0 || operands != Operands::kFirst;
      input = in_layout(input, after && is_operand ? perm : identity_permutation(rank(input)));
    }
    if (after) {
      for (const rt::ValueId output : node.outputs) set_output_layout(output, *after);
    }
    graph_.nodes.push_back(std::move(node));
  }

  int rank(rt::ValueId id) { return static_cast<int>(layout(id).perm.size()); }

  // The layout of the operands, and of the output where it is theirs, that moves the least memory.
  Permutation choose_layout(const rt::Node& node) {
    if (node.inputs.empty() || node.inputs[0] == rt::kNoValue) return {};
    if (operands_of(node) == Operands::kFirst) return layout(node.inputs[0]).perm;

    const rt::ValueId output = node.outputs[0];
    const int output_rank = value(output).shape.rank();
    std::vector<Permutation> candidates;
    for (const rt::ValueId input : node.inputs) {
      if (!value(input).is_constant() && rank(input) == output_rank) candidates.push_back(layout(input).perm);
    }
    // Of equally good ones the first: NHWC before other permutations before the source's layout.
    const auto preference = [](const Permutation& p) { return p == kToNchw ? 0 : is_identity(p) ? 2 : 1; };
    std::stable_sort(candidates.begin(), candidates.end(),
                     [&](const Permutation& a, const Permutation& b) { return preference(a) < preference(b); });
    if (demand(output)) candidates.push_back(inverse(*demand(output)));
    candidates.push_back(identity_permutation(output_rank));

    // Elements that are moved in all; of those the ones before the node, so that Permutes only ever move down when
    // nothing is gained; nodes that are added.
    const auto cost = [&](const Permutation& candidate) {
      int64_t before = 0, after = 0, nodes = 0;
      for (const rt::ValueId input : node.inputs) {
        if (input == rt::kNoValue || value(input).is_constant()) continue;
        const auto [shape, move] = move_to(input, candidate);
        if (moved_.count({layout(input).stored, move}) > 0) continue;  // an earlier reader had it moved
        if (!keeps_order(shape, move)) before += shape.elements();
        if (!is_identity(move)) ++nodes;
      }
      const rt::Shape stored = permuted(value(output).shape, inverse(candidate));
      if (demand(output) && !keeps_order(stored, compose(candidate, *demand(output)))) after = stored.elements();
      return std::tuple(before + after, before, nodes);
    };
    return *std::min_element(candidates.begin(), candidates.end(),
                             [&](const Permutation& a, const Permutation& b) { return cost(a) < cost(b); });
  }

  void reshape(rt::Node node) {
    const Layout from = layout(node.inputs[0]);
    const rt::ValueId output = node.outputs[0];
    const rt::Shape reshaped = value(output).shape;
    ReshapePlan plan = plan_reshape(value(from.stored).shape, from.perm, reshaped);
    // Axes of size 1 go where the readers want them.
    if (demand(output) && keeps_order(plan.target, compose(plan.after, *demand(output)))) {
      plan.target = permuted(reshaped, *demand(output));
      plan.after = inverse(*demand(output));
    }
    const rt::ValueId input = in_layout(node.inputs[0], compose(inverse(plan.before), from.perm));
    if (!is_identity(from.perm) || !is_identity(plan.after)) rewrite_reshape(node, from.perm, input, plan, reshaped);
    node.inputs[0] = input;
    set_output_layout(output, plan.after);
    graph_.nodes.push_back(std::move(node));
  }

  // Keeps the type Flatten where it means the same, and dimensions that are copied (0) or inferred (-1) open.
  void rewrite_reshape(rt::Node& node, const Permutation& perm, rt::ValueId input, const ReshapePlan& plan,
                       const rt::Shape& reshaped) {
    const rt::Shape& from = value(input).shape;
    if (node.op == "Flatten") {
      const int axis = static_cast<int>(node.attributes.integer("axis", 1));
      if (plan.target == rt::Shape{static_cast<int32_t>(from.elements(0, axis)),
                                   static_cast<int32_t>(from.elements(axis, from.rank()))}) {
        return;
      }
    }
    std::vector<int64_t> dims = open_batch(from, plan.target);
    const std::vector<int64_t> source_dims = node.attributes.integers("shape");
    if (source_dims.size() == static_cast<size_t>(reshaped.rank())) {
      for (size_t i = 0; i < dims.size(); ++i) {
        if (source_dims[i] == -1) dims[static_cast<size_t>(plan.after[i])] = -1;
      }
    }
    // A batch that moved away from axis 0 is not copied.
    if (!dims.empty() && dims[0] == 0 && (perm[0] != 0 || plan.after[0] != 0 || plan.before[0] != 0)) {
      dims[0] = plan.target[0];
    }
    node.op = "Reshape";
    node.attributes = {};
    node.attributes.set("shape", dims);
  }

  // A node that absorbed a Transpose of the source, and nobody needs the tensor before it, carries the Transpose's
  // name.
  void name_absorbed() {
    std::set<rt::ValueId> emitted;
    for (const rt::Node& node : graph_.nodes) emitted.insert(node.outputs.begin(), node.outputs.end());
    for (const rt::ValueId id : absorbed_) {
      const rt::ValueId stored = layout(id).stored;
      if (emitted.count(id) > 0 || !can_rename(stored)) continue;
      value(stored).name = value(id).name;
      value(stored).source_axes = permuted_source_axes(value(id).source_axes, inverse(layout(id).perm));
    }
  }

  // Images stay NHWC, everything else has the source's layout; outputs keep their names.
  void finish_outputs() {
    std::vector<rt::Value> tensors;  // name and axes as they are before any value takes another output's name
    for (const rt::ValueId output : graph_.outputs) {
      tensors.push_back(value(output));
      tensors.back().source_axes = source_axes_of(output);
    }
    std::set<rt::ValueId> taken;
    for (size_t i = 0; i < tensors.size(); ++i) {
      rt::ValueId& output = graph_.outputs[i];
      const Layout from = layout(output);
      const bool keep = is_identity(from.perm) || from.perm == kToNchw;
      const Permutation perm = keep ? from.perm : identity_permutation(rank(output));
      const rt::ValueId result = keep ? from.stored : in_layout(output, perm);
      const std::vector<uint8_t> axes = permuted_source_axes(tensors[i].source_axes, inverse(perm));
      output = name_output(result, source_name(tensors[i].name), axes, taken.count(result) == 0);
      taken.insert(output);
    }
  }

  rt::ValueId name_output(rt::ValueId id, const std::string& name, const std::vector<uint8_t>& axes, bool free) {
    if (value(id).name != name && (!free || !can_rename(id))) {
      rt::Value copy = value(id);
      copy.constant = {};
      copy.quantization = {};
      const rt::ValueId result = graph_.add_value(std::move(copy));
      rt::Node node;
      node.op = "Identity";
      node.inputs = {id};
      node.outputs = {result};
      graph_.nodes.push_back(std::move(node));
      id = result;
    }
    value(id).name = name;
    value(id).source_axes = axes;
    return id;
  }

  rt::Graph& graph_;  // nodes: those emitted so far
  const GraphIndex index_;
  const std::vector<std::optional<Permutation>> demands_;
  std::vector<Layout> layouts_;  // of the values before the pass
  std::map<std::pair<rt::ValueId, Permutation>, rt::ValueId> moved_;
  std::vector<rt::ValueId> absorbed_;  // outputs of the source's Transposes that are the only readers of their input
  std::set<std::string> names_;
};

}  // namespace

bool sink_permutes(rt::Graph& graph) { return PermuteSinker(graph).run(); }

}  // namespace magik::transform

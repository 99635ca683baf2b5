#include "transform/passes/layout_rules.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "transform/passes/rewrite.h"

namespace magik::transform {
namespace {

using Axes = std::vector<int64_t>;

struct Context {
  const rt::Graph& graph;
  rt::Node& node;
  const rt::Shape& source;
  const Permutation& perm;

  int64_t rank() const { return static_cast<int64_t>(perm.size()); }
  int64_t stored_axis(int64_t source_axis) const { return perm[static_cast<size_t>(source_axis)]; }
  Axes stored_axes(Axes axes) const {
    for (int64_t& axis : axes) axis = stored_axis(axis);
    return axes;
  }
  Axes axes_or_all(const char* name) const {
    return node.attributes.has(name) ? node.attributes.integers(name) : identity_permutation(source.rank());
  }
};
using Rule = std::optional<Permutation> (*)(const Context&);

// Axes are told apart by labels. The permutation that turns the axes `stored` into the order `source`.
Permutation between(const Axes& stored, const Axes& source) {
  Permutation perm;
  for (const int64_t label : source) perm.push_back(std::find(stored.begin(), stored.end(), label) - stored.begin());
  return perm;
}

bool contains(const Axes& axes, int64_t axis) { return std::find(axes.begin(), axes.end(), axis) != axes.end(); }

// Of `labels`, those that are not in `removed`.
Axes without(const Axes& labels, const Axes& removed) {
  Axes rest;
  std::copy_if(labels.begin(), labels.end(), std::back_inserter(rest),
               [&](int64_t l) { return !contains(removed, l); });
  return rest;
}

// Labels are the axes of `stored` in all rules: the source's axes are then `perm` itself.
Permutation after_removing(const Context& c, const Axes& stored_axes) {
  return between(without(identity_permutation(static_cast<int>(c.rank())), stored_axes), without(c.perm, stored_axes));
}

std::optional<Permutation> any_layout(const Context& c) { return c.perm; }

std::optional<Permutation> along_axis(const Context& c) {
  c.node.attributes.set("axis", c.stored_axis(c.node.attributes.integer("axis", 0)));
  return c.perm;
}

std::optional<Permutation> channels_last(const Context& c) {
  if (c.perm.empty() || c.perm.back() != c.rank() - 1) return {};
  return c.perm;
}

std::optional<Permutation> batch_norm_scale(const Context& c) {
  return c.node.inputs.size() == 1 ? any_layout(c) : channels_last(c);
}

std::optional<Permutation> prelu(const Context& c) {
  return value_of(c.graph, c.node.inputs[1]).shape.elements() == 1 ? any_layout(c) : channels_last(c);
}

std::optional<Permutation> slice(const Context& c) {
  Axes axes = identity_permutation(static_cast<int>(c.node.attributes.integers("starts").size()));
  if (c.node.attributes.has("axes")) axes = c.node.attributes.integers("axes");
  c.node.attributes.set("axes", c.stored_axes(axes));
  return c.perm;
}

// Entries of a list that has one for each axis, in the stored order.
template <typename T>
std::vector<T> reorder(const Permutation& perm, const std::vector<T>& entries, size_t offset = 0) {
  std::vector<T> result(perm.size());
  for (size_t i = 0; i < perm.size(); ++i) result[static_cast<size_t>(perm[i])] = entries[offset + i];
  return result;
}

std::optional<Permutation> pad(const Context& c) {
  const Axes pads = c.node.attributes.integers("pads");
  Axes stored = reorder(c.perm, pads);
  const Axes ends = reorder(c.perm, pads, c.perm.size());
  stored.insert(stored.end(), ends.begin(), ends.end());
  c.node.attributes.set("pads", stored);
  return c.perm;
}

std::optional<Permutation> entry_per_axis(const Context& c, const char* name) {
  const Axes entries = c.node.attributes.integers(name);
  if (entries.size() != c.perm.size()) return {};
  c.node.attributes.set(name, reorder(c.perm, entries));
  return c.perm;
}
std::optional<Permutation> expand(const Context& c) { return entry_per_axis(c, "shape"); }
std::optional<Permutation> tile(const Context& c) { return entry_per_axis(c, "repeats"); }

std::optional<Permutation> resize(const Context& c) {
  if (c.node.attributes.has("sizes")) {
    c.node.attributes.set("sizes", reorder(c.perm, c.node.attributes.integers("sizes")));
  }
  if (c.node.attributes.has("scales")) {
    c.node.attributes.set("scales", reorder(c.perm, c.node.attributes.numbers("scales")));
  }
  return c.perm;
}

std::optional<Permutation> reduce(const Context& c) {
  const Axes axes = c.stored_axes(c.axes_or_all("axes"));
  c.node.attributes.set("axes", axes);
  return c.node.attributes.integer("keepdims", 1) != 0 ? c.perm : after_removing(c, axes);
}

std::optional<Permutation> arg_max(const Context& c) {
  const int64_t axis = c.stored_axis(c.node.attributes.integer("axis", 0));
  c.node.attributes.set("axis", axis);
  return c.node.attributes.integer("keepdims", 1) != 0 ? c.perm : after_removing(c, {axis});
}

std::optional<Permutation> gather(const Context& c) {
  const int64_t axis = c.stored_axis(c.node.attributes.integer("axis", 0));
  c.node.attributes.set("axis", axis);
  // The axes of the indices stand where the gathered axis was, in both orders.
  Axes index_axes;
  for (int i = 0; i < value_of(c.graph, c.node.inputs[1]).shape.rank(); ++i) index_axes.push_back(c.rank() + i);
  const auto replace = [&](const Axes& labels) {
    Axes result;
    for (const int64_t label : labels) {
      if (label == axis) {
        result.insert(result.end(), index_axes.begin(), index_axes.end());
      } else {
        result.push_back(label);
      }
    }
    return result;
  };
  return between(replace(identity_permutation(static_cast<int>(c.rank()))), replace(c.perm));
}

std::optional<Permutation> squeeze(const Context& c) {
  Axes axes;
  if (c.node.attributes.has("axes")) {
    axes = c.stored_axes(c.node.attributes.integers("axes"));
  } else {
    for (int i = 0; i < c.source.rank(); ++i) {
      if (c.source[i] == 1) axes.push_back(c.stored_axis(i));
    }
  }
  std::sort(axes.begin(), axes.end());
  c.node.attributes.set("axes", axes);
  return after_removing(c, axes);
}

std::optional<Permutation> unsqueeze(const Context& c) {
  const Axes axes = c.node.attributes.integers("axes");
  Axes source;
  for (int64_t i = 0, next = 0; i < c.rank() + static_cast<int64_t>(axes.size()); ++i) {
    source.push_back(contains(axes, i) ? c.rank() + i : c.perm[static_cast<size_t>(next++)]);
  }
  // A new axis keeps its right neighbour.
  Axes stored = identity_permutation(static_cast<int>(c.rank()));
  for (size_t i = source.size(); i-- > 0;) {
    if (source[i] < c.rank()) continue;
    const auto place = i + 1 < source.size() ? std::find(stored.begin(), stored.end(), source[i + 1]) : stored.end();
    stored.insert(place, source[i]);
  }
  Axes stored_axes;
  for (size_t i = 0; i < stored.size(); ++i) {
    if (stored[i] >= c.rank()) stored_axes.push_back(static_cast<int64_t>(i));
  }
  c.node.attributes.set("axes", stored_axes);
  return between(stored, source);
}

const std::set<std::string>& unary_operators() {
  static const std::set<std::string> names = {
      "Relu", "Clip",     "LeakyRelu", "Sigmoid", "Tanh", "HardSigmoid", "HardSwish", "SiLU",      "Gelu",
      "Elu",  "Softplus", "Mish",      "Exp",     "Log",  "Sqrt",        "Erf",       "Abs",       "Neg",
      "Cast", "Floor",    "Ceil",      "Round",   "Sign", "Not",         "Identity",  "Reciprocal"};
  return names;
}

const std::set<std::string>& broadcast_operators() {
  static const std::set<std::string> names = {"EltwiseAdd", "EltwiseSub", "EltwiseMul", "EltwiseDiv", "EltwiseMax",
                                              "EltwiseMin", "Pow",        "Equal",      "Less",       "Greater",
                                              "And",        "Or",         "Mod",        "Where"};
  return names;
}

const std::map<std::string, Rule>& rules() {
  static const std::map<std::string, Rule> table = {{"MatMul", channels_last},
                                                    {"BatchNormScale", batch_norm_scale},
                                                    {"PRelu", prelu},
                                                    {"Softmax", along_axis},
                                                    {"LogSoftmax", along_axis},
                                                    {"Concat", along_axis},
                                                    {"Split", along_axis},
                                                    {"Slice", slice},
                                                    {"Pad", pad},
                                                    {"Expand", expand},
                                                    {"Tile", tile},
                                                    {"Resize", resize},
                                                    {"ReduceMean", reduce},
                                                    {"ReduceSum", reduce},
                                                    {"ReduceMax", reduce},
                                                    {"ReduceMin", reduce},
                                                    {"ArgMax", arg_max},
                                                    {"Gather", gather},
                                                    {"Squeeze", squeeze},
                                                    {"Unsqueeze", unsqueeze}};
  return table;
}

}  // namespace

Operands operands_of(const rt::Node& node) {
  if (broadcast_operators().count(node.op) > 0) return Operands::kBroadcast;
  return node.op == "Concat" ? Operands::kAll : Operands::kFirst;
}

bool is_elementwise(const rt::Node& node) {
  return unary_operators().count(node.op) > 0 || broadcast_operators().count(node.op) > 0;
}

std::optional<Permutation> move_above_permute(const rt::Graph& graph, rt::Node& node, const rt::Shape& source,
                                              const Permutation& perm) {
  const Context context{graph, node, source, perm};
  if (is_elementwise(node)) return any_layout(context);
  const auto rule = rules().find(node.op);
  return rule == rules().end() ? std::nullopt : rule->second(context);
}

namespace {

// Axes of size other than 1 of the input that become such axes of the output.
struct Group {
  Axes inputs, outputs;
};

Axes proper_axes(const rt::Shape& shape) {
  Axes axes;
  for (int i = 0; i < shape.rank(); ++i) {
    if (shape[i] != 1) axes.push_back(i);
  }
  return axes;
}

// The finest groups whose sizes agree, in row-major order.
std::vector<Group> group_axes(const rt::Shape& from, const rt::Shape& to) {
  const Axes inputs = proper_axes(from), outputs = proper_axes(to);
  std::vector<Group> groups;
  for (size_t i = 0, o = 0; i < inputs.size();) {
    Group group;
    int64_t in_size = 1, out_size = 1;
    do {
      if (in_size <= out_size) {
        in_size *= from[static_cast<int>(inputs[i])];
        group.inputs.push_back(inputs[i++]);
      } else {
        out_size *= to[static_cast<int>(outputs[o])];
        group.outputs.push_back(outputs[o++]);
      }
    } while (in_size != out_size);
    groups.push_back(std::move(group));
  }
  return groups;
}

}  // namespace

ReshapePlan plan_reshape(const rt::Shape& stored, const Permutation& perm, const rt::Shape& reshaped) {
  const rt::Shape source = permuted(stored, perm);
  if (source.elements() == 0) return {perm, reshaped, identity_permutation(reshaped.rank())};
  std::vector<Group> groups = group_axes(source, reshaped);
  for (Group& group : groups) {
    for (int64_t& axis : group.inputs) axis = perm[static_cast<size_t>(axis)];
  }
  // Groups stay in the order in which the stored value has them.
  std::sort(groups.begin(), groups.end(),
            [](const Group& a, const Group& b) { return a.inputs.back() < b.inputs.back(); });
  Axes order, outputs;
  for (const Group& group : groups) {
    order.insert(order.end(), group.inputs.begin(), group.inputs.end());
    outputs.insert(outputs.end(), group.outputs.begin(), group.outputs.end());
  }

  ReshapePlan plan;
  plan.before = identity_permutation(stored.rank());
  if (!std::is_sorted(order.begin(), order.end())) {
    plan.before = without(plan.before, order);
    plan.before.insert(plan.before.end(), order.begin(), order.end());
  }
  // Axes of size 1 keep their left neighbour.
  for (int64_t axis = 0; axis < reshaped.rank(); ++axis) {
    if (contains(outputs, axis)) continue;
    const auto left = std::find(outputs.begin(), outputs.end(), axis - 1);
    outputs.insert(axis == 0 ? outputs.begin() : left + 1, axis);
  }
  plan.target = permuted(reshaped, outputs);
  plan.after = inverse(outputs);
  return plan;
}

}  // namespace magik::transform

#include <algorithm>
#include <optional>

#include "transform/error.h"
#include "transform/passes/passes.h"
#include "transform/passes/rewrite.h"
#include "venus/core/operator.h"

namespace magik::transform {
namespace {

// Of a Permute and the Flatten or Reshape after it, the permutation of the trailing axes that become one; the axes
// before them stay. Nothing where they do not flatten so.
std::optional<Permutation> flattened_axes(const rt::Shape& stored, const Permutation& perm, const rt::Shape& flat) {
  size_t first = 0;
  while (first < perm.size() && perm[first] == static_cast<int64_t>(first)) ++first;
  int leading = static_cast<int>(first);
  while (leading > 0 && stored.elements(leading, stored.rank()) < flat.back()) --leading;
  if (flat.rank() == 0 || stored.elements(leading, stored.rank()) != flat.back()) return {};
  Permutation trailing;
  for (size_t i = static_cast<size_t>(leading); i < perm.size(); ++i) trailing.push_back(perm[i] - leading);
  return trailing;
}

bool is_flat_matmul(const rt::Graph& graph, const rt::Node& node, rt::ValueId flat) {
  return node.op == "MatMul" && node.inputs[0] == flat && is_constant(graph, node.inputs[1]) &&
         value_of(graph, node.inputs[1]).type == rt::ElementType::kFloat32;
}

// Moves the weights' columns from the order of the permuted axes to that of the stored ones.
void reorder_columns(rt::Graph& graph, rt::Node& matmul, const rt::Shape& stored, const Permutation& trailing) {
  const rt::Value weight = value_of(graph, matmul.inputs[1]);
  rt::Shape columns = {weight.shape[0]};
  Permutation perm = {0};
  const int leading = stored.rank() - static_cast<int>(trailing.size());
  for (const int64_t axis : trailing) columns.push_back(stored[leading + static_cast<int>(axis)]);
  for (const int64_t axis : inverse(trailing)) perm.push_back(axis + 1);

  rt::Node permute;
  permute.op = "Permute";
  permute.name = weight.name;
  permute.inputs = permute.outputs = {0};
  permute.attributes.set("perm", perm);
  rt::Value reordered = weight;
  reordered.constant = check(rt::evaluate_node(permute, {{weight.type, columns, weight.constant}}))[0].data;
  matmul.inputs[1] = graph.add_value(std::move(reordered));
}

bool flatten_stored(rt::Graph& graph, const GraphIndex& index, rt::Node& flatten) {
  const rt::ValueId flat = flatten.outputs[0];
  const rt::Node* permute = producer_of(graph, index, flatten.inputs[0]);
  if (permute == nullptr || permute->op != "Permute" || index.is_output(flat)) return false;
  const std::vector<int>& consumers = index.consumers(flat);
  if (!std::all_of(consumers.begin(), consumers.end(), [&](int consumer) {
        return is_flat_matmul(graph, graph.nodes[static_cast<size_t>(consumer)], flat);
      })) {
    return false;
  }
  const rt::ValueId source = permute->inputs[0];
  const rt::Shape stored = value_of(graph, source).shape;
  const std::optional<Permutation> trailing =
      flattened_axes(stored, permute->attributes.integers("perm"), value_of(graph, flat).shape);
  if (!trailing) return false;
  for (const int consumer : consumers) {
    reorder_columns(graph, graph.nodes[static_cast<size_t>(consumer)], stored, *trailing);
  }
  flatten.inputs[0] = source;
  return true;
}

}  // namespace

bool flatten_into_matmul(rt::Graph& graph) {
  const GraphIndex index(graph);
  bool changed = false;
  for (rt::Node& node : graph.nodes) {
    if (node.op == "Flatten" || node.op == "Reshape") changed |= flatten_stored(graph, index, node);
  }
  remove_dead(graph);
  return changed;
}

}  // namespace magik::transform

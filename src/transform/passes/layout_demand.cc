#include "transform/passes/layout_demand.h"

#include "transform/passes/layout_rules.h"
#include "transform/passes/rewrite.h"

namespace magik::transform {
namespace {

struct Demand {
  bool mixed = false;
  std::optional<Permutation> perm;

  void add(const Demand& other) {
    mixed |= other.mixed || (perm && other.perm && *perm != *other.perm);
    if (!perm) perm = other.perm;
  }
};

bool passes_layout_on(const rt::Node& node) {
  return is_elementwise(node) || node.op == "Concat" || node.op == "Pad" || node.op == "Slice";
}

}  // namespace

std::vector<std::optional<Permutation>> demanded_layouts(const rt::Graph& graph) {
  const GraphIndex index(graph);
  std::vector<Demand> demands(graph.values.size());
  // Outputs are NHWC or in the source's layout, whatever their readers want; without readers either is fine.
  const auto demand_of = [&](rt::ValueId id) {
    const Demand& demand = demands[static_cast<size_t>(id)];
    return index.is_output(id) && demand.perm && demand.perm != kToNhwc ? Demand{true, {}} : demand;
  };
  for (size_t n = graph.nodes.size(); n-- > 0;) {
    const rt::Node& node = graph.nodes[n];
    const rt::ValueId output = node.outputs[0];
    for (const rt::ValueId input : node.inputs) {
      if (input == rt::kNoValue) continue;
      const int rank = value_of(graph, input).shape.rank();
      Demand demand;
      if (node.op == "Permute") {
        demand.perm = node.attributes.integers("perm");
      } else if (passes_layout_on(node) && rank == value_of(graph, output).shape.rank()) {
        demand = demand_of(output);
      } else {
        demand.perm = identity_permutation(rank);
      }
      demands[static_cast<size_t>(input)].add(demand);
    }
  }
  std::vector<std::optional<Permutation>> result;
  for (size_t i = 0; i < demands.size(); ++i) {
    const Demand demand = demand_of(static_cast<rt::ValueId>(i));
    result.push_back(demand.mixed ? std::nullopt : demand.perm);
  }
  return result;
}

}  // namespace magik::transform

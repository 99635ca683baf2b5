// How operators commute with Permute: op(Permute(x)) = Permute(op'(x)), where op' has other attributes.
#pragma once

#include <optional>

#include "transform/passes/permutation.h"
#include "venus/core/graph.h"

namespace magik::transform {

// Which inputs of a node share one layout.
enum class Operands {
  kFirst,      // only the first; others (weights, indices) do not take part
  kBroadcast,  // all, with numpy broadcasting
  kAll,        // all, of equal rank
};
Operands operands_of(const rt::Node& node);
// Broadcasting or unary arithmetic that computes each element by itself and in any layout.
bool is_elementwise(const rt::Node& node);

// The operands are x = Permute(stored, perm). Changes the attributes so that the node computes on `stored`, and returns
// the permutation `after` for which the node's outputs are Permute(new outputs, after). Leaves the node alone and
// returns nothing where the operator is bound to its layout. `source` is x's shape.
std::optional<Permutation> move_above_permute(const rt::Graph& graph, rt::Node& node, const rt::Shape& source,
                                              const Permutation& perm);

// Reshape moves above a Permute in up to three steps: Permute(stored, before), reshape to `target`, Permute(.., after).
struct ReshapePlan {
  Permutation before;  // the identity where axes that are merged or split lie together already
  rt::Shape target;
  Permutation after;
};
ReshapePlan plan_reshape(const rt::Shape& stored, const Permutation& perm, const rt::Shape& reshaped);

}  // namespace magik::transform

// Small tools that several passes share: looking at neighbours, fusing, constants, and the names of layout changes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "transform/ir/graph_edit.h"
#include "transform/passes/permutation.h"
#include "venus/core/graph.h"

namespace magik::transform {

inline rt::Value& value_of(rt::Graph& graph, rt::ValueId id) { return graph.values[static_cast<size_t>(id)]; }
inline const rt::Value& value_of(const rt::Graph& graph, rt::ValueId id) {
  return graph.values[static_cast<size_t>(id)];
}
// The node that produces the value, null for inputs and constants.
const rt::Node* producer_of(const rt::Graph& graph, const GraphIndex& index, rt::ValueId id);
// kNoValue where the node has no such input.
rt::ValueId input_of(const rt::Node& node, size_t position);
bool is_constant(const rt::Graph& graph, rt::ValueId id);
// The element of a constant that has one float.
std::optional<float> scalar_of(const rt::Graph& graph, rt::ValueId id);
// Whether a constant is the scalar `expected` but for rounding.
bool is_scalar(const rt::Graph& graph, rt::ValueId id, float expected);

rt::ValueId add_floats(rt::Graph& graph, const std::string& name, const rt::Shape& shape,
                       const std::vector<float>& values);
rt::ValueId add_ints(rt::Graph& graph, const std::string& name, const std::vector<int32_t>& values);

// The node `<input>/BatchNormScale` that applies mean and normal. It keeps its name whatever is fused.
bool is_input_normalization(const rt::Graph& graph, const rt::Node& node);
// Gives the first node the output, and with it the name, of the second, which loses it and is to be removed as dead.
void fuse_into(rt::Node& first, rt::Node& second);
// Makes the users of the node's only output read its first input instead. A graph's output keeps its name: its producer
// takes it. False where that is not possible.
bool bypass(rt::Graph& graph, const GraphIndex& index, const rt::Node& node);

// Frontends and passes name a value in another layout than the one that has the name of the source's tensor
// NAME/nhwc or NAME/source_layout; passes also NAME/permuted.
inline const std::string kNhwcSuffix = "/nhwc";
inline const std::string kSourceSuffix = "/source_layout";
inline const std::string kPermutedSuffix = "/permuted";
bool is_layout_name(const std::string& name);
// NAME without such a suffix.
std::string source_name(const std::string& name);
// source_axes of a value that is Permute(`base`, perm).
std::vector<uint8_t> permuted_source_axes(const std::vector<uint8_t>& base, const Permutation& perm);

}  // namespace magik::transform

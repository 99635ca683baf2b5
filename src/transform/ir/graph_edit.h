// What passes need beside the graph itself: who produces and who consumes a value, and edits that keep the graph valid.
#pragma once

#include <string>
#include <vector>

#include "venus/core/graph.h"
#include "venus/core/operator.h"

namespace magik::transform {

// Index of producers and consumers; stale after an edit (make a new one).
class GraphIndex {
 public:
  explicit GraphIndex(const rt::Graph& graph);
  // Index of the node that produces the value, -1 for inputs and constants.
  int producer(rt::ValueId value) const { return producer_[static_cast<size_t>(value)]; }
  // Nodes that read the value, in order, one entry a use.
  const std::vector<int>& consumers(rt::ValueId value) const { return consumers_[static_cast<size_t>(value)]; }
  bool is_output(rt::ValueId value) const { return is_output_[static_cast<size_t>(value)]; }
  // Read by exactly one node, once, and not an output of the graph.
  bool has_single_use(rt::ValueId value) const { return consumers(value).size() == 1 && !is_output(value); }

 private:
  std::vector<int> producer_;
  std::vector<std::vector<int>> consumers_;
  std::vector<bool> is_output_;
};

// Makes every node and the outputs that read `from` read `to`.
void replace_uses(rt::Graph& graph, rt::ValueId from, rt::ValueId to);
// Drops nodes whose outputs nobody needs, then values that nobody refers to, and renumbers.
void remove_dead(rt::Graph& graph);
// Orders nodes so that producers stand before consumers; stable: execution order of the source where that is allowed.
void sort_topologically(rt::Graph& graph);
// Recomputes types and shapes of all non-constant values from the inputs (rt::infer_node). Throws Error.
void infer_shapes(rt::Graph& graph);
// What shape inference sees of a value; kNone for kNoValue.
rt::ValueInfo info_of(const rt::Graph& graph, rt::ValueId id);
// The float elements of a constant value.
std::vector<float> floats_of(const rt::Value& value);
rt::Constant constant_of(const std::vector<float>& values);

}  // namespace magik::transform

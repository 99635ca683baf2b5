// Decides where every value of a network lives: which values share memory, and where the rest lie in the arena.
#pragma once

#include <cstdint>
#include <vector>

#include "venus/core/arena.h"
#include "venus/core/graph.h"
#include "venus/core/kernel.h"
#include "venus/core/operator.h"

namespace magik::rt {

// What the planner needs to know of a node.
struct PlannerNode {
  Alias alias = Alias::kNone;
  const Kernel* kernel = nullptr;  // null where alias is set
};

struct PlannerInput {
  const Graph& graph;
  const std::vector<Shape>& shapes;  // of each value, as they are now
  std::vector<PlannerNode> nodes;    // of each node of the graph
  int threads = 1;
  bool keep_all_values = false;
};

// Where a value's element 0 is.
struct Placement {
  enum class Where : uint8_t {
    kNowhere,   // a value that no node produces
    kConstant,  // the bytes of the constant `index`, a value id
    kExternal,  // MemoryPlan::external[index]: memory of a network input or output, outside of the arena
    kArena,
  };
  Where where = Where::kNowhere;
  int index = 0;
  uint64_t offset = 0;  // in bytes, from the arena's or the external block's start
  int64_t pitch = 0;    // in elements
};

// An input that lies with a pitch while the kernel needs it dense: copied before the node runs.
struct DenseCopy {
  size_t input;
  uint64_t arena_offset;
};

struct NodePlan {
  bool copies_alias = false;  // an alias whose output cannot share the input's memory
  std::vector<DenseCopy> dense_copies;
  uint64_t scratch_offset = 0;  // of the kernel's scratch in the arena
};

struct MemoryPlan {
  std::vector<Placement> values;
  std::vector<NodePlan> nodes;
  std::vector<uint64_t> external;  // sizes in bytes: of the inputs in their order, then of the outputs
  uint64_t arena_bytes = 0;
  uint64_t least_arena_bytes = 0;  // what lives at one time: no plan needs less
};

MemoryPlan plan_memory(const PlannerInput& input);

// The bytes that a thread's part of a node's scratch takes.
uint64_t scratch_stride(const Kernel& kernel);

}  // namespace magik::rt

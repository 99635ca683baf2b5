#include "venus/core/planner.h"

#include <algorithm>

#include "venus/core/aligned_memory.h"

namespace magik::rt {
namespace {

constexpr int kNoGroup = -1;

// Values that share one piece of memory.
struct Group {
  std::vector<ValueId> members;
  uint64_t bytes = 0;
  ValueId constant = kNoValue;  // the constant whose bytes these are
  int external = -1;            // index in MemoryPlan::external
  bool in_concat = false;       // a part of a concatenation's memory, or the whole with its parts

  bool in_arena() const { return constant == kNoValue && external < 0; }
};

// A value's place in its group, and where it is produced and used.
struct Member {
  int group = kNoGroup;
  uint64_t offset = 0;
  int64_t pitch = 0;
  int producer = -1;  // node
  std::vector<int> consumers;
};

class Planner {
 public:
  explicit Planner(const PlannerInput& input)
      : input_(input), graph_(input.graph), members_(graph_.values.size()), last_(static_cast<int>(node_count()) - 1) {
    plan_.values.resize(graph_.values.size());
    plan_.nodes.resize(node_count());
  }

  MemoryPlan plan() {
    make_groups();
    for (size_t i = 0; i < node_count(); ++i) share_alias(i);
    if (!input_.keep_all_values) {
      // Later concatenations first: a part may be a concatenation itself.
      for (size_t i = node_count(); i-- > 0;) concat_in_place(i);
      for (size_t i = 0; i < node_count(); ++i) run_in_place(i);
    }
    place();
    return std::move(plan_);
  }

 private:
  size_t node_count() const { return graph_.nodes.size(); }
  const Shape& shape(ValueId id) const { return input_.shapes[id]; }
  uint64_t item_size(ValueId id) const { return element_size(graph_.values[id].type); }
  int64_t rows(ValueId id) const { return shape(id).rank() == 0 ? 1 : shape(id).elements(0, shape(id).rank() - 1); }
  Group& group_of(ValueId id) { return groups_[members_[id].group]; }
  // With one row or none the pitch does not matter.
  bool dense(ValueId id, int64_t pitch) const { return pitch == shape(id).back() || rows(id) <= 1; }
  bool dense(ValueId id) const { return dense(id, members_[id].pitch); }

  Group& add_group(ValueId id, int64_t pitch) {
    members_[id].group = static_cast<int>(groups_.size());
    members_[id].pitch = pitch;
    groups_.emplace_back();
    groups_.back().members = {id};
    groups_.back().bytes = static_cast<uint64_t>(rows(id) * pitch) * item_size(id);
    return groups_.back();
  }

  // Moves all values of `group` to `offset` in `target`.
  void move(int group, int target, uint64_t offset) {
    for (ValueId id : groups_[group].members) {
      members_[id].group = target;
      members_[id].offset += offset;
      groups_[target].members.push_back(id);
    }
    groups_[group].members.clear();
  }

  // One group for each value that exists: constants, inputs and what nodes produce.
  void make_groups() {
    for (size_t i = 0; i < graph_.values.size(); ++i) {
      if (!graph_.values[i].is_constant()) continue;
      const ValueId id = static_cast<ValueId>(i);
      Group& group = add_group(id, shape(id).back());
      group.constant = id;
    }
    for (size_t i = 0; i < graph_.inputs.size(); ++i) {
      const ValueId id = graph_.inputs[i];
      // The public interface takes pictures of 4-byte pixels.
      const bool rgb = graph_.preprocessing[i].kind == InputKind::kPixels && shape(id).back() == 3;
      Group& group = add_group(id, rgb ? 4 : shape(id).back());
      group.external = static_cast<int>(plan_.external.size());
      plan_.external.push_back(group.bytes);
    }
    for (size_t i = 0; i < node_count(); ++i) {
      for (ValueId id : graph_.nodes[i].outputs) {
        members_[id].producer = static_cast<int>(i);
        add_group(id, shape(id).back());
      }
      for (ValueId id : graph_.nodes[i].inputs) {
        if (id != kNoValue) members_[id].consumers.push_back(static_cast<int>(i));
      }
    }
    for (ValueId id : graph_.outputs) {
      Group& group = group_of(id);
      if (group.in_arena()) {
        group.external = static_cast<int>(plan_.external.size());
        plan_.external.push_back(group.bytes);
      }
    }
  }

  void share_alias(size_t node) {
    if (input_.nodes[node].alias == Alias::kNone) return;
    const ValueId from = graph_.nodes[node].inputs[0], to = graph_.nodes[node].outputs[0];
    const bool two_externals = !group_of(from).in_arena() && !group_of(to).in_arena();
    const bool needs_dense = input_.nodes[node].alias == Alias::kReshape && !dense(from);
    if (two_externals || needs_dense) {
      plan_.nodes[node].copies_alias = true;
      return;
    }
    if (input_.nodes[node].alias == Alias::kView) members_[to].pitch = members_[from].pitch;
    join(from, to);
  }

  // The groups of two values become one; at most one of them is external.
  void join(ValueId from, ValueId to) {
    const int a = members_[from].group, b = members_[to].group;
    if (groups_[b].in_arena()) {
      move(b, a, members_[from].offset - members_[to].offset);
    } else {
      move(a, b, 0);
    }
  }

  // Whether node `node` copies its input to its output: an alias that is not shared.
  bool is_copy(int node) const { return plan_.nodes[node].copies_alias; }

  bool writes_pitch(ValueId id) const {
    const int node = members_[id].producer;
    const PlannerNode& producer = input_.nodes[node];
    if (producer.alias == Alias::kNone) return producer.kernel->writes_pitch();
    return producer.alias == Alias::kView;  // shared or copied
  }

  // Whether every use of the value in `node` can do with a pitch.
  bool reads_pitch(ValueId id, int node) const {
    const PlannerNode& consumer = input_.nodes[node];
    const std::vector<ValueId>& inputs = graph_.nodes[node].inputs;
    if (consumer.alias != Alias::kNone) return consumer.alias == Alias::kView || is_copy(node);
    for (size_t i = 0; i < inputs.size(); ++i) {
      if (inputs[i] == id && !consumer.kernel->reads_pitch(i)) return false;
    }
    return true;
  }

  bool group_takes_pitch(const Group& group) const {
    for (ValueId id : group.members) {
      if (!writes_pitch(id)) return false;
      for (int node : members_[id].consumers) {
        if (!reads_pitch(id, node)) return false;
      }
    }
    return true;
  }

  // Lets the parts of a concatenation be produced where its output has them. The kernel copies the other parts.
  void concat_in_place(size_t index) {
    const Node& node = graph_.nodes[index];
    if (node.op != "Concat" || input_.nodes[index].alias != Alias::kNone) return;
    const ValueId output = node.outputs[0];
    const int rank = shape(output).rank();
    const int axis = normal_axis(node, rank);
    if (axis < 0 || (axis != rank - 1 && shape(output).elements(0, axis) != 1)) return;
    const Member whole = members_[output];

    uint64_t offset = whole.offset;
    for (ValueId part : node.inputs) {
      if (part == kNoValue) return;
      const int64_t pitch = rows(part) <= 1 ? shape(part).back() : whole.pitch;
      if (fits_in_concat(part, output, pitch)) {
        Group& group = group_of(part);
        for (ValueId id : group.members) members_[id].pitch = dense(part, pitch) ? shape(id).back() : pitch;
        move(members_[part].group, whole.group, offset);
        groups_[whole.group].in_concat = true;
      }
      offset +=
          item_size(output) * static_cast<uint64_t>(axis == rank - 1 ? shape(part).back() : rows(part) * whole.pitch);
    }
  }

  static int normal_axis(const Node& node, int rank) {
    const int64_t axis = node.attributes.integer("axis", 0);
    return axis >= -rank && axis < rank ? static_cast<int>(axis < 0 ? axis + rank : axis) : -1;
  }

  bool fits_in_concat(ValueId part, ValueId whole, int64_t pitch) {
    const Group& group = group_of(part);
    const Value& a = graph_.values[part];
    const Value& b = graph_.values[whole];
    if (!group.in_arena() || members_[part].group == members_[whole].group || group.in_concat) return false;
    if (a.type != b.type || !(a.quantization == b.quantization) || shape(part).elements() == 0) return false;
    return dense(part, pitch) || group_takes_pitch(group);
  }

  // Lets an elementwise kernel overwrite an input that nobody needs any more.
  void run_in_place(size_t index) {
    const Node& node = graph_.nodes[index];
    const Kernel* kernel = input_.nodes[index].kernel;
    if (kernel == nullptr || node.outputs.size() != 1) return;
    const ValueId output = node.outputs[0];
    for (size_t i = 0; i < node.inputs.size(); ++i) {
      const ValueId id = node.inputs[i];
      if (id == kNoValue || !kernel->runs_in_place(i) || !may_overwrite(id, output, static_cast<int>(index))) continue;
      if (std::count(node.inputs.begin(), node.inputs.end(), id) != 1) continue;
      join(id, output);
      return;
    }
  }

  bool may_overwrite(ValueId input, ValueId output, int node) {
    const int from = members_[input].group, to = members_[output].group;
    const Group& source = groups_[from];
    const Group& target = groups_[to];
    if (from == to || !source.in_arena()) return false;  // what the client sees stays what it is
    if (shape(input) != shape(output) || graph_.values[input].type != graph_.values[output].type) return false;
    if (!dense(input) || !dense(output) || target.in_concat || source.bytes != target.bytes) return false;
    const int reads = static_cast<int>(std::count_if(source.members.begin(), source.members.end(), [&](ValueId id) {
      const std::vector<int>& consumers = members_[id].consumers;
      return std::count(consumers.begin(), consumers.end(), node) > 0;
    }));
    const bool dead =
        std::all_of(source.members.begin(), source.members.end(), [&](ValueId id) { return last_use(id) <= node; });
    return reads == 1 && dead;
  }

  int last_use(ValueId id) const {
    const Member& member = members_[id];
    return member.consumers.empty() ? member.producer : std::max(member.producer, member.consumers.back());
  }

  // Puts all that is left for the arena into it: groups, dense copies and scratch.
  void place() {
    std::vector<ArenaBlock> blocks;
    std::vector<int> block_of_group(groups_.size(), -1);
    for (size_t g = 0; g < groups_.size(); ++g) {
      if (groups_[g].members.empty() || !groups_[g].in_arena()) continue;
      block_of_group[g] = static_cast<int>(blocks.size());
      blocks.push_back(lifetime(groups_[g]));
    }
    struct Temporary {
      size_t node, copy, block;
    };
    std::vector<Temporary> copies;
    std::vector<size_t> scratch_blocks(node_count());
    for (size_t i = 0; i < node_count(); ++i) {
      const Kernel* kernel = input_.nodes[i].kernel;
      if (kernel == nullptr) continue;
      const int now = static_cast<int>(i);
      add_dense_copies(i);
      for (size_t k = 0; k < plan_.nodes[i].dense_copies.size(); ++k) {
        const ValueId id = graph_.nodes[i].inputs[plan_.nodes[i].dense_copies[k].input];
        copies.push_back({i, k, blocks.size()});
        blocks.push_back({static_cast<uint64_t>(shape(id).elements()) * item_size(id), now, now});
      }
      scratch_blocks[i] = blocks.size();
      const uint64_t scratch = scratch_stride(*kernel) * static_cast<uint64_t>(input_.threads);
      if (scratch > 0) blocks.push_back({scratch, now, now});
    }

    plan_.arena_bytes = plan_arena(blocks);
    plan_.least_arena_bytes = arena_lower_bound(blocks);
    for (const Temporary& copy : copies) {
      plan_.nodes[copy.node].dense_copies[copy.copy].arena_offset = blocks[copy.block].offset;
    }
    for (size_t i = 0; i < node_count(); ++i) {
      const Kernel* kernel = input_.nodes[i].kernel;
      if (kernel && kernel->scratch_bytes() > 0) plan_.nodes[i].scratch_offset = blocks[scratch_blocks[i]].offset;
    }
    for (size_t i = 0; i < members_.size(); ++i) {
      const Member& member = members_[i];
      if (member.group == kNoGroup) continue;
      const Group& group = groups_[member.group];
      Placement& placement = plan_.values[i];
      placement.offset = member.offset;
      placement.pitch = member.pitch;
      if (group.constant != kNoValue) {
        placement.where = Placement::Where::kConstant;
        placement.index = group.constant;
      } else if (group.external >= 0) {
        placement.where = Placement::Where::kExternal;
        placement.index = group.external;
      } else {
        placement.where = Placement::Where::kArena;
        placement.offset += blocks[block_of_group[member.group]].offset;
      }
    }
  }

  ArenaBlock lifetime(const Group& group) const {
    if (input_.keep_all_values) return {group.bytes, 0, last_};
    ArenaBlock block{group.bytes, last_, 0};
    for (ValueId id : group.members) {
      block.first = std::min(block.first, members_[id].producer);
      block.last = std::max(block.last, last_use(id));
    }
    return block;
  }

  void add_dense_copies(size_t index) {
    const std::vector<ValueId>& inputs = graph_.nodes[index].inputs;
    for (size_t i = 0; i < inputs.size(); ++i) {
      if (inputs[i] == kNoValue || dense(inputs[i]) || input_.nodes[index].kernel->reads_pitch(i)) continue;
      plan_.nodes[index].dense_copies.push_back({i, 0});
    }
  }

  const PlannerInput& input_;
  const Graph& graph_;
  std::vector<Member> members_;
  std::vector<Group> groups_;
  int last_;
  MemoryPlan plan_;
};

}  // namespace

uint64_t scratch_stride(const Kernel& kernel) { return align_up(kernel.scratch_bytes()); }

MemoryPlan plan_memory(const PlannerInput& input) { return Planner(input).plan(); }

}  // namespace magik::rt

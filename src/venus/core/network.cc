#include "venus/core/network.h"

#include <algorithm>
#include <chrono>

#include "venus/core/aligned_memory.h"
#include "venus/core/copy_kernel.h"
#include "venus/core/fp_env.h"
#include "venus/core/graph_check.h"
#include "venus/core/operator.h"
#include "venus/core/planner.h"
#include "venus/core/thread_pool.h"

namespace magik::rt {
namespace {

// A copy of an input that lies with a pitch, made before a kernel runs that needs it dense.
struct BoundCopy {
  size_t input = 0;
  Tensor from;
};

// A node, ready to run.
struct Step {
  const Operator* op = nullptr;
  Alias alias = Alias::kNone;
  std::unique_ptr<Kernel> kernel;  // null only while the node is an alias
  const char* kernel_name = "";
  NodeTensors tensors;
  std::vector<BoundCopy> dense_copies;
  bool copies_alias = false;
  std::byte* scratch = nullptr;
  size_t scratch_stride = 0;
};

// External memory of a network input or output.
struct External {
  AlignedMemory memory;
  uint64_t bytes = 0;
};

std::string types_text(const std::vector<Tensor>& tensors) {
  std::string text;
  for (const Tensor& tensor : tensors) {
    text += text.empty() ? "" : ", ";
    text += element_type_name(tensor.type);
  }
  return text;
}

Status at_node(const Node& node, const std::string& message) {
  return Status::error("node '%s' (%s): %s", node.name.c_str(), node.op.c_str(), message.c_str());
}

using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

}  // namespace

struct Network::Impl {
  Impl(std::shared_ptr<const Graph> shared_graph, const NetworkOptions& network_options)
      : graph(std::move(shared_graph)), options(network_options), pool(network_options.threads) {
    options.threads = pool.threads();
  }

  std::shared_ptr<const Graph> graph;
  NetworkOptions options;
  ThreadPool pool;
  CopyKernel copy;
  std::vector<Shape> shapes;  // of each value, as they are now
  std::vector<Step> steps;
  MemoryPlan plan;
  std::vector<External> external;
  AlignedMemory owned_arena;
  std::byte* arena = nullptr;
  bool inputs_freed = false;
  std::string error;  // why the last reshape failed

  Status create();
  Result<std::vector<Shape>> infer(const std::vector<Shape>& initial) const;
  Status compare_with_stored(const std::vector<Shape>& inferred) const;
  Status select_kernel(size_t index);
  Status prepare();
  Status allocate();
  Status allocate_external();
  void bind();
  Tensor unbound(ValueId id) const;
  Tensor bound(ValueId id) const;
  Status reshape(const std::vector<Shape>& input_shapes);
  void run_step(Step& step);
};

Status Network::Impl::create() {
  MAGIK_RETURN_IF_ERROR(check_graph(*graph));
  if (!cpu_has(options.isa)) {
    return Status::error("this machine cannot run %s kernels, its best are %s", isa_name(options.isa),
                         isa_name(best_isa()));
  }
  if (!build_has(options.isa)) {
    return Status::error("this library was built without %s kernels", isa_name(options.isa));
  }
  for (const Value& value : graph->values) shapes.push_back(value.shape);
  auto inferred = infer(shapes);
  if (!inferred.ok()) return inferred.take_status();
  MAGIK_RETURN_IF_ERROR(compare_with_stored(inferred.value()));
  steps.resize(graph->nodes.size());
  for (size_t i = 0; i < steps.size(); ++i) steps[i].op = find_operator(graph->nodes[i].op);
  return prepare();
}

// All shapes that follow from those of inputs and constants in `shapes`.
Result<std::vector<Shape>> Network::Impl::infer(const std::vector<Shape>& initial) const {
  std::vector<Shape> result = initial;
  for (const Node& node : graph->nodes) {
    InferContext context{node, {}, {}};
    for (ValueId id : node.inputs) {
      ValueInfo info;
      if (id != kNoValue) info = {graph->values[id].type, result[id], graph->values[id].constant.data};
      context.inputs.push_back(info);
    }
    MAGIK_RETURN_IF_ERROR(infer_node(context));
    for (size_t i = 0; i < node.outputs.size(); ++i) result[node.outputs[i]] = context.outputs[i].shape;
  }
  return result;
}

Status Network::Impl::compare_with_stored(const std::vector<Shape>& inferred) const {
  for (const Node& node : graph->nodes) {
    for (ValueId id : node.outputs) {
      const Value& value = graph->values[id];
      if (inferred[id] == value.shape) continue;
      return at_node(node, "its output '" + value.name + "' has shape " + value.shape.text() +
                               " in the model, but inputs and attributes give " + inferred[id].text());
    }
  }
  return {};
}

Tensor Network::Impl::unbound(ValueId id) const {
  static const Quantization kNotQuantized;
  if (id == kNoValue) return {nullptr, ElementType::kNone, {}, 0, &kNotQuantized, false};
  const Value& value = graph->values[id];
  return {const_cast<void*>(value.constant.data),
          value.type,
          shapes[id],
          shapes[id].back(),
          &value.quantization,
          value.is_constant()};
}

// Extra kernels first, then the built-in ones that the instruction set allows, then the operator's definition.
Status Network::Impl::select_kernel(size_t index) {
  const Node& node = graph->nodes[index];
  Step& step = steps[index];
  const auto choose = [&](KernelFactory create, const char* name) -> Status {
    auto kernel = create(step.tensors);
    if (!kernel.ok()) return at_node(node, kernel.message());
    step.kernel = kernel.take();
    step.kernel_name = name;
    return {};
  };
  if (options.extra_kernels != nullptr) {
    for (const KernelEntry& entry : *options.extra_kernels) {
      if (node.op != entry.op) continue;
      MAGIK_RETURN_IF_ERROR(choose(entry.create, entry.name));
      if (step.kernel) return {};
    }
  }
  for (const KernelEntry& entry : kernel_list()) {
    if (node.op != entry.op || !isa_includes(options.isa, entry.isa)) continue;
    MAGIK_RETURN_IF_ERROR(choose(entry.create, entry.name));
    if (step.kernel) return {};
  }
  MAGIK_RETURN_IF_ERROR(choose(step.op->reference, "reference"));
  if (step.kernel) return {};
  return at_node(node, "no kernel for inputs " + types_text(step.tensors.inputs) + " and outputs " +
                           types_text(step.tensors.outputs));
}

// Kernels, plan and memory for the current shapes.
Status Network::Impl::prepare() {
  PlannerInput input{*graph, shapes, {}, options.threads, options.keep_all_values};
  for (size_t i = 0; i < steps.size(); ++i) {
    const Node& node = graph->nodes[i];
    Step& step = steps[i];
    step.tensors = NodeTensors();
    step.tensors.node = &node;
    for (ValueId id : node.inputs) step.tensors.inputs.push_back(unbound(id));
    for (ValueId id : node.outputs) step.tensors.outputs.push_back(unbound(id));
    step.alias = step.op->alias ? step.op->alias(step.tensors) : Alias::kNone;
    if (step.alias == Alias::kNone) {
      if (!step.kernel) MAGIK_RETURN_IF_ERROR(select_kernel(i));
      if (const Status status = step.kernel->prepare(step.tensors); !status.ok())
        return at_node(node, status.message());
    }
    input.nodes.push_back({step.alias, step.alias == Alias::kNone ? step.kernel.get() : nullptr});
  }
  plan = plan_memory(input);
  MAGIK_RETURN_IF_ERROR(allocate());
  bind();
  return {};
}

Status Network::Impl::allocate_external() {
  external.resize(plan.external.size());
  for (size_t i = 0; i < external.size(); ++i) {
    const uint64_t bytes = plan.external[i];
    if (external[i].memory && external[i].bytes == bytes) continue;  // keeps what the client wrote to other inputs
    external[i].memory = allocate_aligned(bytes + kReadPadding);
    external[i].bytes = bytes;
    if (!external[i].memory) {
      return Status::error("no memory for an input or output of %llu bytes", static_cast<unsigned long long>(bytes));
    }
    std::memset(external[i].memory.get(), 0, static_cast<size_t>(bytes + kReadPadding));
  }
  inputs_freed = false;
  return {};
}

Status Network::Impl::allocate() {
  MAGIK_RETURN_IF_ERROR(allocate_external());
  arena = nullptr;
  owned_arena.reset();
  if (plan.arena_bytes > PTRDIFF_MAX)
    return Status::error("the network needs more memory than this machine can address");
  if (options.external_arena) return {};
  owned_arena = allocate_aligned(plan.arena_bytes);
  if (!owned_arena) {
    return Status::error("no memory for %llu bytes of activations", static_cast<unsigned long long>(plan.arena_bytes));
  }
  arena = owned_arena.get();
  return {};
}

Tensor Network::Impl::bound(ValueId id) const {
  Tensor tensor = unbound(id);
  if (id == kNoValue) return tensor;
  const Placement& place = plan.values[id];
  switch (place.where) {
    case Placement::Where::kNowhere:
      return tensor;
    case Placement::Where::kConstant:
      tensor.data = const_cast<void*>(graph->values[place.index].constant.data);
      break;
    case Placement::Where::kExternal:
      tensor.data = external[place.index].memory ? external[place.index].memory.get() + place.offset : nullptr;
      break;
    case Placement::Where::kArena:
      tensor.data = arena ? arena + place.offset : nullptr;
      break;
  }
  tensor.pitch = place.pitch;
  return tensor;
}

// Gives all steps the addresses of the current arena.
void Network::Impl::bind() {
  for (size_t i = 0; i < steps.size(); ++i) {
    const Node& node = graph->nodes[i];
    const NodePlan& node_plan = plan.nodes[i];
    Step& step = steps[i];
    for (size_t k = 0; k < node.inputs.size(); ++k) step.tensors.inputs[k] = bound(node.inputs[k]);
    for (size_t k = 0; k < node.outputs.size(); ++k) step.tensors.outputs[k] = bound(node.outputs[k]);
    step.dense_copies.clear();
    for (const DenseCopy& copy : node_plan.dense_copies) {
      Tensor& input = step.tensors.inputs[copy.input];
      step.dense_copies.push_back({copy.input, input});
      input.data = arena ? arena + copy.arena_offset : nullptr;
      input.pitch = input.shape.back();
    }
    step.copies_alias = node_plan.copies_alias;
    if (step.alias != Alias::kNone) step.kernel_name = step.copies_alias ? "copy" : "alias";
    step.scratch = arena ? arena + node_plan.scratch_offset : nullptr;
    step.scratch_stride = step.alias == Alias::kNone ? static_cast<size_t>(scratch_stride(*step.kernel)) : 0;
  }
}

Status Network::Impl::reshape(const std::vector<Shape>& input_shapes) {
  std::vector<Shape> changed = shapes;
  for (size_t i = 0; i < input_shapes.size(); ++i) {
    Shape& shape = changed[graph->inputs[i]];
    if (input_shapes[i].rank() != shape.rank()) return Status::error("it has rank %d", shape.rank());
    shape = input_shapes[i];
    MAGIK_RETURN_IF_ERROR(check_shape(shape));
  }
  auto inferred = infer(changed);
  if (!inferred.ok()) return inferred.take_status();
  shapes = inferred.take();
  return prepare();
}

void Network::Impl::run_step(Step& step) {
  for (const BoundCopy& dense : step.dense_copies) copy_tensor(dense.from, step.tensors.inputs[dense.input], pool);
  const RunContext context{pool, step.scratch, step.scratch_stride};
  if (step.alias == Alias::kNone) {
    step.kernel->run(step.tensors, context);
  } else if (step.copies_alias) {
    copy.run(step.tensors, context);
  }
}

Network::Network(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Network::~Network() = default;

Result<std::unique_ptr<Network>> Network::create(std::shared_ptr<const Graph> graph, const NetworkOptions& options) {
  auto impl = std::make_unique<Impl>(std::move(graph), options);
  MAGIK_RETURN_IF_ERROR(impl->create());
  return std::unique_ptr<Network>(new Network(std::move(impl)));
}

const Graph& Network::graph() const { return *impl_->graph; }
const NetworkOptions& Network::options() const { return impl_->options; }
Tensor Network::tensor(ValueId id) const { return impl_->bound(id); }
const NodeTensors& Network::node_tensors(size_t node_index) const { return impl_->steps[node_index].tensors; }
const char* Network::kernel_name(size_t node_index) const { return impl_->steps[node_index].kernel_name; }

Status Network::reshape_input(size_t index, const Shape& shape) {
  if (index >= graph().inputs.size()) {
    return Status::error("there is no input %zu, the network has %zu", index, graph().inputs.size());
  }
  std::vector<Shape> shapes = input_shapes();
  shapes[index] = shape;
  return reshape_inputs(shapes);
}

Status Network::reshape_inputs(const std::vector<Shape>& shapes) {
  std::string changes;
  for (size_t i = 0; i < shapes.size(); ++i) {
    if (shapes[i] == input(i).shape) continue;
    changes += (changes.empty() ? "input '" : ", input '") + graph().values[graph().inputs[i]].name +
               "' cannot be reshaped to " + shapes[i].text();
  }
  Status status = impl_->reshape(shapes);
  impl_->error.clear();
  if (status.ok()) return status;
  status = Status::error("%s: %s", changes.c_str(), status.message().c_str());
  impl_->error = status.message();
  return status;
}

std::vector<Shape> Network::input_shapes() const {
  std::vector<Shape> shapes;
  for (size_t i = 0; i < graph().inputs.size(); ++i) shapes.push_back(input(i).shape);
  return shapes;
}

void Network::free_inputs() {
  for (const ValueId id : graph().inputs) {
    const Placement& place = impl_->plan.values[id];
    const bool is_output = std::any_of(graph().outputs.begin(), graph().outputs.end(), [&](ValueId output) {
      const Placement& other = impl_->plan.values[output];
      return other.where == Placement::Where::kExternal && other.index == place.index;
    });
    if (place.where == Placement::Where::kExternal && !is_output) impl_->external[place.index] = External();
  }
  impl_->inputs_freed = true;
}

Status Network::provide_inputs() {
  if (!impl_->inputs_freed) return {};
  MAGIK_RETURN_IF_ERROR(impl_->allocate_external());
  impl_->bind();
  return {};
}

size_t Network::arena_bytes() const { return static_cast<size_t>(impl_->plan.arena_bytes); }
size_t Network::least_arena_bytes() const { return static_cast<size_t>(impl_->plan.least_arena_bytes); }

Status Network::set_arena(void* memory) {
  if (!impl_->options.external_arena) return Status::error("this network has its own arena");
  if (!is_aligned(memory)) return Status::error("the arena is not aligned to %zu bytes", kAlignment);
  impl_->arena = static_cast<std::byte*>(memory);
  impl_->bind();
  return {};
}

size_t Network::weight_bytes() const {
  size_t bytes = 0;
  for (const Value& value : graph().values) bytes += value.constant.bytes;
  return bytes;
}

size_t Network::packed_bytes() const {
  size_t bytes = 0;
  for (const Step& step : impl_->steps) bytes += step.kernel ? step.kernel->weight_bytes() : 0;
  return bytes;
}

size_t Network::tensor_bytes() const {
  size_t bytes = 0;
  for (const External& external : impl_->external) bytes += external.memory.get_deleter().bytes;
  return bytes;
}

Status Network::run(Observer* observer) { return run_nodes(0, node_count(), observer); }

Status Network::run_nodes(size_t first, size_t last, Observer* observer) {
  if (!impl_->error.empty()) return Status::error("%s", impl_->error.c_str());
  if (first > last || last > node_count()) {
    return Status::error("there are no nodes %zu to %zu, the network has %zu", first, last, node_count());
  }
  if (impl_->arena == nullptr && arena_bytes() > 0) {
    return Status::error("the network has no arena: give it memory before it runs");
  }
  if (impl_->inputs_freed) return Status::error("the memory of the network's inputs was given back");
  const ScopedFpEnvironment environment;
  if (observer != nullptr && first == 0) observer->run_begins(*this);
  for (size_t i = first; i < last; ++i) {
    if (observer == nullptr) {
      impl_->run_step(impl_->steps[i]);
      continue;
    }
    const Clock::time_point start = Clock::now();
    impl_->run_step(impl_->steps[i]);
    observer->node_done(*this, i, milliseconds_since(start));
  }
  if (observer != nullptr && last == node_count()) observer->run_ends(*this);
  return {};
}

}  // namespace magik::rt

#include "venus/core/operator.h"

#include <cstring>

#include "venus/core/aligned_memory.h"
#include "venus/core/fp_env.h"

namespace magik::rt {

namespace ops {
#define MAGIK_OPERATOR(name) extern const Operator k##name;
#include "venus/ops/operators.inc"
#undef MAGIK_OPERATOR
}  // namespace ops

namespace {

// The highest version of an operator's meaning that this library knows.
constexpr int kOperatorVersion = 1;

Status at_node(const Node& node, const std::string& message) {
  return Status::error("node '%s' (%s): %s", node.name.c_str(), node.op.c_str(), message.c_str());
}

}  // namespace

const std::vector<const Operator*>& operator_list() {
  static const std::vector<const Operator*> list = {
#define MAGIK_OPERATOR(name) &ops::k##name,
#include "venus/ops/operators.inc"
#undef MAGIK_OPERATOR
  };
  return list;
}

const Operator* find_operator(const std::string& name) {
  for (const Operator* op : operator_list()) {
    if (name == op->name) return op;
  }
  return nullptr;
}

Status check_shape(const Shape& shape) {
  int64_t product = 1;  // zeros count as ones: products over some of the axes are bounded too
  for (int32_t dim : shape) {
    if (dim < 0) return Status::error("shape %s has a negative dimension", shape.text().c_str());
    if (dim > 0) product *= dim;
    if (product > kMaxElements) {
      return Status::error("shape %s has more than %lld elements", shape.text().c_str(),
                           static_cast<long long>(kMaxElements));
    }
  }
  return {};
}

Status infer_node(InferContext& context) {
  const Node& node = context.node;
  const Operator* op = find_operator(node.op);
  if (op == nullptr) return at_node(node, "this library has no such operator");
  if (node.version > kOperatorVersion) {
    return at_node(node, "version " + std::to_string(node.version) + " of the operator is newer than this library's " +
                             std::to_string(kOperatorVersion) + "; update the library");
  }
  context.outputs.assign(node.outputs.size(), ValueInfo());
  if (const Status status = op->infer(context); !status.ok()) return at_node(node, status.message());
  for (const ValueInfo& output : context.outputs) {
    if (const Status status = check_shape(output.shape); !status.ok())
      return at_node(node, "output: " + status.message());
  }
  return {};
}

Result<std::vector<HostTensor>> evaluate_node(const Node& node, const std::vector<HostTensor>& inputs) {
  InferContext context{node, {}, {}};
  for (const HostTensor& input : inputs) context.inputs.push_back({input.type, input.shape, input.data.data});
  MAGIK_RETURN_IF_ERROR(infer_node(context));

  static const Quantization kNotQuantized;
  NodeTensors tensors;
  tensors.node = &node;
  for (const HostTensor& input : inputs) {
    tensors.inputs.push_back({const_cast<void*>(input.data.data), input.type, input.shape, input.shape.back(),
                              &kNotQuantized, input.data.data != nullptr});
  }
  std::vector<HostTensor> outputs;
  for (const ValueInfo& info : context.outputs) {
    const uint64_t bytes = static_cast<uint64_t>(info.shape.elements()) * element_size(info.type);
    std::shared_ptr<std::byte> memory(allocate_aligned(bytes));
    if (memory == nullptr) return at_node(node, "no memory for an output of shape " + info.shape.text());
    tensors.outputs.push_back({memory.get(), info.type, info.shape, info.shape.back(), &kNotQuantized, false});
    outputs.push_back({info.type, info.shape, {memory.get(), static_cast<size_t>(bytes), memory}});
  }

  auto kernel = find_operator(node.op)->reference(tensors);
  if (!kernel.ok()) return at_node(node, kernel.message());
  if (kernel.value() == nullptr) return at_node(node, "the reference kernel does not have these element types");
  if (const Status status = kernel.value()->prepare(tensors); !status.ok()) return at_node(node, status.message());
  const size_t scratch_bytes = kernel.value()->scratch_bytes();
  const AlignedMemory scratch = allocate_aligned(scratch_bytes);
  if (scratch == nullptr) return at_node(node, "no memory for " + std::to_string(scratch_bytes) + " bytes of scratch");
  ThreadPool pool(1);
  const ScopedFpEnvironment environment;
  kernel.value()->run(tensors, {pool, scratch.get(), static_cast<size_t>(align_up(scratch_bytes))});
  return outputs;
}

}  // namespace magik::rt

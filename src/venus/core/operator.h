// Operators: what a node means. One file each in src/venus/ops/, one line each in ops/operators.inc.
#pragma once

#include <string>
#include <vector>

#include "venus/core/kernel.h"
#include "venus/core/status.h"

namespace magik::rt {

// What shape inference sees of a value. `constant` is null unless the value's bytes are known.
struct ValueInfo {
  ElementType type = ElementType::kNone;  // kNone: an optional input that is left out
  Shape shape;
  const void* constant = nullptr;
};

struct InferContext {
  const Node& node;
  std::vector<ValueInfo> inputs;
  std::vector<ValueInfo> outputs;  // to fill: shape, and type as in a float network; pre-sized to node.outputs

  const Attributes& attributes() const { return node.attributes; }
  bool has_input(size_t index) const { return index < inputs.size() && inputs[index].type != ElementType::kNone; }
};

// How an operator's first output may share the bytes of its first input, instead of running.
enum class Alias : uint8_t {
  kNone,
  kReshape,  // the same dense bytes in another shape
  kView,     // the same shape, bytes and pitch
};

struct Operator {
  const char* name;
  // Checks the number, types and shapes of inputs and the attributes (a hostile model must get an error here, never
  // undefined behaviour later) and sets the outputs' types and shapes. Dimensions are in [0, kMaxElements].
  Status (*infer)(InferContext&);
  // The naive kernel that defines the operator's result. Errors name the type combination it does not have.
  KernelFactory reference;
  // Null: never an alias. Decided from the node and its tensors' types and shapes.
  Alias (*alias)(const NodeTensors&) = nullptr;
};

const Operator* find_operator(const std::string& name);  // null where there is none
const std::vector<const Operator*>& operator_list();

// Checks that an element count fits kMaxElements and no dimension is negative.
Status check_shape(const Shape& shape);
// Infers the node's output types and shapes, with the node's name and operator in front of any error.
Status infer_node(InferContext& context);

// An owned tensor, for evaluating single nodes outside a network.
struct HostTensor {
  ElementType type = ElementType::kNone;
  Shape shape;
  Constant data;
};
// Runs one float/int32/bool node on its reference kernel: constant folding, tests. inputs: as node.inputs; kNone where
// left out.
Result<std::vector<HostTensor>> evaluate_node(const Node& node, const std::vector<HostTensor>& inputs);

}  // namespace magik::rt

// The index of the largest element along one axis; of equal ones the first, or the last with `select_last_index`.
#include "venus/ops/axis_lanes.h"
#include "venus/ops/checks.h"
#include "venus/ops/infer.h"

namespace magik::rt::ops {
namespace {

Result<int> axis_of(const Node& node, const Shape& shape) {
  return normalize_axis(node.attributes.integer("axis", 0), shape.rank());
}

Status infer(InferContext& context) {
  MAGIK_RETURN_IF_ERROR(check_arity(context, 1, 1));
  if (context.inputs[0].type != ElementType::kInt32) MAGIK_RETURN_IF_ERROR(check_type(context, 0, kActivationTypes));
  const Shape& shape = context.inputs[0].shape;
  Result<int> axis = axis_of(context.node, shape);
  if (!axis.ok()) return axis.take_status();
  if (shape[axis.value()] < 1) return Status::error("axis %d of the input is empty", axis.value());
  std::vector<int64_t> dims = dims_of(shape);
  if (context.attributes().integer("keepdims", 1) != 0) {
    dims[static_cast<size_t>(axis.value())] = 1;
  } else {
    dims.erase(dims.begin() + axis.value());
  }
  return set_output(context, 0, ElementType::kInt32, dims);
}

template <typename X>
class ArgMax : public Kernel {
 public:
  explicit ArgMax(bool last) : last_(last) {}

  Status prepare(const NodeTensors& tensors) override {
    const Shape& shape = tensors.inputs[0].shape;
    Result<int> axis = axis_of(*tensors.node, shape);
    if (!axis.ok()) return axis.take_status();
    lanes_ = AxisLanes::along(axis.value(), shape);
    return {};
  }

  void run(const NodeTensors& tensors, const RunContext& context) override {
    const X* x = tensors.inputs[0].as<X>();
    int32_t* y = tensors.outputs[0].as<int32_t>();
    context.pool.parallel_for(tensors.outputs[0].elements(), 64, [&](int64_t begin, int64_t end, int) {
      for (int64_t lane = begin; lane < end; ++lane) {
        y[lane] = index_of_largest(x + lanes_.first(lane));
      }
    });
  }

 private:
  int32_t index_of_largest(const X* x) const {
    int32_t best = 0;
    for (int32_t i = 1; i < lanes_.length; ++i) {
      const X value = x[i * lanes_.stride], most = x[best * lanes_.stride];
      if (value > most || (last_ && value == most)) best = i;
    }
    return best;
  }

  bool last_;
  AxisLanes lanes_;
};

Result<std::unique_ptr<Kernel>> create(const NodeTensors& tensors) {
  const bool last = tensors.node->attributes.integer("select_last_index", 0) != 0;
  if (tensors.outputs[0].type != ElementType::kInt32) return no_kernel_for_types(tensors);
  switch (tensors.inputs[0].type) {
    case ElementType::kFloat32:
      return std::make_unique<ArgMax<float>>(last);
    case ElementType::kInt32:
      return std::make_unique<ArgMax<int32_t>>(last);
    case ElementType::kUint8:
      return std::make_unique<ArgMax<uint8_t>>(last);
    case ElementType::kUint16:
      return std::make_unique<ArgMax<uint16_t>>(last);
    default:
      return no_kernel_for_types(tensors);
  }
}

}  // namespace

extern const Operator kArgMax = {"ArgMax", infer, create};

}  // namespace magik::rt::ops

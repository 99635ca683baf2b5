// Split: consecutive pieces along one axis, of `sizes`, or of equal sizes where the attribute is absent.
#include "venus/ops/infer.h"
#include "venus/ops/movement.h"

namespace magik::rt::ops {
namespace {

Status infer(InferContext& context) {
  const size_t pieces = context.outputs.size();
  if (context.inputs.size() != 1 || !context.has_input(0) || pieces == 0) {
    return Status::error("has %zu inputs and %zu outputs, expected 1 and at least 1", context.inputs.size(), pieces);
  }
  const Shape& input = context.inputs[0].shape;
  Result<int> axis = normalize_axis(context.attributes().integer("axis", 0), input.rank());
  if (!axis.ok()) return axis.take_status();
  const int64_t total = input[axis.value()];
  std::vector<int64_t> sizes = context.attributes().integers("sizes");
  if (sizes.empty()) {
    if (total % static_cast<int64_t>(pieces) != 0) {
      return Status::error("cannot split %lld into %zu equal pieces; attribute sizes is missing",
                           static_cast<long long>(total), pieces);
    }
    sizes.assign(pieces, total / static_cast<int64_t>(pieces));
  }
  MAGIK_RETURN_IF_ERROR(check_length("sizes", sizes.size(), static_cast<int>(pieces)));
  int64_t left = total;
  for (size_t i = 0; i < pieces; ++i) {
    if (sizes[i] < 0 || sizes[i] > left) break;
    left -= sizes[i];
    std::vector<int64_t> dims = dims_of(input);
    dims[axis.value()] = sizes[i];
    MAGIK_RETURN_IF_ERROR(set_output(context, i, context.inputs[0].type, dims));
    if (i + 1 == pieces && left == 0) return {};
  }
  return Status::error("attribute sizes does not add up to the %lld of axis %d of %s", static_cast<long long>(total),
                       axis.value(), input.text().c_str());
}

class SplitKernel : public Kernel {
 public:
  Status prepare(const NodeTensors& tensors) override {
    Result<int> axis = normalize_axis(tensors.node->attributes.integer("axis", 0), tensors.inputs[0].shape.rank());
    axis_ = axis.value();
    return axis.take_status();
  }
  bool reads_pitch(size_t) const override { return true; }
  bool writes_pitch() const override { return true; }

  void run(const NodeTensors& tensors, const RunContext& context) override {
    const Tensor& input = tensors.inputs[0];
    const Strides from = strides_of(input);
    int64_t position = 0;
    for (const Tensor& output : tensors.outputs) {
      const Strides to = strides_of(output);
      LoopNest<2> nest;
      for (int k = 0; k < output.shape.rank(); ++k) nest.add(output.shape[k], {from[k], to[k]});
      strided_copy(address(input, position * from[axis_]), output.data, element_size(input.type), nest, context.pool);
      position += output.shape[axis_];
    }
  }

 private:
  int axis_ = 0;
};

}  // namespace

extern const Operator kSplit = {"Split", infer, create_movement<SplitKernel>};

}  // namespace magik::rt::ops

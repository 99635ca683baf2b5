// Reshape, Flatten, Squeeze, Unsqueeze, Identity: the same elements in the same order. They are aliases wherever the
// planner can place them so; the kernel copies elsewhere.
#include "venus/core/copy_kernel.h"
#include "venus/ops/infer.h"
#include "venus/ops/movement.h"

namespace magik::rt::ops {
namespace {

// Dimensions of the output for attribute `shape`: 0 copies the input's dimension, one -1 takes what is left.
Status infer_reshape(InferContext& context) {
  MAGIK_RETURN_IF_ERROR(check_arity(context, 1, 1));
  const Shape& input = context.inputs[0].shape;
  std::vector<int64_t> dims = context.attributes().integers("shape");
  int inferred = -1;
  int64_t known = 1;
  for (size_t i = 0; i < dims.size(); ++i) {
    if (dims[i] == 0) {
      if (i >= static_cast<size_t>(input.rank())) {
        return Status::error("attribute shape copies axis %zu of an input of %d axes", i, input.rank());
      }
      dims[i] = input[static_cast<int>(i)];
    }
    if (dims[i] == -1) {
      if (inferred >= 0) return Status::error("attribute shape has more than one -1");
      inferred = static_cast<int>(i);
      continue;
    }
    if (dims[i] < -1 || dims[i] >= kMaxElements || known * dims[i] > kMaxElements) {
      return Status::error("attribute shape has the impossible entry %lld", static_cast<long long>(dims[i]));
    }
    known *= dims[i];
  }
  const int64_t elements = input.elements();
  if (inferred >= 0) dims[inferred] = known == 0 ? 0 : elements / known;
  MAGIK_RETURN_IF_ERROR(set_output(context, 0, context.inputs[0].type, dims));
  if (context.outputs[0].shape.elements() != elements) {
    return Status::error("cannot reshape %s to %s: the number of elements differs", input.text().c_str(),
                         context.outputs[0].shape.text().c_str());
  }
  return {};
}

Status infer_flatten(InferContext& context) {
  MAGIK_RETURN_IF_ERROR(check_arity(context, 1, 1));
  const Shape& input = context.inputs[0].shape;
  const int rank = input.rank();
  int64_t axis = context.attributes().integer("axis", 1);
  if (axis < -rank || axis > rank) {
    return Status::error("axis %lld is outside %d..%d", static_cast<long long>(axis), -rank, rank);
  }
  if (axis < 0) axis += rank;
  const int split = static_cast<int>(axis);
  return set_output(context, 0, context.inputs[0].type, {input.elements(0, split), input.elements(split, rank)});
}

Status infer_squeeze(InferContext& context) {
  MAGIK_RETURN_IF_ERROR(check_arity(context, 1, 1));
  const Shape& input = context.inputs[0].shape;
  std::array<bool, kMaxRank> removed{};
  if (context.attributes().has("axes")) {
    std::vector<int> axes;
    MAGIK_RETURN_IF_ERROR(resolve_axes(context.attributes().integers("axes"), input.rank(), &axes));
    for (int axis : axes) {
      if (input[axis] != 1) return Status::error("cannot remove axis %d of %s: not 1", axis, input.text().c_str());
      removed[axis] = true;
    }
  } else {
    for (int axis = 0; axis < input.rank(); ++axis) removed[axis] = input[axis] == 1;
  }
  std::vector<int64_t> dims;
  for (int axis = 0; axis < input.rank(); ++axis) {
    if (!removed[axis]) dims.push_back(input[axis]);
  }
  return set_output(context, 0, context.inputs[0].type, dims);
}

Status infer_unsqueeze(InferContext& context) {
  MAGIK_RETURN_IF_ERROR(check_arity(context, 1, 1));
  const Shape& input = context.inputs[0].shape;
  const std::vector<int64_t> inserted = context.attributes().integers("axes");
  if (inserted.size() > static_cast<size_t>(kMaxRank - input.rank())) {
    return Status::error("adds %zu axes to %s, at most %d axes are allowed", inserted.size(), input.text().c_str(),
                         kMaxRank);
  }
  const int rank = input.rank() + static_cast<int>(inserted.size());
  std::vector<int> axes;
  MAGIK_RETURN_IF_ERROR(resolve_axes(inserted, rank, &axes));
  std::vector<int64_t> dims(rank, -1);
  for (int axis : axes) dims[axis] = 1;
  int next = 0;
  for (int64_t& dim : dims) {
    if (dim < 0) dim = input[next++];
  }
  return set_output(context, 0, context.inputs[0].type, dims);
}

Status infer_identity(InferContext& context) {
  MAGIK_RETURN_IF_ERROR(check_arity(context, 1, 1));
  return set_output(context, 0, context.inputs[0].type, dims_of(context.inputs[0].shape));
}

class ReshapeKernel : public Kernel {
 public:
  bool reads_pitch(size_t) const override { return true; }
  void run(const NodeTensors& tensors, const RunContext& context) override {
    copy_tensor(tensors.inputs[0], tensors.outputs[0], context.pool);
  }
};

class IdentityKernel : public ReshapeKernel {
 public:
  bool writes_pitch() const override { return true; }
};

Alias alias_reshape(const NodeTensors& tensors) { return movement_alias(tensors, Alias::kReshape); }
Alias alias_view(const NodeTensors& tensors) { return movement_alias(tensors, Alias::kView); }

}  // namespace

extern const Operator kReshape = {"Reshape", infer_reshape, create_movement<ReshapeKernel>, alias_reshape};
extern const Operator kFlatten = {"Flatten", infer_flatten, create_movement<ReshapeKernel>, alias_reshape};
extern const Operator kSqueeze = {"Squeeze", infer_squeeze, create_movement<ReshapeKernel>, alias_reshape};
extern const Operator kUnsqueeze = {"Unsqueeze", infer_unsqueeze, create_movement<ReshapeKernel>, alias_reshape};
extern const Operator kIdentity = {"Identity", infer_identity, create_movement<IdentityKernel>, alias_view};

}  // namespace magik::rt::ops

// Shape, ConstantOfShape, Range: tensors that follow from shapes and constants. They are folded while a graph is built.
#include <limits>

#include "venus/core/numerics.h"
#include "venus/ops/infer.h"

namespace magik::rt::ops {
namespace {

// A kernel without state or options.
template <void (*kRun)(const NodeTensors&)>
class FunctionKernel : public Kernel {
 public:
  void run(const NodeTensors& tensors, const RunContext&) override { kRun(tensors); }
};

template <typename K>
Result<std::unique_ptr<Kernel>> create(const NodeTensors& tensors) {
  if (tensors.outputs[0].quantized()) return no_kernel_for_types(tensors);
  return std::unique_ptr<Kernel>(new K());
}

Status infer_shape(InferContext& context) {
  MAGIK_RETURN_IF_ERROR(check_arity(context, 1, 1));
  return set_output(context, 0, ElementType::kInt32, {context.inputs[0].shape.rank()});
}

void run_shape(const NodeTensors& tensors) {
  const Shape& shape = tensors.inputs[0].shape;
  std::copy(shape.begin(), shape.end(), tensors.outputs[0].as<int32_t>());
}

Result<std::unique_ptr<Kernel>> create_shape(const NodeTensors& tensors) {
  if (tensors.outputs[0].type != ElementType::kInt32) return no_kernel_for_types(tensors);
  return create<FunctionKernel<run_shape>>(tensors);
}

// Attribute `to`, float32 where it is absent.
ElementType filled_type(const Attributes& attributes) {
  return static_cast<ElementType>(attributes.integer("to", static_cast<int64_t>(ElementType::kFloat32)));
}

Status infer_constant_of_shape(InferContext& context) {
  MAGIK_RETURN_IF_ERROR(check_arity(context, 1, 1));
  const ValueInfo& shape = context.inputs[0];
  if (shape.type != ElementType::kInt32 || shape.shape.rank() != 1 || shape.constant == nullptr) {
    return Status::error("the shape must be a constant int32 vector, but is %s of shape %s",
                         element_type_name(shape.type), shape.shape.text().c_str());
  }
  const int64_t to = context.attributes().integer("to", static_cast<int64_t>(ElementType::kFloat32));
  if (to != static_cast<int64_t>(ElementType::kFloat32) && to != static_cast<int64_t>(ElementType::kInt32) &&
      to != static_cast<int64_t>(ElementType::kBool)) {
    return Status::error("attribute to is %lld, expected float32 (1), int32 (2) or bool (6)",
                         static_cast<long long>(to));
  }
  const int32_t* dims = static_cast<const int32_t*>(shape.constant);
  return set_output(context, 0, static_cast<ElementType>(to), {dims, dims + shape.shape[0]});
}

// The number `value`: a list of floats for float32, of integers for the other types.
class ConstantOfShapeKernel : public Kernel {
 public:
  Status prepare(const NodeTensors& tensors) override {
    real_ = tensors.node->attributes.number("value", 0.0f);
    integer_ = static_cast<int32_t>(tensors.node->attributes.integer("value", 0));
    return {};
  }
  void run(const NodeTensors& tensors, const RunContext&) override {
    const Tensor& output = tensors.outputs[0];
    if (output.type == ElementType::kFloat32) std::fill_n(output.as<float>(), output.elements(), real_);
    if (output.type == ElementType::kInt32) std::fill_n(output.as<int32_t>(), output.elements(), integer_);
    if (output.type == ElementType::kBool) std::fill_n(output.as<uint8_t>(), output.elements(), integer_ != 0);
  }

 private:
  float real_ = 0;
  int32_t integer_ = 0;
};

Result<std::unique_ptr<Kernel>> create_constant_of_shape(const NodeTensors& tensors) {
  if (tensors.outputs[0].type != filled_type(tensors.node->attributes)) return no_kernel_for_types(tensors);
  return create<ConstantOfShapeKernel>(tensors);
}

// ceil((limit - start) / delta) for finite numbers, at least 0; negative where that is not a number or too large.
template <typename T>
int64_t range_length(const InferContext& context) {
  const double start = static_cast<double>(*static_cast<const T*>(context.inputs[0].constant));
  const double limit = static_cast<double>(*static_cast<const T*>(context.inputs[1].constant));
  const double delta = static_cast<double>(*static_cast<const T*>(context.inputs[2].constant));
  const double steps = (limit - start) / delta;
  if (!(steps < static_cast<double>(kMaxElements))) return -1;
  if (steps <= 0) return 0;
  const int64_t whole = static_cast<int64_t>(steps);
  return static_cast<double>(whole) < steps ? whole + 1 : whole;
}

Status infer_range(InferContext& context) {
  MAGIK_RETURN_IF_ERROR(check_arity(context, 3, 3));
  const ElementType type = context.inputs[0].type;
  for (const ValueInfo& input : context.inputs) {
    if (input.constant == nullptr || input.shape.elements() != 1 || input.type != type) {
      return Status::error("start, limit and delta must be constant numbers of one type");
    }
  }
  if (type != ElementType::kFloat32 && type != ElementType::kInt32) {
    return Status::error("type %s has no ranges, expected float32 or int32", element_type_name(type));
  }
  const int64_t length = type == ElementType::kFloat32 ? range_length<float>(context) : range_length<int32_t>(context);
  if (length < 0) return Status::error("the range is not finite: delta is 0 or too small");
  return set_output(context, 0, type, {length});
}

void run_range(const NodeTensors& tensors) {
  const Tensor& output = tensors.outputs[0];
  for (int64_t i = 0; i < output.elements(); ++i) {
    if (output.type == ElementType::kFloat32) {
      const float start = *tensors.inputs[0].as<float>(), delta = *tensors.inputs[2].as<float>();
      output.as<float>()[i] = start + static_cast<float>(i) * delta;
    } else {
      const int32_t start = *tensors.inputs[0].as<int32_t>(), delta = *tensors.inputs[2].as<int32_t>();
      output.as<int32_t>()[i] = wrapping_add(start, wrapping_mul(static_cast<int32_t>(i), delta));
    }
  }
}

Result<std::unique_ptr<Kernel>> create_range(const NodeTensors& tensors) {
  if (tensors.outputs[0].type != tensors.inputs[0].type) return no_kernel_for_types(tensors);
  return create<FunctionKernel<run_range>>(tensors);
}

}  // namespace

extern const Operator kShape = {"Shape", infer_shape, create_shape};
extern const Operator kConstantOfShape = {"ConstantOfShape", infer_constant_of_shape, create_constant_of_shape};
extern const Operator kRange = {"Range", infer_range, create_range};

}  // namespace magik::rt::ops

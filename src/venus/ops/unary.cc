// Functions of one variable: float tensors through unary_function.h, quantized ones through a table, and the few that
// make sense for integers and booleans.
#include "venus/ops/checks.h"
#include "venus/ops/infer.h"
#include "venus/ops/map_rows.h"
#include "venus/ops/unary_function.h"

namespace magik::rt::ops {
namespace {

class FloatUnary : public ElementwiseKernel {
 public:
  explicit FloatUnary(UnaryFunction function) : function_(function) {}
  void run(const NodeTensors& tensors, const RunContext& context) override {
    map_rows<float, float>(tensors, context, [this](float x, int32_t) { return function_(x); });
  }

 private:
  UnaryFunction function_;
};

// y = table[x]. A hostile model's or caller's 16-bit levels may be larger than the table: their upper bits are ignored.
template <typename X>
class TableUnary : public ElementwiseKernel {
 public:
  void run(const NodeTensors& tensors, const RunContext& context) override {
    const X* table = tensors.inputs[1].as<X>();
    const uint32_t mask = static_cast<uint32_t>(tensors.inputs[0].max_level());
    map_rows<X, X>(tensors, context, [=](X x, int32_t) { return table[x & mask]; });
  }
};

template <typename X, X (*kFunction)(X)>
class IntegerUnary : public ElementwiseKernel {
 public:
  void run(const NodeTensors& tensors, const RunContext& context) override {
    map_rows<X, X>(tensors, context, [](X x, int32_t) { return kFunction(x); });
  }
};

int32_t negative(int32_t x) { return wrapping_mul(x, -1); }
int32_t magnitude(int32_t x) { return x < 0 ? negative(x) : x; }
int32_t sign(int32_t x) { return (x > 0) - (x < 0); }
uint8_t logical_not(uint8_t x) { return x == 0; }

Status infer(InferContext& context) {
  MAGIK_RETURN_IF_ERROR(check_arity(context, 1, 2));
  MAGIK_RETURN_IF_ERROR(check_type(context, 0, kActivationTypes));
  return set_output(context, 0, context.inputs[0].type, dims_of(context.inputs[0].shape));
}
Status infer_or_int32(InferContext& context) {
  if (context.has_input(0) && context.inputs[0].type == ElementType::kInt32) {
    MAGIK_RETURN_IF_ERROR(check_arity(context, 1, 1));
    return set_output(context, 0, ElementType::kInt32, dims_of(context.inputs[0].shape));
  }
  return infer(context);
}
Status infer_not(InferContext& context) {
  MAGIK_RETURN_IF_ERROR(check_arity(context, 1, 1));
  MAGIK_RETURN_IF_ERROR(check_type(context, 0, {ElementType::kBool}));
  return set_output(context, 0, ElementType::kBool, dims_of(context.inputs[0].shape));
}

template <typename X>
Result<std::unique_ptr<Kernel>> create_table(const NodeTensors& tensors) {
  MAGIK_RETURN_IF_ERROR(check_activation(tensors.inputs[0], "input 0"));
  MAGIK_RETURN_IF_ERROR(check_activation(tensors.outputs[0], "output"));
  if (!tensors.has_input(1)) return Status::error("a quantized input needs the function's table as input 1");
  MAGIK_RETURN_IF_ERROR(check_table(tensors.inputs[1], tensors.outputs[0], tensors.inputs[0].max_level() + 1));
  return std::make_unique<TableUnary<X>>();
}

Result<std::unique_ptr<Kernel>> create(const NodeTensors& tensors) {
  const ElementType type = tensors.inputs[0].type;
  if (tensors.outputs[0].type != type) return no_kernel_for_types(tensors);
  if (type == ElementType::kUint8) return create_table<uint8_t>(tensors);
  if (type == ElementType::kUint16) return create_table<uint16_t>(tensors);
  if (type != ElementType::kFloat32) return no_kernel_for_types(tensors);
  Result<UnaryFunction> function = make_unary_function(tensors.node->op, tensors.node->attributes);
  if (!function.ok()) return function.take_status();
  return std::make_unique<FloatUnary>(function.value());
}

template <int32_t (*kFunction)(int32_t)>
Result<std::unique_ptr<Kernel>> create_or_int32(const NodeTensors& tensors) {
  if (tensors.inputs[0].type != ElementType::kInt32) return create(tensors);
  if (tensors.outputs[0].type != ElementType::kInt32) return no_kernel_for_types(tensors);
  return std::make_unique<IntegerUnary<int32_t, kFunction>>();
}

Result<std::unique_ptr<Kernel>> create_not(const NodeTensors& tensors) {
  if (tensors.inputs[0].type != ElementType::kBool || tensors.outputs[0].type != ElementType::kBool) {
    return no_kernel_for_types(tensors);
  }
  return std::make_unique<IntegerUnary<uint8_t, logical_not>>();
}

}  // namespace

extern const Operator kRelu = {"Relu", infer, create};
extern const Operator kClip = {"Clip", infer, create};
extern const Operator kLeakyRelu = {"LeakyRelu", infer, create};
extern const Operator kSigmoid = {"Sigmoid", infer, create};
extern const Operator kTanh = {"Tanh", infer, create};
extern const Operator kHardSigmoid = {"HardSigmoid", infer, create};
extern const Operator kHardSwish = {"HardSwish", infer, create};
extern const Operator kSiLU = {"SiLU", infer, create};
extern const Operator kGelu = {"Gelu", infer, create};
extern const Operator kElu = {"Elu", infer, create};
extern const Operator kSoftplus = {"Softplus", infer, create};
extern const Operator kMish = {"Mish", infer, create};
extern const Operator kExp = {"Exp", infer, create};
extern const Operator kLog = {"Log", infer, create};
extern const Operator kSqrt = {"Sqrt", infer, create};
extern const Operator kErf = {"Erf", infer, create};
extern const Operator kAbs = {"Abs", infer_or_int32, create_or_int32<magnitude>};
extern const Operator kNeg = {"Neg", infer_or_int32, create_or_int32<negative>};
extern const Operator kReciprocal = {"Reciprocal", infer, create};
extern const Operator kFloor = {"Floor", infer, create};
extern const Operator kCeil = {"Ceil", infer, create};
extern const Operator kRound = {"Round", infer, create};
extern const Operator kSign = {"Sign", infer_or_int32, create_or_int32<sign>};
extern const Operator kNot = {"Not", infer_not, create_not};

}  // namespace magik::rt::ops

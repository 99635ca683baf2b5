// Equal, Less, Greater of float32, int32 or (Equal) bool, and And, Or of bool. The result is bool.
#include "venus/ops/broadcast.h"
#include "venus/ops/checks.h"

namespace magik::rt::ops {
namespace {

struct Equal {
  template <typename T>
  uint8_t operator()(T a, T b) const {
    return a == b;
  }
};
struct Less {
  template <typename T>
  uint8_t operator()(T a, T b) const {
    return a < b;
  }
};
struct Greater {
  template <typename T>
  uint8_t operator()(T a, T b) const {
    return a > b;
  }
};
struct And {
  uint8_t operator()(uint8_t a, uint8_t b) const { return a != 0 && b != 0; }
};
struct Or {
  uint8_t operator()(uint8_t a, uint8_t b) const { return a != 0 || b != 0; }
};

template <typename Function>
Result<std::unique_ptr<Kernel>> create_comparison(const NodeTensors& tensors) {
  if (pair_types_are(tensors, ElementType::kFloat32, ElementType::kBool)) {
    return std::unique_ptr<Kernel>(new PairKernel<float, uint8_t, Function>());
  }
  if (pair_types_are(tensors, ElementType::kInt32, ElementType::kBool)) {
    return std::unique_ptr<Kernel>(new PairKernel<int32_t, uint8_t, Function>());
  }
  return no_kernel_for_types(tensors);
}

template <typename Function>
Result<std::unique_ptr<Kernel>> create_logic(const NodeTensors& tensors) {
  if (!pair_types_are(tensors, ElementType::kBool, ElementType::kBool)) return no_kernel_for_types(tensors);
  return std::unique_ptr<Kernel>(new PairKernel<uint8_t, uint8_t, Function>());
}

Result<std::unique_ptr<Kernel>> create_equal(const NodeTensors& tensors) {
  return tensors.inputs[0].type == ElementType::kBool ? create_logic<Equal>(tensors)
                                                      : create_comparison<Equal>(tensors);
}

Status infer(InferContext& context) {
  MAGIK_RETURN_IF_ERROR(check_arity(context, 2, 2));
  const ElementType a = context.inputs[0].type, b = context.inputs[1].type;
  if (a != b) {
    return Status::error("the inputs have the different types %s and %s", element_type_name(a), element_type_name(b));
  }
  return infer_broadcast(context, 0, ElementType::kBool);
}

}  // namespace

extern const Operator kEqual = {"Equal", infer, create_equal};
extern const Operator kLess = {"Less", infer, create_comparison<Less>};
extern const Operator kGreater = {"Greater", infer, create_comparison<Greater>};
extern const Operator kAnd = {"And", infer, create_logic<And>};
extern const Operator kOr = {"Or", infer, create_logic<Or>};

}  // namespace magik::rt::ops

// Pow and Mod of two float32 or two int32 tensors.
#include <cmath>

#include "venus/core/math.h"
#include "venus/core/numerics.h"
#include "venus/ops/broadcast.h"
#include "venus/ops/checks.h"

namespace magik::rt::ops {
namespace {

struct Power {
  float operator()(float x, float y) const { return y == 2.0f ? canonical_nan(x * x) : power(x, y); }
  // Wraps around. A negative exponent truncates 1 / x^|y|, which leaves 1 and -1 only; 1 / 0 gives 0 as in EltwiseDiv.
  int32_t operator()(int32_t x, int32_t y) const {
    if (y < 0) return x == 1 ? 1 : x == -1 ? (y % 2 == 0 ? 1 : -1) : 0;
    int32_t result = 1;
    for (; y > 0; y >>= 1) {
      if (y & 1) result = wrapping_mul(result, x);
      x = wrapping_mul(x, x);
    }
    return result;
  }
};

// The exact remainder of a division truncated towards zero; it has the sign of x. In double, where float's subnormals
// are normal numbers, all doublings, halvings and (x < 2 step) differences are exact.
float truncated_remainder(float x, float y) {
  double left = std::fabs(static_cast<double>(x));
  const double divisor = std::fabs(static_cast<double>(y));
  if (!(left < static_cast<double>(kInfinity)) || !(divisor > 0)) return nan_value();
  if (left < divisor) return x;
  double step = divisor;
  while (step * 2 <= left) step *= 2;
  while (step >= divisor) {
    if (left >= step) left -= step;
    step /= 2;
  }
  return copy_sign(static_cast<float>(left), x);
}

// The result has the dividend's sign, as C's fmod and %.
struct TruncatedModulo {
  float operator()(float x, float y) const { return truncated_remainder(x, y); }
  int32_t operator()(int32_t x, int32_t y) const { return y == 0 || y == -1 ? 0 : x % y; }
};

// The result has the divisor's sign, as Python's %.
struct FlooredModulo {
  template <typename T>
  T operator()(T x, T y) const {
    const T r = TruncatedModulo()(x, y);
    return (r > 0 && y < 0) || (r < 0 && y > 0) ? r + y : r;  // a NaN stays the canonical one
  }
};

template <typename Function>
Result<std::unique_ptr<Kernel>> create(const NodeTensors& tensors) {
  if (pair_types_are(tensors, ElementType::kFloat32, ElementType::kFloat32)) {
    return std::unique_ptr<Kernel>(new PairKernel<float, float, Function>());
  }
  if (pair_types_are(tensors, ElementType::kInt32, ElementType::kInt32)) {
    return std::unique_ptr<Kernel>(new PairKernel<int32_t, int32_t, Function>());
  }
  return no_kernel_for_types(tensors);
}

Result<std::unique_ptr<Kernel>> create_modulo(const NodeTensors& tensors) {
  return tensors.node->attributes.integer("fmod", 0) == 0 ? create<FlooredModulo>(tensors)
                                                          : create<TruncatedModulo>(tensors);
}

Status infer(InferContext& context) {
  MAGIK_RETURN_IF_ERROR(check_arity(context, 2, 2));
  const ElementType a = context.inputs[0].type, b = context.inputs[1].type;
  if (a != b) {
    return Status::error("the inputs have the different types %s and %s", element_type_name(a), element_type_name(b));
  }
  return infer_broadcast(context, 0, a);
}

}  // namespace

extern const Operator kPow = {"Pow", infer, create<Power>};
extern const Operator kMod = {"Mod", infer, create_modulo};

}  // namespace magik::rt::ops

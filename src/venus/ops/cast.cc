// Converts elements between types. Towards integers: truncates and saturates, NaN becomes 0; towards bool: 1 unless 0.
#include <algorithm>
#include <limits>

#include "venus/ops/checks.h"
#include "venus/ops/infer.h"

namespace magik::rt::ops {
namespace {

constexpr std::initializer_list<ElementType> kCastTypes = {ElementType::kFloat32, ElementType::kInt32,
                                                           ElementType::kUint8,   ElementType::kUint16,
                                                           ElementType::kInt8,    ElementType::kBool};

Status infer(InferContext& context) {
  MAGIK_RETURN_IF_ERROR(check_arity(context, 1, 1));
  MAGIK_RETURN_IF_ERROR(check_type(context, 0, kCastTypes));
  const int64_t to = context.attributes().integer("to", 0);
  const auto known = [to](ElementType type) { return static_cast<int64_t>(type) == to; };
  if (!std::any_of(kCastTypes.begin(), kCastTypes.end(), known)) {
    return Status::error("attribute 'to' is %lld, which is no element type's number", static_cast<long long>(to));
  }
  return set_output(context, 0, static_cast<ElementType>(to), dims_of(context.inputs[0].shape));
}

Alias alias(const NodeTensors& tensors) {
  return tensors.inputs[0].type == tensors.outputs[0].type ? Alias::kView : Alias::kNone;
}

// Every element type's values are doubles: one step from and one to them, instead of all pairs of types.
template <typename T>
double load(const void* data, int64_t i) {
  return static_cast<double>(static_cast<const T*>(data)[i]);
}
template <typename T>
void store(double value, void* data, int64_t i) {
  constexpr double kLowest = static_cast<double>(std::numeric_limits<T>::min());
  constexpr double kHighest = static_cast<double>(std::numeric_limits<T>::max());
  const double saturated = value != value ? 0 : std::min(std::max(value, kLowest), kHighest);
  static_cast<T*>(data)[i] = static_cast<T>(saturated);
}
template <>
void store<float>(double value, void* data, int64_t i) {
  static_cast<float*>(data)[i] = static_cast<float>(value);
}
void store_bool(double value, void* data, int64_t i) { static_cast<uint8_t*>(data)[i] = value != 0; }

using Load = double (*)(const void* data, int64_t i);
using Store = void (*)(double value, void* data, int64_t i);

Load load_of(ElementType type) {
  switch (type) {
    case ElementType::kFloat32:
      return load<float>;
    case ElementType::kInt32:
      return load<int32_t>;
    case ElementType::kUint16:
      return load<uint16_t>;
    case ElementType::kInt8:
      return load<int8_t>;
    default:
      return load<uint8_t>;
  }
}
Store store_of(ElementType type) {
  switch (type) {
    case ElementType::kFloat32:
      return store<float>;
    case ElementType::kInt32:
      return store<int32_t>;
    case ElementType::kUint16:
      return store<uint16_t>;
    case ElementType::kInt8:
      return store<int8_t>;
    case ElementType::kBool:
      return store_bool;
    default:
      return store<uint8_t>;
  }
}

class Cast : public Kernel {
 public:
  void run(const NodeTensors& tensors, const RunContext& context) override {
    const Tensor& x = tensors.inputs[0];
    const Tensor& y = tensors.outputs[0];
    const Load load_element = load_of(x.type);
    const Store store_element = store_of(y.type);
    context.pool.parallel_for(x.elements(), 4096, [&](int64_t begin, int64_t end, int) {
      for (int64_t i = begin; i < end; ++i) store_element(load_element(x.data, i), y.data, i);
    });
  }
};

Result<std::unique_ptr<Kernel>> create(const NodeTensors& tensors) {
  if (tensors.inputs[0].quantized() || tensors.outputs[0].quantized()) {
    return Status::error("casts plain numbers only; quantized values need Dequantize or Quantize");
  }
  return std::make_unique<Cast>();
}

}  // namespace

extern const Operator kCast = {"Cast", infer, create, alias};

}  // namespace magik::rt::ops

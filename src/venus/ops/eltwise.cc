// EltwiseAdd, EltwiseSub, EltwiseMul, EltwiseDiv, EltwiseMax, EltwiseMin with numpy broadcasting: float32, int32
// (wrapping around) and quantized. EltwiseAdd has a fused activation.
#include "venus/core/math.h"
#include "venus/core/numerics.h"
#include "venus/ops/activation.h"
#include "venus/ops/broadcast.h"
#include "venus/ops/checks.h"

namespace magik::rt::ops {
namespace {

// For each operation: float32, int32, and t of quantized levels without their zero points. The multipliers of t are
// scale_a / scale_y and scale_b / scale_y, except for products and quotients, which have `ma` only.
struct Add {
  float operator()(float a, float b) const { return canonical_nan(a + b); }
  int32_t operator()(int32_t a, int32_t b) const { return wrapping_add(a, b); }
  static float combine(int32_t a, int32_t b, float ma, float mb) {
    return static_cast<float>(a) * ma + static_cast<float>(b) * mb;
  }
};

struct Sub {
  float operator()(float a, float b) const { return canonical_nan(a - b); }
  int32_t operator()(int32_t a, int32_t b) const {
    return static_cast<int32_t>(static_cast<uint32_t>(a) - static_cast<uint32_t>(b));
  }
  static float combine(int32_t a, int32_t b, float ma, float mb) {
    return static_cast<float>(a) * ma - static_cast<float>(b) * mb;
  }
};

struct Mul {
  float operator()(float a, float b) const { return canonical_nan(a * b); }
  int32_t operator()(int32_t a, int32_t b) const { return wrapping_mul(a, b); }
  static float combine(int32_t a, int32_t b, float ma, float) { return static_cast<float>(wrapping_mul(a, b)) * ma; }
  static float multiplier(float sa, float sb, float sy) { return scale_ratio(sa, sb, sy); }
};

struct Div {
  float operator()(float a, float b) const { return canonical_nan(a / b); }
  int32_t operator()(int32_t a, int32_t b) const {
    if (b == 0) return 0;
    return b == -1 ? wrapping_mul(a, -1) : a / b;  // the smallest number divided by -1 wraps around
  }
  static float combine(int32_t a, int32_t b, float ma, float) {
    return (static_cast<float>(a) / static_cast<float>(b)) * ma;
  }
  static float multiplier(float sa, float sb, float sy) {
    return static_cast<float>(static_cast<double>(sa) / (static_cast<double>(sb) * static_cast<double>(sy)));
  }
};

// Where one of two floats is NaN, the result is b.
struct Max {
  template <typename T>
  T operator()(T a, T b) const {
    return a > b ? a : b;
  }
  static float combine(int32_t a, int32_t b, float ma, float mb) {
    return Max()(static_cast<float>(a) * ma, static_cast<float>(b) * mb);
  }
};

struct Min {
  template <typename T>
  T operator()(T a, T b) const {
    return a < b ? a : b;
  }
  static float combine(int32_t a, int32_t b, float ma, float mb) {
    return Min()(static_cast<float>(a) * ma, static_cast<float>(b) * mb);
  }
};

// A float addition followed by an activation.
class ActivatedAddKernel : public PairKernel<float, float, Add> {
 public:
  explicit ActivatedAddKernel(const Activation& activation) : activation_(activation) {}
  void run(const NodeTensors& tensors, const RunContext& context) override {
    const auto run_with = [&](const auto& function) {
      map_pairs<float, float>(tensors.inputs[0], tensors.inputs[1], tensors.outputs[0], context.pool, function);
    };
    if (activation_.kind == Activation::Kind::kClamp) {
      run_with([lo = activation_.lo, hi = activation_.hi](float a, float b) { return clamp(a + b, lo, hi); });
    } else {
      run_with([this](float a, float b) { return activation_.apply(a + b, activation_.alpha); });
    }
  }

 private:
  Activation activation_;
};

constexpr int64_t kChunk = 256;

// Levels minus the zero point.
template <typename T>
void load(const T* levels, int64_t stride, int64_t length, int32_t zero_point, int32_t* to) {
  if (stride == 1) {
    for (int64_t i = 0; i < length; ++i) to[i] = static_cast<int32_t>(levels[i]) - zero_point;
  } else {
    for (int64_t i = 0; i < length; ++i) to[i] = static_cast<int32_t>(levels[i * stride]) - zero_point;
  }
}
void load(const Tensor& tensor, int64_t offset, int64_t stride, int64_t length, int32_t* to) {
  if (tensor.type == ElementType::kUint8) {
    load(tensor.as<uint8_t>() + offset, stride, length, tensor.zero_point(), to);
  } else {
    load(tensor.as<uint16_t>() + offset, stride, length, tensor.zero_point(), to);
  }
}

template <typename T>
void store(const float* t, int64_t length, const LevelTail& tail, int64_t stride, T* to) {
  if (stride == 1 && !tail.has_table()) {
    for (int64_t i = 0; i < length; ++i) to[i] = static_cast<T>(quantize_clamped(t[i], tail.range));
  } else {
    for (int64_t i = 0; i < length; ++i) to[i * stride] = static_cast<T>(tail.level(t[i]));
  }
}

// Works in chunks that stay in the first-level cache: levels to integers, t, levels.
template <typename Operation>
class QuantizedKernel : public Kernel {
 public:
  QuantizedKernel(float ma, float mb, const Activation& activation, const LevelTail& tail)
      : ma_(ma), mb_(mb), slope_(activation.has_slope() ? activation.alpha : 1.0f), tail_(tail) {}

  bool reads_pitch(size_t index) const override { return index < 2; }
  bool writes_pitch() const override { return true; }
  bool runs_in_place(size_t index) const override { return index < 2; }

  void run(const NodeTensors& tensors, const RunContext& context) override {
    using Offsets = LoopNest<3>::Offsets;
    const Tensor& a = tensors.inputs[0];
    const Tensor& b = tensors.inputs[1];
    const Tensor& y = tensors.outputs[0];
    broadcast_nest(a, b, y).for_each_run(context.pool,
                                         [&](const Offsets& at, const Offsets& stride, int64_t run_length) {
                                           int32_t levels_a[kChunk], levels_b[kChunk];
                                           float t[kChunk];
                                           for (int64_t done = 0; done < run_length; done += kChunk) {
                                             const int64_t length = std::min(kChunk, run_length - done);
                                             load(a, at[1] + done * stride[1], stride[1], length, levels_a);
                                             load(b, at[2] + done * stride[2], stride[2], length, levels_b);
                                             for (int64_t i = 0; i < length; ++i)
                                               t[i] = Operation::combine(levels_a[i], levels_b[i], ma_, mb_);
                                             if (slope_ != 1.0f) {
                                               for (int64_t i = 0; i < length; ++i)
                                                 t[i] = t[i] < 0 ? t[i] * slope_ : t[i];
                                             }
                                             const int64_t offset = at[0] + done * stride[0];
                                             if (y.type == ElementType::kUint8) {
                                               store(t, length, tail_, stride[0], y.as<uint8_t>() + offset);
                                             } else {
                                               store(t, length, tail_, stride[0], y.as<uint16_t>() + offset);
                                             }
                                           }
                                         });
  }

 private:
  float ma_, mb_;
  float slope_;  // of negative sums: leaky_relu
  LevelTail tail_;
};

template <typename Operation>
constexpr bool kHasOwnMultiplier = std::is_same<Operation, Mul>::value || std::is_same<Operation, Div>::value;

template <typename Operation>
Result<std::unique_ptr<Kernel>> create_quantized(const NodeTensors& tensors, const Activation& activation) {
  MAGIK_RETURN_IF_ERROR(check_activation(tensors.inputs[0], "input 0"));
  MAGIK_RETURN_IF_ERROR(check_activation(tensors.inputs[1], "input 1"));
  Result<LevelTail> tail = make_level_tail(tensors, activation, 2);
  if (!tail.ok()) return tail.take_status();
  const float sa = tensors.inputs[0].scale(), sb = tensors.inputs[1].scale(), sy = tail.value().scale;
  float ma = 0, mb = 0;
  if constexpr (kHasOwnMultiplier<Operation>) {
    ma = Operation::multiplier(sa, sb, sy);
  } else {
    ma = scale_ratio(sa, sy);
    mb = scale_ratio(sb, sy);
  }
  MAGIK_RETURN_IF_ERROR(check_multiplier(ma));
  MAGIK_RETURN_IF_ERROR(check_multiplier(mb));
  return std::unique_ptr<Kernel>(new QuantizedKernel<Operation>(ma, mb, activation, tail.value()));
}

bool all_quantized(const NodeTensors& tensors) {
  return tensors.inputs[0].quantized() && tensors.inputs[1].quantized() && tensors.outputs[0].quantized();
}

template <typename Operation>
Result<std::unique_ptr<Kernel>> create(const NodeTensors& tensors) {
  if (all_quantized(tensors)) return create_quantized<Operation>(tensors, Activation());
  if (pair_types_are(tensors, ElementType::kFloat32, ElementType::kFloat32)) {
    return std::unique_ptr<Kernel>(new PairKernel<float, float, Operation>());
  }
  if (pair_types_are(tensors, ElementType::kInt32, ElementType::kInt32)) {
    return std::unique_ptr<Kernel>(new PairKernel<int32_t, int32_t, Operation>());
  }
  return no_kernel_for_types(tensors);
}

Result<std::unique_ptr<Kernel>> create_add(const NodeTensors& tensors) {
  Result<Activation> parsed = parse_activation(tensors.node->attributes);
  if (!parsed.ok()) return parsed.take_status();
  const Activation& activation = parsed.value();
  if (activation.kind == Activation::Kind::kPRelu)
    return Status::error("activation prelu needs a node of its own here");
  if (all_quantized(tensors)) return create_quantized<Add>(tensors, activation);
  if (activation.kind == Activation::Kind::kNone) return create<Add>(tensors);
  if (!pair_types_are(tensors, ElementType::kFloat32, ElementType::kFloat32)) return no_kernel_for_types(tensors);
  return std::unique_ptr<Kernel>(new ActivatedAddKernel(activation));
}

// Inputs of a quantized node may have different widths; others have equal types.
Status infer_pair(InferContext& context) {
  const ElementType a = context.inputs[0].type, b = context.inputs[1].type;
  const auto is_level = [](ElementType type) { return type == ElementType::kUint8 || type == ElementType::kUint16; };
  if (a != b && !(is_level(a) && is_level(b))) {
    return Status::error("the inputs have the different types %s and %s", element_type_name(a), element_type_name(b));
  }
  return infer_broadcast(context, 0, a);
}

Status infer(InferContext& context) {
  MAGIK_RETURN_IF_ERROR(check_arity(context, 2, 2));
  return infer_pair(context);
}

Status infer_add(InferContext& context) {
  MAGIK_RETURN_IF_ERROR(check_arity(context, 2, 3));
  return infer_pair(context);
}

}  // namespace

extern const Operator kEltwiseAdd = {"EltwiseAdd", infer_add, create_add};
extern const Operator kEltwiseSub = {"EltwiseSub", infer, create<Sub>};
extern const Operator kEltwiseMul = {"EltwiseMul", infer, create<Mul>};
extern const Operator kEltwiseDiv = {"EltwiseDiv", infer, create<Div>};
extern const Operator kEltwiseMax = {"EltwiseMax", infer, create<Max>};
extern const Operator kEltwiseMin = {"EltwiseMin", infer, create<Min>};

}  // namespace magik::rt::ops

// The activation that Conv2D, MatMul and EltwiseAdd have fused in (docs/operators.md, "Fused activation").
#pragma once

#include "venus/core/math.h"
#include "venus/core/numerics.h"
#include "venus/core/status.h"
#include "venus/core/tensor.h"
#include "venus/ops/unary_function.h"

namespace magik::rt {

struct Activation {
  enum class Kind : uint8_t {
    kNone,
    kClamp,   // relu, clip
    kLeaky,   // leaky_relu: one slope for negative values
    kPRelu,   // prelu: a slope for each channel
    kSmooth,  // the others: a float function, or a table where the output is quantized
  };
  Kind kind = Kind::kNone;
  float lo = -kInfinity;  // kClamp
  float hi = kInfinity;
  float alpha = 0;         // kLeaky
  UnaryFunction function;  // kSmooth

  bool has_slope() const { return kind == Kind::kLeaky || kind == Kind::kPRelu; }

  // The float32 result. `slope` is alpha (kLeaky) or the channel's slope (kPRelu), else unused.
  float apply(float x, float slope) const {
    switch (kind) {
      case Kind::kNone:
        return canonical_nan(x);
      case Kind::kClamp:
        return clamp(x, lo, hi);
      case Kind::kLeaky:
      case Kind::kPRelu:
        return canonical_nan(x < 0 ? x * slope : x);
      case Kind::kSmooth:
        return function(x);
    }
    return x;
  }
};

// An error names the unknown activation or the invalid parameter.
Result<Activation> parse_activation(const Attributes& attributes);

// The last steps towards a quantized output: t -> clamp, round, add zero point -> table where there is one.
// t is the real value before the activation divided by `scale`, where a slope has already been applied to negative
// values (as a second multiplier, see slope_multiplier()).
struct LevelTail {
  OutputRange range{};
  float scale = 1;                  // of the output, or of the pre-activation where there is a table
  const uint8_t* table8 = nullptr;  // at most one of the tables is set
  const uint16_t* table16 = nullptr;

  bool has_table() const { return table8 != nullptr || table16 != nullptr; }
  int32_t level(float t) const {
    const int32_t q = quantize_clamped(t, range);
    return table8 ? table8[q] : table16 ? table16[q] : q;
  }
};

// For output 0 of the node; input `table_index` is the table of a smooth activation. Everything that level() relies on
// is checked: the output's quantization, the table's presence, size, type and entries.
Result<LevelTail> make_level_tail(const NodeTensors& tensors, const Activation& activation, size_t table_index);

// The multiplier of negative accumulators: s_a * s_b / s_c * slope in double, rounded once.
inline float slope_multiplier(float a, float b, float c, float slope) {
  return static_cast<float>(static_cast<double>(a) * static_cast<double>(b) / static_cast<double>(c) *
                            static_cast<double>(slope));
}

}  // namespace magik::rt

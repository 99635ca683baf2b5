#include "venus/ops/unary_function.h"

#include <utility>

#include "venus/core/math.h"
#include "venus/core/numerics.h"

namespace magik::rt {
namespace {

float softplus(float x) { return (x > 0 ? x : 0.0f) + logarithm_1p(exponential(-absolute(x))); }

// e^x - 1. The quotient repairs the rounding of e^x near 1 (W. Kahan).
float exponential_minus_1(float x) {
  const float u = exponential(x);
  if (u == 1.0f) return x;
  if (u < 0.5f || u > 2.0f) return u - 1.0f;
  return (u - 1.0f) * (x / logarithm(u));
}

struct Entry {
  const char* op;
  const char* smooth_activation;  // null: not a fused smooth activation
  float (*function)(float x, float a, float b);
  // Attributes of the parameters, null where the function has none, and their defaults.
  const char* a_name = nullptr;
  float a = 0;
  const char* b_name = nullptr;
  float b = 0;
};

float relu(float x, float, float) { return x > 0 ? x : 0.0f; }
float clip(float x, float lo, float hi) { return clamp(x, lo, hi); }
float leaky_relu(float x, float alpha, float) { return x < 0 ? x * alpha : x; }
float sigmoid(float x, float, float) { return logistic(x); }
float tanh(float x, float, float) { return hyperbolic_tangent(x); }
float hard_sigmoid(float x, float alpha, float beta) { return clamp(x * alpha + beta, 0.0f, 1.0f); }
float hard_swish(float x, float, float) { return x * clamp(x * (1.0f / 6.0f) + 0.5f, 0.0f, 1.0f); }
float silu(float x, float, float) { return x * logistic(x); }
float gelu(float x, float, float) { return 0.5f * x * (1.0f + error_function(x * 0.70710678118654752f)); }
float elu(float x, float alpha, float) { return x > 0 ? x : alpha * exponential_minus_1(x); }
float softplus(float x, float, float) { return softplus(x); }
float mish(float x, float, float) { return x * hyperbolic_tangent(softplus(x)); }
float exp(float x, float, float) { return exponential(x); }
float log(float x, float, float) { return logarithm(x); }
float sqrt(float x, float, float) { return square_root(x); }
float erf(float x, float, float) { return error_function(x); }
float abs(float x, float, float) { return absolute(x); }
float neg(float x, float, float) { return -x; }
float reciprocal(float x, float, float) { return 1.0f / x; }
float floor(float x, float, float) { return floor_of(x); }
float ceil(float x, float, float) { return ceil_of(x); }
float round(float x, float, float) { return round_of(x); }
float sign(float x, float, float) { return x > 0 ? 1.0f : x < 0 ? -1.0f : x; }

const Entry kEntries[] = {
    {"Relu", nullptr, relu},
    {"Clip", nullptr, clip, "min", -kInfinity, "max", kInfinity},
    {"LeakyRelu", nullptr, leaky_relu, "alpha", 0.01f},
    {"Sigmoid", "sigmoid", sigmoid},
    {"Tanh", "tanh", tanh},
    {"HardSigmoid", "hard_sigmoid", hard_sigmoid, "alpha", 0.2f, "beta", 0.5f},
    {"HardSwish", "hard_swish", hard_swish},
    {"SiLU", "silu", silu},
    {"Gelu", "gelu", gelu},
    {"Elu", "elu", elu, "alpha", 1.0f},
    {"Softplus", "softplus", softplus},
    {"Mish", "mish", mish},
    {"Exp", nullptr, exp},
    {"Log", nullptr, log},
    {"Sqrt", nullptr, sqrt},
    {"Erf", nullptr, erf},
    {"Abs", nullptr, abs},
    {"Neg", nullptr, neg},
    {"Reciprocal", nullptr, reciprocal},
    {"Floor", nullptr, floor},
    {"Ceil", nullptr, ceil},
    {"Round", nullptr, round},
    {"Sign", nullptr, sign},
};

// `prefix` stands in front of the attributes' names.
Result<UnaryFunction> bind(const Entry& entry, const char* prefix, const Attributes& attributes) {
  UnaryFunction result{entry.function, entry.a, entry.b};
  for (auto [name, value] : {std::make_pair(entry.a_name, &result.a), std::make_pair(entry.b_name, &result.b)}) {
    if (name == nullptr) continue;
    const std::string attribute = std::string(prefix) + name;
    *value = attributes.number(attribute.c_str(), *value);
    if (*value != *value) return Status::error("attribute '%s' is not a number (NaN)", attribute.c_str());
  }
  return result;
}

}  // namespace

float UnaryFunction::operator()(float x) const { return canonical_nan(function(x, a, b)); }

Result<UnaryFunction> make_unary_function(const std::string& op, const Attributes& attributes) {
  for (const Entry& entry : kEntries) {
    if (op == entry.op) return bind(entry, "", attributes);
  }
  return Status::error("'%s' is no operator with a float function of one variable", op.c_str());
}

Result<UnaryFunction> make_smooth_activation(const std::string& activation, const Attributes& attributes) {
  for (const Entry& entry : kEntries) {
    if (entry.smooth_activation != nullptr && activation == entry.smooth_activation) {
      return bind(entry, "act_", attributes);
    }
  }
  return Status::error(
      "attribute 'activation' is '%s'; known are relu, clip, leaky_relu, prelu, sigmoid, tanh, silu, hard_sigmoid, "
      "hard_swish, gelu, elu, softplus, mish",
      activation.c_str());
}

float unary_function(const std::string& op, const Attributes& attributes, float x) {
  Result<UnaryFunction> function = make_unary_function(op, attributes);
  return function.ok() ? function.value()(x) : nan_value();
}

}  // namespace magik::rt

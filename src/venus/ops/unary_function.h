// The float32 functions of one variable, shared by the unary operators, the fused activations and the converter, which
// fills look-up tables with them.
#pragma once

#include <string>

#include "venus/core/graph.h"
#include "venus/core/status.h"

namespace magik::rt {

// A function with up to two parameters. A NaN result is the canonical one (math.h).
struct UnaryFunction {
  float (*function)(float x, float a, float b) = nullptr;
  float a = 0, b = 0;

  explicit operator bool() const { return function != nullptr; }
  float operator()(float x) const;
};

// The function of a unary operator ("Relu", "HardSigmoid", ...) with its parameters from the attributes `alpha`,
// `beta`, `min`, `max`. An error where `op` has no such function or a parameter is not a number.
Result<UnaryFunction> make_unary_function(const std::string& op, const Attributes& attributes);

// The same for the smooth fused activations ("sigmoid", ...; attributes `act_alpha`, `act_beta`).
Result<UnaryFunction> make_smooth_activation(const std::string& activation, const Attributes& attributes);

// One value; NaN where `op` or its attributes are invalid.
float unary_function(const std::string& op, const Attributes& attributes, float x);

}  // namespace magik::rt

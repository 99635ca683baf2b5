// Checks that operators share. Each returns an error that says what was found and what was expected.
#pragma once

#include <initializer_list>

#include "venus/core/numerics.h"
#include "venus/core/operator.h"

namespace magik::rt {

// The node has min..max inputs, the first `min` are present, and exactly one output.
Status check_arity(const InferContext& context, size_t min, size_t max);

Status check_rank(const InferContext& context, size_t index, int rank);
Status check_type(const InferContext& context, size_t index, std::initializer_list<ElementType> allowed);

// The types that images and other activations have, quantized or not, and what check_type() lists for them.
constexpr std::initializer_list<ElementType> kActivationTypes = {ElementType::kFloat32, ElementType::kUint8,
                                                                 ElementType::kUint16};

// A per-tensor quantized activation: 1..16 bits in the matching unsigned type, one finite scale > 0, one zero point in
// the levels' range. `what` names the tensor in the error ("input 0", "output").
Status check_activation(const Tensor& tensor, const char* what);

// Input 0 and output 0 have the same type and quantization.
Status check_equal_quantization(const NodeTensors& tensors);

// The range of t = (real value) / scale of a quantized tensor: all its levels.
OutputRange full_range(const Tensor& tensor);

// A look-up table is a constant of `entries` elements of the output's type, none above the output's levels.
Status check_table(const Tensor& table, const Tensor& output, int64_t entries);

// A multiplier that came from scales is finite and not negative.
Status check_multiplier(float multiplier);

// 0 <= axis < rank after counting negative ones from the end.
Result<int> normalize_axis(int64_t axis, int rank);

// The error of a reference kernel that has no such combination of types.
Status no_kernel_for_types(const NodeTensors& tensors);

}  // namespace magik::rt

// Elementwise kernels: one input and one output of the same shape, whose rows may lie apart, in place too.
#pragma once

#include <type_traits>

#include "venus/core/math.h"
#include "venus/core/numerics.h"
#include "venus/core/operator.h"

namespace magik::rt::ops {

class ElementwiseKernel : public Kernel {
 public:
  bool reads_pitch(size_t index) const override { return index == 0; }
  bool writes_pitch() const override { return true; }
  bool runs_in_place(size_t index) const override { return index == 0; }
};

// Output element = function(input element, its channel).
template <typename X, typename Y, typename Function>
void map_rows(const NodeTensors& tensors, const RunContext& context, const Function& function) {
  constexpr int64_t kGrainRows = 64;
  const Tensor& x = tensors.inputs[0];
  const Tensor& y = tensors.outputs[0];
  context.pool.parallel_for(x.rows(), kGrainRows, [&](int64_t begin, int64_t end, int) {
    for (int64_t row = begin; row < end; ++row) {
      const X* from = x.as<X>() + row * x.pitch;
      Y* to = y.as<Y>() + row * y.pitch;
      for (int32_t c = 0; c < x.shape.back(); ++c) to[c] = function(from[c], c);
    }
  });
}

// `t` as an output of type Y holds it: a float, or the nearest level in the range.
template <typename Y>
Y output_element(float t, const OutputRange& range) {
  if constexpr (std::is_same<Y, float>::value) {
    return canonical_nan(t);
  } else {
    return static_cast<Y>(quantize_clamped(t, range));
  }
}

}  // namespace magik::rt::ops

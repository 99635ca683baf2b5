// Elementwise kernels: one input and one output of the same shape, whose rows may lie apart, in place too.
#pragma once

#include <algorithm>
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

// Output element = function(input element, its channel). Whole blocks are computed beside the output: a byte stored
// there might change what the function reads, as far as the compiler knows, and would keep it from vectorising.
template <typename X, typename Y, typename Function>
void map_rows(const NodeTensors& tensors, const RunContext& context, const Function& function) {
  constexpr int64_t kGrainRows = 64;
  constexpr int32_t kBlock = 16;
  const Tensor& x = tensors.inputs[0];
  const Tensor& y = tensors.outputs[0];
  const int32_t channels = x.shape.back();
  context.pool.parallel_for(x.rows(), kGrainRows, [&](int64_t begin, int64_t end, int) {
    for (int64_t row = begin; row < end; ++row) {
      const X* from = x.as<X>() + row * x.pitch;
      Y* to = y.as<Y>() + row * y.pitch;
      int32_t c = 0;
      for (; c + kBlock <= channels; c += kBlock) {
        Y block[kBlock];
        for (int32_t i = 0; i < kBlock; ++i) block[i] = function(from[c + i], c + i);
        std::copy_n(block, kBlock, to + c);
      }
      for (; c < channels; ++c) to[c] = function(from[c], c);
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

// Elementwise operators of two inputs with numpy broadcasting.
#pragma once

#include "venus/core/operator.h"
#include "venus/ops/loop_nest.h"

namespace magik::rt::ops {

// The shape to which both shapes are broadcast, or an error.
Status broadcast_shapes(const Shape& a, const Shape& b, std::vector<int64_t>* dims);

// Output 0 of a node with the broadcast inputs `first` and `first` + 1, and type `type`.
Status infer_broadcast(InferContext& context, size_t first, ElementType type);

// The loops over the elements of `output`, of `a` and of `b`.
LoopNest<3> broadcast_nest(const Tensor& a, const Tensor& b, const Tensor& output);

// output[i] = function(a[i], b[i]). The output may be the memory of an input of its shape.
template <typename In, typename Out, typename Function>
void map_pairs(const Tensor& a, const Tensor& b, const Tensor& output, ThreadPool& pool, const Function& function) {
  using Offsets = LoopNest<3>::Offsets;
  broadcast_nest(a, b, output).for_each_run(pool, [&](const Offsets& at, const Offsets& stride, int64_t length) {
    Out* y = output.as<Out>() + at[0];
    const In* p = a.as<In>() + at[1];
    const In* q = b.as<In>() + at[2];
    if (stride == Offsets{1, 1, 1}) {
      for (int64_t i = 0; i < length; ++i) y[i] = function(p[i], q[i]);
    } else if (stride == Offsets{1, 1, 0}) {
      const In value = *q;
      for (int64_t i = 0; i < length; ++i) y[i] = function(p[i], value);
    } else {
      for (int64_t i = 0; i < length; ++i) y[i * stride[0]] = function(p[i * stride[1]], q[i * stride[2]]);
    }
  });
}

// A kernel that is map_pairs() with a stateless function.
template <typename In, typename Out, typename Function>
class PairKernel : public Kernel {
 public:
  bool reads_pitch(size_t) const override { return true; }
  bool writes_pitch() const override { return true; }
  bool runs_in_place(size_t) const override { return true; }
  void run(const NodeTensors& tensors, const RunContext& context) override {
    map_pairs<In, Out>(tensors.inputs[0], tensors.inputs[1], tensors.outputs[0], context.pool, Function());
  }
};

// The two inputs and the output have these types, and none is quantized.
bool pair_types_are(const NodeTensors& tensors, ElementType inputs, ElementType output);

}  // namespace magik::rt::ops

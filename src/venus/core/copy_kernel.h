// Copies elements between tensors that may have pitches: the planner's answer where memory cannot be shared.
#pragma once

#include "venus/core/kernel.h"

namespace magik::rt {

// `to` has the same shape, or it is dense with the same number of elements.
void copy_tensor(const Tensor& from, const Tensor& to, ThreadPool& pool);

class CopyKernel : public Kernel {
 public:
  bool reads_pitch(size_t) const override { return true; }
  void run(const NodeTensors& tensors, const RunContext& context) override {
    copy_tensor(tensors.inputs[0], tensors.outputs[0], context.pool);
  }
};

}  // namespace magik::rt

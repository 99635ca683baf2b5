// Graph rewriting. A pass is one file with one function and its test; the ordered pipeline in pipeline.cc lists them
// and says why in that order.
#pragma once

#include "venus/core/graph.h"

namespace magik::transform {

struct Pass {
  const char* name;
  bool (*run)(rt::Graph&);  // true where it changed something
};

// From a frontend's graph (with Permute nodes around image operators, inputs in the source's layout) to the optimised
// float network that is calibrated: NHWC, batch norms folded, clamping activations fused. Inputs that are pixels have
// been marked by prepare_inputs() before.
void optimize(rt::Graph& graph);

// After calibration: merges smooth activations (SiLU, HardSwish, ...) into the Conv2D, MatMul or EltwiseAdd before
// them. The merged node keeps the name of the activation; its attribute "pre_activation" names the value that is gone,
// whose calibrated range the quantizer needs for the table.
void fuse_smooth_activations(rt::Graph& graph);

}  // namespace magik::transform

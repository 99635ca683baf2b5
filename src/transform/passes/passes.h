// The passes, each in the file of its name. All return whether they changed something.
#pragma once

#include "venus/core/graph.h"

namespace magik::transform {

// Removes nodes that do nothing and dead code, merges reshapes, shares equal constants, orders the nodes.
bool cleanup(rt::Graph& graph);
// Moves layout changes down through operators that work in any layout, until they cancel.
bool sink_permutes(rt::Graph& graph);
// Chains of data movement that only select channels (channel shuffle) become one Slice or Gather.
bool collapse_movement(rt::Graph& graph);
// Flatten in source order before a MatMul: the weights' columns change their order instead of the activations.
bool flatten_into_matmul(rt::Graph& graph);
// Smooth activations that the source spells out become one operator.
bool recognise_activations(rt::Graph& graph);
// Scales and biases per channel go into weights and biases, or become a BatchNormScale where they stand alone.
bool fold_batch_norm(rt::Graph& graph);
// Constant padding goes into the pads of the convolution or pooling that follows.
bool fold_pad(rt::Graph& graph);
// Clamping activations go into the Conv2D, MatMul or EltwiseAdd before them.
bool fuse_activations(rt::Graph& graph);
// The mean and normal of a pixel input go into the weights, bias and padding of the convolutions that read it.
bool fold_input_normalization(rt::Graph& graph);

}  // namespace magik::transform

#include "transform/passes/pass.h"
#include "transform/passes/passes.h"
#include "transform/passes/rewrite.h"

namespace magik::transform {
namespace {

// In this order, repeated until nothing changes:
constexpr Pass kPasses[] = {
    // Identities and repeated reshapes would hide patterns from all that follows.
    {"Cleanup", cleanup},
    // Everything later matches NHWC operators that stand next to each other.
    {"SinkPermutes", sink_permutes},
    // What SinkPermutes could not cancel: channel shuffles, and flattened images before fully connected layers.
    {"CollapseMovement", collapse_movement},
    {"FlattenIntoMatMul", flatten_into_matmul},
    // Before FoldBatchNorm, which would take the additions and products of spelled-out activations for scales.
    {"RecogniseActivations", recognise_activations},
    // Before FoldBatchNorm, which may fold a scale into the convolution after it only if that has no padding.
    {"FoldPad", fold_pad},
    // Before FuseActivations: a scale between convolution and activation would keep them apart.
    {"FoldBatchNorm", fold_batch_norm},
    {"FuseActivations", fuse_activations},
    // After FoldPad and FoldBatchNorm: the first convolution has its final padding, the normalisation its final scale.
    {"FoldInputNormalization", fold_input_normalization},
};

bool run_passes(rt::Graph& graph) {
  bool changed = false;
  for (const Pass& pass : kPasses) changed |= pass.run(graph);
  return changed;
}

}  // namespace

void optimize(rt::Graph& graph) {
  // Each round shortens the graph or moves it towards NHWC; the bound only guards against passes that undo each other.
  constexpr int kMaxRounds = 10;
  for (int round = 0; round < kMaxRounds && run_passes(graph); ++round) {
  }
  cleanup(graph);
  infer_shapes(graph);
}

}  // namespace magik::transform

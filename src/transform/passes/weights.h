// The weights and bias of a Conv2D or MatMul as numbers that passes can change.
#pragma once

#include <optional>
#include <vector>

#include "venus/core/graph.h"

namespace magik::transform {

class Weights {
 public:
  // Nothing where the node is of another operator or its weights are not constant.
  static std::optional<Weights> of(const rt::Graph& graph, const rt::Node& node);

  size_t outputs() const { return static_cast<size_t>(shape_[0]); }
  size_t inputs() const { return static_cast<size_t>(shape_.back()) * groups_; }
  // y' = y * scale + bias per output channel, before any fused activation.
  void scale_outputs(const std::vector<float>& scale, const std::vector<float>& bias);
  // The node's input becomes x' with x = x' * scale + bias per input channel. Padding is the caller's affair.
  void scale_inputs(const std::vector<float>& scale, const std::vector<float>& bias);
  // Gives the node new constants; others that share the old ones keep them.
  void store(rt::Graph& graph, rt::Node& node) const;

 private:
  rt::Shape shape_;  // [O, KH, KW, C / groups] or [N, K]
  size_t groups_ = 1;
  std::vector<float> weight_, bias_;
};

// Whether a Conv2D pads its input at all.
bool has_padding(const rt::Node& conv);

}  // namespace magik::transform

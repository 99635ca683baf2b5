// A view of a tensor's bytes at run time. Owns nothing.
#pragma once

#include "venus/core/graph.h"

namespace magik::rt {

// Elements are row-major. "Rows" are the runs along the last axis: the element at (..., r, c) is at
// data[row_index * pitch + c]. pitch == shape.back() except for values that live inside a wider buffer: an RGB input
// (3 channels in 4-byte pixels) and the parts of a concatenation that is done in place.
struct Tensor {
  void* data = nullptr;  // null before memory is bound, except for constants
  ElementType type = ElementType::kNone;
  Shape shape;
  int64_t pitch = 0;
  const Quantization* quantization = nullptr;  // never null once a Network made the view
  bool constant = false;

  template <typename T>
  T* as() const {
    return static_cast<T*>(data);
  }
  int64_t rows() const { return shape.rank() == 0 ? 1 : shape.elements(0, shape.rank() - 1); }
  int64_t elements() const { return shape.elements(); }
  bool dense() const { return pitch == shape.back(); }
  bool quantized() const { return quantization->enabled(); }
  // The per-tensor parameters of an activation.
  float scale() const { return quantization->scale[0]; }
  int32_t zero_point() const { return quantization->zero_point[0]; }
  int32_t max_level() const { return (int32_t{1} << quantization->bits) - 1; }
};

// What a kernel sees of its node. An optional input that is left out has type kNone.
struct NodeTensors {
  const Node* node = nullptr;
  std::vector<Tensor> inputs;
  std::vector<Tensor> outputs;

  bool has_input(size_t index) const { return index < inputs.size() && inputs[index].type != ElementType::kNone; }
};

}  // namespace magik::rt

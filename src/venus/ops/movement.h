// What the data movement operators share: they copy elements of any type without looking at them.
#pragma once

#include <memory>

#include "venus/core/operator.h"
#include "venus/ops/loop_nest.h"

namespace magik::rt::ops {

// An error unless input and output have equal types and quantization.
Status check_movement(const NodeTensors& tensors, size_t input, size_t output);

// The factory of kernel class K, which moves input 0 to all outputs.
template <typename K>
Result<std::unique_ptr<Kernel>> create_movement(const NodeTensors& tensors) {
  for (size_t i = 0; i < tensors.outputs.size(); ++i) MAGIK_RETURN_IF_ERROR(check_movement(tensors, 0, i));
  return std::unique_ptr<Kernel>(new K());
}

// `alias` where input and output may share bytes at all; else the factory reports the difference.
inline Alias movement_alias(const NodeTensors& tensors, Alias alias) {
  return check_movement(tensors, 0, 0).ok() ? alias : Alias::kNone;
}

// Copies elements between two strided views. The nest's operands are `from` (which may have stride 0 or be walked
// backwards) and `to`.
void strided_copy(const void* from, void* to, size_t element_size, LoopNest<2> nest, ThreadPool& pool);

// Address of an element.
inline void* address(const Tensor& tensor, int64_t offset) {
  return tensor.as<char>() + offset * static_cast<int64_t>(element_size(tensor.type));
}

}  // namespace magik::rt::ops

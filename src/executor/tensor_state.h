// What a Tensor of the executor holds.
#pragma once

#include <string>
#include <vector>

#include "tensor.h"
#include "venus/core/aligned_memory.h"
#include "venus/core/types.h"

namespace magik::transformkit::magikexecutor {

struct Tensor::State {
  std::string name;
  std::vector<int> shape;
  DataType type = DT_UNDEFINED;
  rt::Quantization quantization;  // of a node's result
  bool external = false;          // `data` is the caller's
  void* data = nullptr;
  rt::AlignedMemory own;
  size_t own_bytes = 0;
};

}  // namespace magik::transformkit::magikexecutor

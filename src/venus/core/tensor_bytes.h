// A tensor's elements without the gaps between its rows, as files hold them.
#pragma once

#include <cstdint>
#include <vector>

#include "venus/core/tensor.h"

namespace magik::rt {

std::vector<uint8_t> dense_bytes(const Tensor& tensor);
// Copies dense bytes into a tensor that may have a pitch.
void copy_to_tensor(const void* dense, const Tensor& tensor);

}  // namespace magik::rt

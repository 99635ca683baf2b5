// Bytes of tensors and their checksums.
#pragma once

#include <cstring>
#include <vector>

#include "venus/core/tensor.h"

namespace magik::check {

// FNV-1a, 64 bit.
inline uint64_t checksum(const void* data, size_t bytes) {
  uint64_t sum = 0xcbf29ce484222325u;
  for (size_t i = 0; i < bytes; ++i) sum = (sum ^ static_cast<const uint8_t*>(data)[i]) * 0x100000001b3u;
  return sum;
}

// Calls copy_row(pointer to the row in the tensor, offset of the row in dense bytes, bytes of the row) for each row.
template <typename CopyRow>
void for_each_row(const rt::Tensor& tensor, const CopyRow& copy_row) {
  const size_t size = rt::element_size(tensor.type), row_bytes = static_cast<size_t>(tensor.shape.back()) * size;
  if (row_bytes == 0) return;
  for (int64_t row = 0; row < tensor.rows(); ++row) {
    copy_row(tensor.as<uint8_t>() + row * tensor.pitch * static_cast<int64_t>(size),
             static_cast<size_t>(row) * row_bytes, row_bytes);
  }
}

// Without what lies between rows.
inline std::vector<uint8_t> dense_bytes(const rt::Tensor& tensor) {
  std::vector<uint8_t> bytes(static_cast<size_t>(tensor.elements()) * rt::element_size(tensor.type));
  for_each_row(
      tensor, [&](const uint8_t* row, size_t offset, size_t count) { std::memcpy(bytes.data() + offset, row, count); });
  return bytes;
}

inline void set_dense_bytes(const rt::Tensor& tensor, const std::vector<uint8_t>& bytes) {
  for_each_row(tensor,
               [&](uint8_t* row, size_t offset, size_t count) { std::memcpy(row, bytes.data() + offset, count); });
}

}  // namespace magik::check

#include "venus/core/tensor_bytes.h"

#include <cstring>

namespace magik::rt {
namespace {

struct Rows {
  size_t count, bytes, pitch;
};

Rows rows_of(const Tensor& tensor) {
  const size_t element = element_size(tensor.type);
  return {static_cast<size_t>(tensor.rows()), static_cast<size_t>(tensor.shape.back()) * element,
          static_cast<size_t>(tensor.pitch) * element};
}

}  // namespace

std::vector<uint8_t> dense_bytes(const Tensor& tensor) {
  const Rows rows = rows_of(tensor);
  std::vector<uint8_t> dense(rows.count * rows.bytes);
  for (size_t row = 0; row < rows.count && rows.bytes != 0; ++row) {
    std::memcpy(&dense[row * rows.bytes], tensor.as<uint8_t>() + row * rows.pitch, rows.bytes);
  }
  return dense;
}

void copy_to_tensor(const void* dense, const Tensor& tensor) {
  const Rows rows = rows_of(tensor);
  const auto* from = static_cast<const uint8_t*>(dense);
  for (size_t row = 0; row < rows.count && rows.bytes != 0; ++row) {
    std::memcpy(tensor.as<uint8_t>() + row * rows.pitch, from + row * rows.bytes, rows.bytes);
  }
}

}  // namespace magik::rt

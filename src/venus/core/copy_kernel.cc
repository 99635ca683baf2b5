#include "venus/core/copy_kernel.h"

#include <algorithm>
#include <cstring>

namespace magik::rt {

void copy_tensor(const Tensor& from, const Tensor& to, ThreadPool& pool) {
  constexpr int64_t kBytesPerChunk = 1 << 16;
  const int64_t item = static_cast<int64_t>(element_size(from.type));
  int64_t rows = from.rows(), row = from.shape.back() * item, from_step = from.pitch * item;
  int64_t to_step = to.shape == from.shape ? to.pitch * item : row;
  if (rows == 0 || row == 0) return;
  if (from_step == row && to_step == row) {  // one piece: rows of any length will do
    row = std::min(rows * row, kBytesPerChunk);
    rows = (from.elements() * item + row - 1) / row;
    from_step = to_step = row;
  }
  const int64_t total = from.elements() * item;
  const int64_t grain = std::max<int64_t>(1, kBytesPerChunk / row);
  pool.parallel_for(rows, grain, [&](int64_t begin, int64_t end, int) {
    for (int64_t i = begin; i < end; ++i) {
      const auto bytes = static_cast<size_t>(std::min(row, total - i * row));
      std::memcpy(to.as<std::byte>() + i * to_step, from.as<std::byte>() + i * from_step, bytes);
    }
  });
}

}  // namespace magik::rt

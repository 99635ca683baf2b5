#include "venus/ops/indexed_copy.h"

#include <cstring>

#include "venus/core/copy_kernel.h"

namespace magik::rt::ops {
namespace {

bool is_identity(const std::vector<int32_t>& table, int32_t size) {
  if (table.size() != static_cast<size_t>(size)) return false;
  for (size_t i = 0; i < table.size(); ++i) {
    if (table[i] != static_cast<int32_t>(i)) return false;
  }
  return true;
}

template <typename T>
void copy(const Tensor& input, const Tensor& output, const IndexTables& tables, ThreadPool& pool) {
  constexpr int64_t kGrainElements = 16384;
  const int last = output.shape.rank() - 1;
  const int64_t length = output.shape.back();
  const bool whole_rows = is_identity(tables[last], input.shape.back());
  const Strides strides = strides_of(input);
  pool.parallel_for(output.rows(), std::max<int64_t>(1, kGrainElements / std::max<int64_t>(1, length)),
                    [&](int64_t begin, int64_t end, int) {
                      for (int64_t row = begin; row < end; ++row) {
                        const T* from = input.as<T>();
                        int64_t rest = row;
                        for (int axis = last - 1; axis >= 0; --axis) {
                          from += tables[axis][static_cast<size_t>(rest % output.shape[axis])] * strides[axis];
                          rest /= output.shape[axis];
                        }
                        T* to = output.as<T>() + row * output.pitch;
                        if (whole_rows) {
                          std::memcpy(to, from, static_cast<size_t>(length) * sizeof(T));
                        } else {
                          const int32_t* table = tables[last].data();
                          for (int64_t i = 0; i < length; ++i) to[i] = from[table[i]];
                        }
                      }
                    });
}

}  // namespace

void indexed_copy(const Tensor& input, const Tensor& output, const IndexTables& tables, ThreadPool& pool) {
  if (output.shape.rank() == 0) return copy_tensor(input, output, pool);
  switch (element_size(input.type)) {
    case 1:
      return copy<uint8_t>(input, output, tables, pool);
    case 2:
      return copy<uint16_t>(input, output, tables, pool);
    case 4:
      return copy<uint32_t>(input, output, tables, pool);
  }
}

}  // namespace magik::rt::ops

#include "venus/ops/movement.h"

#include <cstring>

namespace magik::rt::ops {
namespace {

using Axis = LoopNest<2>::Axis;

// Copies rows [first, last) of a plane. Where neighbours in the source are not neighbours in the destination, tiles of
// the plane are copied one after the other, so that the cache lines of both sides are used while they are there.
template <typename T>
void copy_rows(const T* from, T* to, const Axis& rows, const Axis& columns, int64_t first, int64_t last) {
  if (columns.stride[0] == 1 && columns.stride[1] == 1) {
    for (int64_t r = first; r < last; ++r) {
      std::memcpy(to + r * rows.stride[1], from + r * rows.stride[0], static_cast<size_t>(columns.size) * sizeof(T));
    }
    return;
  }
  constexpr int64_t kTile = 32;
  for (int64_t top = first; top < last; top += kTile) {
    const int64_t bottom = std::min(top + kTile, last);
    for (int64_t left = 0; left < columns.size; left += kTile) {
      const int64_t right = std::min(left + kTile, columns.size);
      for (int64_t r = top; r < bottom; ++r) {
        const T* source = from + r * rows.stride[0];
        T* target = to + r * rows.stride[1];
        for (int64_t c = left; c < right; ++c) target[c * columns.stride[1]] = source[c * columns.stride[0]];
      }
    }
  }
}

template <typename T>
void copy(const T* from, T* to, LoopNest<2> nest, ThreadPool& pool) {
  constexpr int64_t kGrainElements = 16384;
  const Axis columns = nest.pop();
  if (columns.size == 0) return;
  // The plane's rows run along the source's contiguous axis if the columns do not.
  if (columns.stride[0] != 1) {
    for (int i = 0; i < nest.count(); ++i) {
      if (nest.axis(i).stride[0] == 1) nest.make_innermost(i);
    }
  }
  const Axis rows = nest.pop();
  const int64_t total_rows = nest.iterations() * rows.size;
  const int64_t grain = std::max<int64_t>(1, kGrainElements / columns.size);
  pool.parallel_for(total_rows, grain, [&](int64_t begin, int64_t end, int) {
    while (begin < end) {
      const int64_t first = begin % rows.size;
      const int64_t last = std::min(rows.size, first + end - begin);
      const LoopNest<2>::Offsets offsets = nest.offsets_at(begin / rows.size);
      copy_rows(from + offsets[0], to + offsets[1], rows, columns, first, last);
      begin += last - first;
    }
  });
}

}  // namespace

Status check_movement(const NodeTensors& tensors, size_t input, size_t output) {
  const Tensor& from = tensors.inputs[input];
  const Tensor& to = tensors.outputs[output];
  if (from.type != to.type) {
    return Status::error("moves input %zu of type %s to output %zu of type %s; they must be equal", input,
                         element_type_name(from.type), output, element_type_name(to.type));
  }
  if (!(*from.quantization == *to.quantization)) {
    return Status::error("input %zu and output %zu have different quantization, but the operator only moves elements",
                         input, output);
  }
  return {};
}

void strided_copy(const void* from, void* to, size_t element_size, LoopNest<2> nest, ThreadPool& pool) {
  switch (element_size) {
    case 1:
      return copy(static_cast<const uint8_t*>(from), static_cast<uint8_t*>(to), nest, pool);
    case 2:
      return copy(static_cast<const uint16_t*>(from), static_cast<uint16_t*>(to), nest, pool);
    case 4:
      return copy(static_cast<const uint32_t*>(from), static_cast<uint32_t*>(to), nest, pool);
  }
}

}  // namespace magik::rt::ops

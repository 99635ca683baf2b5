// Nested loops over several strided operands: what broadcasting and data movement have in common.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "venus/core/tensor.h"
#include "venus/core/thread_pool.h"

namespace magik::rt::ops {

using Strides = std::array<int64_t, kMaxRank>;

// Elements between neighbours along each axis of a tensor's view.
inline Strides strides_of(const Tensor& tensor) {
  Strides strides{};
  int64_t stride = tensor.pitch;
  for (int axis = tensor.shape.rank() - 1; axis >= 0; --axis) {
    const bool last = axis == tensor.shape.rank() - 1;
    strides[axis] = last ? 1 : stride;
    if (!last) stride *= tensor.shape[axis];
  }
  return strides;
}

// Strides along the axes of `output`, to which `tensor` is broadcast: 0 along the axes where it is repeated.
inline Strides broadcast_strides(const Tensor& tensor, const Shape& output) {
  const Strides own = strides_of(tensor);
  const int missing = output.rank() - tensor.shape.rank();
  Strides strides{};
  for (int axis = 0; axis < tensor.shape.rank(); ++axis) {
    strides[axis + missing] = tensor.shape[axis] == 1 ? 0 : own[axis];
  }
  return strides;
}

// Axes are added from the outermost to the innermost; axes that all operands traverse contiguously become one, so that
// the innermost loop is as long as possible.
template <int kOperands>
class LoopNest {
 public:
  using Offsets = std::array<int64_t, kOperands>;
  struct Axis {
    int64_t size = 1;
    Offsets stride{};  // in elements
  };

  void add(int64_t size, const Offsets& stride) {
    if (size == 1) return;
    if (count_ > 0) {
      Axis& outer = axes_[count_ - 1];
      bool contiguous = true;
      for (int n = 0; n < kOperands; ++n) contiguous = contiguous && outer.stride[n] == size * stride[n];
      if (contiguous) {
        outer.size *= size;
        outer.stride = stride;
        return;
      }
    }
    axes_[count_++] = {size, stride};
  }

  int count() const { return count_; }
  const Axis& axis(int index) const { return axes_[index]; }

  // Takes the innermost axis out: the caller loops over it.
  Axis pop() { return count_ == 0 ? Axis() : axes_[--count_]; }

  // Makes axis `index` the innermost one.
  void make_innermost(int index) {
    std::rotate(axes_.begin() + index, axes_.begin() + index + 1, axes_.begin() + count_);
  }

  int64_t iterations() const {
    int64_t product = 1;
    for (int i = 0; i < count_; ++i) product *= axes_[i].size;
    return product;
  }

  // The operands' offsets at iteration `index` of all loops.
  Offsets offsets_at(int64_t index) const {
    Offsets offsets{};
    for (int i = count_ - 1; i >= 0; --i) {
      const int64_t position = index % axes_[i].size;
      index /= axes_[i].size;
      for (int n = 0; n < kOperands; ++n) offsets[n] += position * axes_[i].stride[n];
    }
    return offsets;
  }

  // Calls body(offsets, strides, length) for runs along the innermost axis that together cover all iterations.
  template <typename Body>
  void for_each_run(ThreadPool& pool, const Body& body) const {
    constexpr int64_t kGrain = 4096;
    LoopNest outer = *this;
    const Axis inner = outer.pop();
    pool.parallel_for(outer.iterations() * inner.size, kGrain, [&](int64_t begin, int64_t end, int) {
      for (int64_t at = begin; at < end;) {
        const int64_t position = at % inner.size;
        const int64_t length = std::min(inner.size - position, end - at);
        Offsets offsets = outer.offsets_at(at / inner.size);
        for (int n = 0; n < kOperands; ++n) offsets[n] += position * inner.stride[n];
        body(offsets, inner.stride, length);
        at += length;
      }
    });
  }

 private:
  std::array<Axis, 2 * kMaxRank> axes_;
  int count_ = 0;
};

}  // namespace magik::rt::ops

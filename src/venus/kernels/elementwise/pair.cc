#include "venus/kernels/elementwise/pair.h"

#include <algorithm>
#include <cstring>

#include "venus/core/numerics.h"
#include "venus/ops/activation.h"
#include "venus/ops/broadcast.h"
#include "venus/ops/checks.h"

namespace magik::rt::kernels {
namespace {

constexpr int64_t kChunk = 256;
constexpr int64_t kSlack = 8;  // inner loops read so much further

template <typename T>
void copy_strided(const T* from, int64_t from_stride, int64_t count, T* to, int64_t to_stride) {
  for (int64_t i = 0; i < count; ++i) to[i * to_stride] = from[i * from_stride];
}

// One operand of an inner loop: in place where its elements are contiguous, else through a buffer. Constants go through
// it too, since nothing behind their end may be read.
class Operand {
 public:
  Operand(const Tensor& tensor, int64_t offset, int64_t stride)
      : wide_(tensor.type == ElementType::kUint16),
        in_place_(stride == 1 && !tensor.constant),
        stride_(stride),
        data_(tensor.as<uint8_t>() + offset * (wide_ ? 2 : 1)) {}

  bool in_place() const { return in_place_; }
  // Where elements [first, first + count) can be read.
  const void* read(int64_t first, int64_t count) {
    if (in_place_) return at(first);
    wide_ ? copy_strided(words() + first * stride_, stride_, count, buffer_, 1)
          : copy_strided(data_ + first * stride_, stride_, count, reinterpret_cast<uint8_t*>(buffer_), 1);
    return buffer_;
  }
  // Where they can be written, before written() puts them into their places.
  void* write(int64_t first) { return in_place_ ? at(first) : static_cast<void*>(buffer_); }
  void written(int64_t first, int64_t count) {
    if (in_place_) return;
    wide_ ? copy_strided(buffer_, 1, count, words() + first * stride_, stride_)
          : copy_strided(reinterpret_cast<uint8_t*>(buffer_), 1, count, data_ + first * stride_, stride_);
  }

 private:
  uint16_t* words() const { return reinterpret_cast<uint16_t*>(data_); }
  void* at(int64_t first) const { return data_ + first * (wide_ ? 2 : 1); }

  bool wide_, in_place_;
  int64_t stride_;
  uint8_t* data_;
  uint16_t buffer_[kChunk + kSlack];
};

class PairKernel : public Kernel {
 public:
  PairKernel(const PairTail& tail, PairLoop loop) : tail_(tail), loop_(loop) {}

  bool reads_pitch(size_t index) const override { return index < 2; }
  bool writes_pitch() const override { return true; }
  bool runs_in_place(size_t index) const override { return index < 2; }

  void run(const NodeTensors& tensors, const RunContext& context) override {
    using Offsets = ops::LoopNest<3>::Offsets;
    const Tensor& a = tensors.inputs[0];
    const Tensor& b = tensors.inputs[1];
    const Tensor& y = tensors.outputs[0];
    ops::broadcast_nest(a, b, y).for_each_run(
        context.pool, [&](const Offsets& at, const Offsets& stride, int64_t length) {
          Operand out(y, at[0], stride[0]), left(a, at[1], stride[1]), right(b, at[2], stride[2]);
          const bool one_go = out.in_place() && left.in_place() && right.in_place();
          for (int64_t first = 0; first < length; first += kChunk) {
            const int64_t count = one_go ? length : std::min(kChunk, length - first);
            loop_(tail_, left.read(first, count), right.read(first, count), count, out.write(first));
            out.written(first, count);
            if (one_go) break;
          }
        });
  }

 private:
  const PairTail tail_;
  const PairLoop loop_;
};

bool is_wide(const Tensor& tensor) { return tensor.type == ElementType::kUint16; }

bool all_quantized(const NodeTensors& tensors) {
  return tensors.inputs[0].quantized() && tensors.inputs[1].quantized() && tensors.outputs[0].quantized();
}

// Checks the tensors and fills all but the multipliers and the slope.
Status read_tail(const NodeTensors& tensors, const LevelTail& level, PairTail& tail) {
  MAGIK_RETURN_IF_ERROR(check_activation(tensors.inputs[0], "input 0"));
  MAGIK_RETURN_IF_ERROR(check_activation(tensors.inputs[1], "input 1"));
  tail.zero_a = tensors.inputs[0].zero_point();
  tail.zero_b = tensors.inputs[1].zero_point();
  tail.zero_y = level.range.zero_point;
  tail.lo = level.range.lo;
  tail.hi = level.range.hi;
  tail.table8 = level.table8;
  tail.table16 = level.table16;
  return {};
}

Result<std::unique_ptr<Kernel>> make_pair(const NodeTensors& tensors, const PairTail& tail,
                                          const PairLoop (&loops)[2][2][2]) {
  MAGIK_RETURN_IF_ERROR(check_multiplier(tail.ma));
  MAGIK_RETURN_IF_ERROR(check_multiplier(tail.mb));
  const PairLoop loop = loops[is_wide(tensors.inputs[0])][is_wide(tensors.inputs[1])][is_wide(tensors.outputs[0])];
  return std::unique_ptr<Kernel>(new PairKernel(tail, loop));
}

}  // namespace

Result<std::unique_ptr<Kernel>> make_add(const NodeTensors& tensors, const PairTiles& tiles) {
  if (!all_quantized(tensors)) return std::unique_ptr<Kernel>();
  Result<Activation> activation = parse_activation(tensors.node->attributes);
  if (!activation.ok()) return activation.take_status();
  if (activation.value().kind == Activation::Kind::kPRelu)
    return std::unique_ptr<Kernel>();  // the reference says why not
  Result<LevelTail> level = make_level_tail(tensors, activation.value(), 2);
  if (!level.ok()) return level.take_status();
  PairTail tail;
  MAGIK_RETURN_IF_ERROR(read_tail(tensors, level.value(), tail));
  tail.ma = scale_ratio(tensors.inputs[0].scale(), level.value().scale);
  tail.mb = scale_ratio(tensors.inputs[1].scale(), level.value().scale);
  if (activation.value().has_slope()) tail.slope = activation.value().alpha;
  return make_pair(tensors, tail, tiles.add);
}

Result<std::unique_ptr<Kernel>> make_multiply(const NodeTensors& tensors, const PairTiles& tiles) {
  if (!all_quantized(tensors)) return std::unique_ptr<Kernel>();
  Result<LevelTail> level = make_level_tail(tensors, Activation(), 2);
  if (!level.ok()) return level.take_status();
  PairTail tail;
  MAGIK_RETURN_IF_ERROR(read_tail(tensors, level.value(), tail));
  tail.ma = scale_ratio(tensors.inputs[0].scale(), tensors.inputs[1].scale(), level.value().scale);
  return make_pair(tensors, tail, tiles.multiply);
}

}  // namespace magik::rt::kernels

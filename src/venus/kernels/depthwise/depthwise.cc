#include "venus/kernels/depthwise/depthwise.h"

#include <algorithm>
#include <vector>

#include "venus/kernels/tail_constants.h"

namespace magik::rt::kernels {
namespace {

class Depthwise : public Kernel {
 public:
  Depthwise(Conv2DParams params, ElementType input_type, const DepthwiseTiles& tiles)
      : tiles_(tiles),
        params_(std::move(params)),
        pairs_((params_.taps() + 1) / 2),
        tail_(params_, params_.out_channels, tiles.block, tiles.order[input_type == ElementType::kUint16]) {
    pack_weights(tiles.order[input_type == ElementType::kUint16]);
    pack_padding(input_type);
  }

  Status prepare(const NodeTensors& tensors) override {
    Result<Conv2DGeometry> geometry = resolve_conv2d(params_, tensors);
    if (!geometry.ok()) return geometry.take_status();
    geometry_ = geometry.value();
    return {};
  }
  size_t scratch_bytes() const override {
    return static_cast<size_t>(2 * pairs_ * geometry_.x.output) * sizeof(const void*);
  }
  bool reads_pitch(size_t index) const override { return index == Conv2DParams::kX; }
  bool writes_pitch() const override { return true; }

  void run(const NodeTensors& tensors, const RunContext& context) override {
    const Tensor& x = tensors.inputs[Conv2DParams::kX];
    const Tensor& y = tensors.outputs[0];
    const auto run_row = tiles_.run[x.type == ElementType::kUint16][y.type == ElementType::kUint16];
    const AccumulatorTail tail = tail_.of_run(0);
    context.pool.parallel_for(
        int64_t{geometry_.batch} * geometry_.y.output, 1, [&](int64_t begin, int64_t end, int thread) {
          auto* taps = reinterpret_cast<const uint8_t**>(context.scratch_of(thread));
          for (int64_t out_row = begin; out_row < end; ++out_row) {
            find_taps(x, out_row, taps);
            DepthwiseRow row;
            row.taps = reinterpret_cast<const void* const*>(taps);
            row.pairs = pairs_;
            row.pixels = geometry_.x.output;
            row.weights = weights_.data();
            row.tail = &tail;
            row.channels = params_.out_channels;
            row.out_pitch = y.pitch;
            row.out = y.as<std::byte>() + out_row * row.pixels * y.pitch * static_cast<int64_t>(element_size(y.type));
            run_row(row);
          }
        });
  }

 private:
  void pack_weights(const uint8_t* order) {
    const int64_t taps = params_.taps(), block = tiles_.block;
    const int64_t blocks = (params_.out_channels + block - 1) / block;
    for (int64_t i = 0; i < blocks * pairs_ * block * 2; ++i) {
      const int64_t tap = i / (block * 2) % pairs_ * 2 + i % 2;
      const int64_t channel = i / (pairs_ * block * 2) * block + order[i / 2 % block];
      const bool exists = tap < taps && channel < params_.out_channels;
      weights_.push_back(exists ? params_.weight_q[channel * taps + tap] : int16_t{0});
    }
  }

  // Readable up to a whole block.
  void pack_padding(ElementType type) {
    const size_t size = element_size(type);
    padding_.resize((params_.pad_levels.size() + static_cast<size_t>(tiles_.block)) * size);
    for (size_t i = 0; i < params_.pad_levels.size(); ++i) {
      for (size_t byte = 0; byte < size; ++byte) {
        padding_[i * size + byte] = static_cast<uint8_t>(params_.pad_levels[i] >> (8 * byte));
      }
    }
  }

  void find_taps(const Tensor& x, int64_t out_row, const uint8_t** taps) const {
    const WindowAxis& v = geometry_.y;
    const WindowAxis& h = geometry_.x;
    const int64_t pixel_bytes = x.pitch * static_cast<int64_t>(element_size(x.type));
    const uint8_t* image = x.as<uint8_t>() + out_row / v.output * v.input * h.input * pixel_bytes;
    const int32_t y0 = v.start(static_cast<int32_t>(out_row % v.output));
    for (int32_t ky = 0; ky < v.kernel; ++ky) {
      const int32_t iy = y0 + ky * v.dilation;
      const bool inside = iy >= 0 && iy < v.input;
      for (int32_t kx = 0; kx < h.kernel; ++kx, taps += h.output) {
        find_row_taps(inside ? image + int64_t{iy} * h.input * pixel_bytes : nullptr, kx, pixel_bytes, taps);
      }
    }
    if (params_.taps() % 2 != 0) std::fill(taps, taps + h.output, padding_.data());
  }

  // Where tap kx of each output pixel of a row is. `row` null: in the padding.
  void find_row_taps(const uint8_t* row, int32_t kx, int64_t pixel_bytes, const uint8_t** taps) const {
    const WindowAxis& h = geometry_.x;
    if (row == nullptr) {
      std::fill(taps, taps + h.output, padding_.data());
      return;
    }
    // Output pixels [first, last) have this tap inside: 0 <= x0 + ox * stride < input.
    const int32_t x0 = kx * h.dilation - h.pad_begin;
    const int32_t first = std::min(h.output, x0 >= 0 ? 0 : (-x0 + h.stride - 1) / h.stride);
    const int32_t behind = x0 >= h.input ? 0 : (h.input - x0 + h.stride - 1) / h.stride;
    const int32_t last = std::max(first, std::min(h.output, behind));
    std::fill(taps, taps + first, padding_.data());
    const uint8_t* tap = row + (x0 + int64_t{first} * h.stride) * pixel_bytes;
    const int64_t step = h.stride * pixel_bytes;
    for (int32_t ox = first; ox < last; ++ox, tap += step) taps[ox] = tap;
    std::fill(taps + last, taps + h.output, padding_.data());
  }

  const DepthwiseTiles& tiles_;
  const Conv2DParams params_;
  const int64_t pairs_;
  const TailConstants tail_;
  std::vector<int16_t> weights_;
  std::vector<uint8_t> padding_;
  Conv2DGeometry geometry_;
};

}  // namespace

Result<std::unique_ptr<Kernel>> make_depthwise(const NodeTensors& tensors, const DepthwiseTiles& tiles) {
  std::unique_ptr<Kernel> declined;
  const Tensor& x = tensors.inputs[Conv2DParams::kX];
  Result<Conv2DParams> params = make_conv2d_params(tensors);
  if (!params.ok()) return params.take_status();
  if (params.value().group_in() != 1 || params.value().group_out() != 1) return declined;
  if (params.value().arithmetic != Conv2DParams::Arithmetic::kInt32 || !params.value().quantized_output)
    return declined;
  if (x.quantization->bits > 15 || x.constant || params.value().out_channels == 0) return declined;
  return std::unique_ptr<Kernel>(new Depthwise(params.take(), x.type, tiles));
}

}  // namespace magik::rt::kernels

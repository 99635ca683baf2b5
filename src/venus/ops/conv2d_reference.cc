#include "venus/ops/conv2d_reference.h"

#include <algorithm>
#include <vector>

#include "venus/ops/conv2d_params.h"

namespace magik::rt::ops {
namespace {

// Pixels whose sums are computed together, so that a tap's weights are read from memory once for all of them.
constexpr int64_t kTile = 8;

// The type of (q_x - z_x) and of weights in the inner loop. 16-bit factors suffice for 8-bit inputs and are faster.
template <typename X>
struct OperandOf {
  using Type = X;  // float
};
template <>
struct OperandOf<uint8_t> {
  using Type = int16_t;
};
template <>
struct OperandOf<uint16_t> {
  using Type = int32_t;
};

// Unsigned sums wrap around.
inline float to_float(float sum) { return sum; }
inline float to_float(uint32_t sum) { return static_cast<float>(static_cast<int32_t>(sum)); }
inline float to_float(int64_t sum) { return static_cast<float>(sum); }

// X: input elements; Sum: float, uint32_t (32-bit accumulators) or int64_t.
template <typename X, typename Sum>
class Conv2DReference : public Kernel {
 public:
  using Operand = typename OperandOf<X>::Type;

  explicit Conv2DReference(Conv2DParams params) : params_(std::move(params)) {
    pack_weights();
    for (int32_t c = 0; c < params_.in_channels; ++c) {
      padding_.push_back(static_cast<X>(params_.is_float() ? params_.pad_values[c] : params_.pad_levels[c]));
    }
  }

  Status prepare(const NodeTensors& tensors) override {
    Result<Conv2DGeometry> geometry = resolve_conv2d(params_, tensors);
    if (!geometry.ok()) return geometry.take_status();
    geometry_ = geometry.value();
    return {};
  }
  size_t scratch_bytes() const override { return kTile * static_cast<size_t>(params_.out_channels) * sizeof(Sum); }
  bool reads_pitch(size_t index) const override { return index == Conv2DParams::kX; }
  bool writes_pitch() const override { return true; }

  void run(const NodeTensors& tensors, const RunContext& context) override {
    const Tensor& x = tensors.inputs[Conv2DParams::kX];
    const Tensor& y = tensors.outputs[0];
    context.pool.parallel_for(geometry_.output_pixels(), kTile, [&](int64_t begin, int64_t end, int thread) {
      Sum* sums = reinterpret_cast<Sum*>(context.scratch_of(thread));
      for (int64_t first = begin; first < end; first += kTile) {
        const int64_t last = std::min(first + kTile, end);
        sum_tile(x, first, last, sums);
        for (int64_t pixel = first; pixel < last; ++pixel) {
          store(sums + (pixel - first) * params_.out_channels, y, pixel * y.pitch);
        }
      }
    });
  }

 private:
  // From [o][tap][c] to [tap][c][o]: the inner loop runs over output channels, as a compiler's vectors like it.
  void pack_weights() {
    const int64_t taps = params_.taps(), channels = params_.group_in(), outputs = params_.out_channels;
    weights_.resize(static_cast<size_t>(taps * channels * outputs));
    for (int64_t o = 0; o < outputs; ++o) {
      for (int64_t i = 0; i < taps * channels; ++i) {
        const int64_t source = o * taps * channels + i;
        weights_[static_cast<size_t>(i * outputs + o)] =
            static_cast<Operand>(params_.is_float() ? params_.weight_f[source] : params_.weight_q[source]);
      }
    }
  }

  void sum_tile(const Tensor& x, int64_t first, int64_t last, Sum* sums) const {
    const int64_t outputs = params_.out_channels;
    for (int64_t i = 0; i < (last - first) * outputs; ++i) sums[i] = initial(i % outputs);
    for (int64_t tap = 0; tap < params_.taps(); ++tap) {
      const Operand* weights = weights_.data() + tap * params_.group_in() * outputs;
      for (int64_t pixel = first; pixel < last; ++pixel) {
        add_tap(tap_input(x, pixel, tap), weights, sums + (pixel - first) * outputs);
      }
    }
  }

  Sum initial(int64_t o) const {
    if (params_.is_float()) return static_cast<Sum>(params_.bias_f ? 0.0f + params_.bias_f[o] : 0.0f);
    return static_cast<Sum>(params_.bias_q ? params_.bias_q[o] : 0);
  }

  // The channels that tap `tap` of output pixel `pixel` reads.
  const X* tap_input(const Tensor& x, int64_t pixel, int64_t tap) const {
    const WindowAxis& v = geometry_.y;
    const WindowAxis& h = geometry_.x;
    const int64_t row = v.start(static_cast<int32_t>(pixel / h.output % v.output)) + tap / h.kernel * v.dilation;
    const int64_t column = h.start(static_cast<int32_t>(pixel % h.output)) + tap % h.kernel * h.dilation;
    if (row < 0 || row >= v.input || column < 0 || column >= h.input) return padding_.data();
    const int64_t image = pixel / h.output / v.output;
    return x.as<X>() + ((image * v.input + row) * h.input + column) * x.pitch;
  }

  void add_tap(const X* x, const Operand* weights, Sum* sums) const {
    const int64_t channels = params_.group_in(), group_out = params_.group_out(), outputs = params_.out_channels;
    for (int64_t c = 0; c < channels; ++c, weights += outputs) {
      if (group_out == 1) {  // depthwise: the long loop is the one over groups
        for (int64_t o = 0; o < outputs; ++o) sums[o] += static_cast<Sum>(operand(x[o * channels + c]) * weights[o]);
        continue;
      }
      for (int64_t g = 0; g < params_.group; ++g) {
        const Operand value = operand(x[g * channels + c]);
        const Operand* w = weights + g * group_out;
        Sum* s = sums + g * group_out;
        for (int64_t o = 0; o < group_out; ++o) s[o] += static_cast<Sum>(value * w[o]);
      }
    }
  }

  Operand operand(X x) const { return static_cast<Operand>(x - static_cast<Operand>(params_.x_zero_point)); }

  void store(const Sum* sums, const Tensor& y, int64_t at) const {
    const bool slopes = params_.activation.has_slope();
    for (int32_t o = 0; o < params_.out_channels; ++o) {
      const float sum = to_float(sums[o]);
      if (params_.quantized_output) {
        const int32_t level = params_.tail.level(sum * (slopes && sum < 0 ? params_.slope[o] : params_.multiplier[o]));
        if (y.type == ElementType::kUint8) {
          y.as<uint8_t>()[at + o] = static_cast<uint8_t>(level);
        } else {
          y.as<uint16_t>()[at + o] = static_cast<uint16_t>(level);
        }
      } else {
        const float real = params_.is_float() ? sum : sum * params_.multiplier[o];
        y.as<float>()[at + o] = params_.activation.apply(real, slopes ? params_.slope[o] : 0.0f);
      }
    }
  }

  Conv2DParams params_;
  Conv2DGeometry geometry_;
  std::vector<Operand> weights_;
  std::vector<X> padding_;  // one pixel
};

template <typename X>
std::unique_ptr<Kernel> make_quantized(Conv2DParams params) {
  if (params.arithmetic == Conv2DParams::Arithmetic::kInt64) {
    return std::make_unique<Conv2DReference<X, int64_t>>(std::move(params));
  }
  return std::make_unique<Conv2DReference<X, uint32_t>>(std::move(params));
}

}  // namespace

Result<std::unique_ptr<Kernel>> create_conv2d_reference(const NodeTensors& tensors) {
  Result<Conv2DParams> params = make_conv2d_params(tensors);
  if (!params.ok()) return params.take_status();
  if (params.value().is_float()) return std::make_unique<Conv2DReference<float, float>>(params.take());
  if (tensors.inputs[Conv2DParams::kX].type == ElementType::kUint8) return make_quantized<uint8_t>(params.take());
  return make_quantized<uint16_t>(params.take());
}

}  // namespace magik::rt::ops

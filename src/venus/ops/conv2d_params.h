// What Conv2D and MatMul kernels need to know of their node, parsed and checked once. MatMul is a 1x1 convolution over
// an image of rows x 1 pixels, so that one GEMM serves both.
//
// The result, which reference and SIMD kernels share bit for bit (o: output channel, taps in the order kh, kw, c):
//   float      sum starts at 0.0f + bias[o] (0.0f without bias), then sum += x * w for each tap. Taps in the padding
//   read
//              pad_values[c]. y = activation.apply(sum, slope).
//   quantized  acc = bias[o] + sum of (q_x - z_x) * q_w with wrap-around, in int32 (or int64, accumulator_bits 64).
//   Taps in
//              the padding read pad_levels[c].
//              output q: t = float(acc) * multiplier[o] (slope[o] for acc < 0 where the activation has slopes),
//                        then tail.level(t)
//              output f: y = activation.apply(float(acc) * multiplier[o], slope)
// For finite weights and pad value 0, skipping the taps in the padding gives the same bits.
#pragma once

#include <cstdint>
#include <vector>

#include "venus/core/operator.h"
#include "venus/core/tensor.h"
#include "venus/ops/activation.h"
#include "venus/ops/window.h"

namespace magik::rt {

struct Conv2DParams {
  // Input, weight, bias, slopes, table.
  enum Input : size_t { kX = 0, kWeight = 1, kBias = 2, kSlopes = 3, kTable = 4 };
  enum class Arithmetic : uint8_t { kFloat, kInt32, kInt64 };

  Window window;
  int32_t group = 1;
  int32_t in_channels = 0, out_channels = 0;  // of all groups
  Arithmetic arithmetic = Arithmetic::kFloat;
  bool quantized_output = false;

  // Constants. Weights are [out_channels, kernel_h, kernel_w, in_channels / group]; bias is null where left out.
  const float* weight_f = nullptr;
  const int8_t* weight_q = nullptr;
  const float* bias_f = nullptr;
  const int32_t* bias_q = nullptr;

  int32_t x_zero_point = 0;
  std::vector<float> pad_values;     // kFloat: one per input channel
  std::vector<uint16_t> pad_levels;  // quantized: one per input channel
  bool uniform_padding = true;       // all pad_values are 0, or all pad_levels are x_zero_point

  Activation activation;
  std::vector<float> multiplier;  // quantized: one per output channel
  // Where activation.has_slope(), one per output channel: the multiplier of negative accumulators for a quantized
  // output, the slope itself for a float output.
  std::vector<float> slope;
  LevelTail tail;  // quantized output

  bool is_float() const { return arithmetic == Arithmetic::kFloat; }
  int32_t group_in() const { return in_channels / group; }
  int32_t group_out() const { return out_channels / group; }
  int64_t taps() const { return int64_t{1} * window.kernel[0] * window.kernel[1]; }
};

// Everything that does not depend on the input's size: call it in create(). Errors: weights or bias that are not
// constant or of the wrong type, quantization that does not fit, multipliers that are not finite and >= 0, ...
Result<Conv2DParams> make_conv2d_params(const NodeTensors& tensors);

// What depends on the input's size: call it in prepare(). Allocates nothing.
struct Conv2DGeometry {
  int32_t batch = 1;
  WindowAxis y, x;  // MatMul: y runs over the rows, x has one pixel

  int64_t input_pixels() const { return int64_t{batch} * y.input * x.input; }
  int64_t output_pixels() const { return int64_t{batch} * y.output * x.output; }
};
Result<Conv2DGeometry> resolve_conv2d(const Conv2DParams& params, const NodeTensors& tensors);

}  // namespace magik::rt

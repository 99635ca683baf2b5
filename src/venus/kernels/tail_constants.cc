#include "venus/kernels/tail_constants.h"

namespace magik::rt::kernels {
namespace {

// bias - (z_x - offset) * sum(w): with it, products take levels minus `offset` instead of differences from the zero
// point.
int32_t folded_bias(const Conv2DParams& params, int64_t channel, int32_t offset) {
  const int64_t count = params.taps() * params.group_in();
  const int8_t* weight = params.weight_q + channel * count;
  int32_t sum = 0;
  for (int64_t i = 0; i < count; ++i) sum = wrapping_add(sum, weight[i]);
  const int32_t bias = params.bias_q ? params.bias_q[channel] : 0;
  return wrapping_add(bias, wrapping_mul(offset - params.x_zero_point, sum));
}

}  // namespace

TailConstants::TailConstants(const Conv2DParams& params, int32_t run, int block, const uint8_t* order, int32_t offset)
    : padded_run_((run + block - 1) / block * block) {
  const int64_t size = params.out_channels / run * padded_run_;
  bias_.resize(static_cast<size_t>(size));
  multiplier_.resize(static_cast<size_t>(size));
  if (!params.slope.empty()) slope_.resize(static_cast<size_t>(size));
  for (int64_t i = 0; i < size; ++i) {
    const int64_t lane = i % block;
    const int64_t in_run = i % padded_run_ - lane + (order ? order[lane] : lane);
    if (in_run >= run) continue;
    const int64_t channel = i / padded_run_ * run + in_run;
    const size_t at = static_cast<size_t>(i), from = static_cast<size_t>(channel);
    bias_[at] = folded_bias(params, channel, offset);
    multiplier_[at] = params.multiplier[from];
    if (!slope_.empty()) slope_[at] = params.slope[from];
  }
  common_.lo = params.tail.range.lo;
  common_.hi = params.tail.range.hi;
  common_.zero_point = params.tail.range.zero_point;
  common_.table8 = params.tail.table8;
  common_.table16 = params.tail.table16;
}

AccumulatorTail TailConstants::of_run(int32_t index) const {
  const int64_t at = index * padded_run_;
  AccumulatorTail tail = common_;
  tail.bias = bias_.data() + at;
  tail.multiplier = multiplier_.data() + at;
  tail.slope = slope_.empty() ? nullptr : slope_.data() + at;
  return tail;
}

}  // namespace magik::rt::kernels

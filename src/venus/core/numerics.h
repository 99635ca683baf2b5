// The integer specification's arithmetic (docs/quantization.md), used by every reference kernel. SIMD kernels compute
// the same bits. All float expressions are single IEEE float32 operations: this project is compiled with
// -ffp-contract=off and without fast-math.
#pragma once

#include <cstdint>

namespace magik::rt {

// Compare and select, as SSE's maxps/minps order their operands: a NaN becomes `lo`.
inline float clamp(float t, float lo, float hi) {
  t = t > lo ? t : lo;
  return t < hi ? t : hi;
}

// Rounds to the nearest integer, ties to even, for |t| < 2^22. Adding and subtracting 1.5 * 2^23 leaves no fraction
// bits.
inline int32_t round_to_even(float t) {
  constexpr float kMagic = 12582912.0f;
  return static_cast<int32_t>((t + kMagic) - kMagic);
}

// The range of t = (real value) / scale before the zero point is added, for levels lo..hi of the output.
struct OutputRange {
  float lo, hi;
  int32_t zero_point;
};

inline int32_t quantize_clamped(float t, const OutputRange& range) {
  return round_to_even(clamp(t, range.lo, range.hi)) + range.zero_point;
}

// q = clamp(float(acc) * multiplier): the tail of convolutions and products.
inline int32_t requantize(int32_t acc, float multiplier, const OutputRange& range) {
  return quantize_clamped(static_cast<float>(acc) * multiplier, range);
}

// Signed wrap-around: a hostile model may break the converter's proof that sums fit, which must not be undefined.
inline int32_t wrapping_add(int32_t a, int32_t b) {
  return static_cast<int32_t>(static_cast<uint32_t>(a) + static_cast<uint32_t>(b));
}
inline int32_t wrapping_mul(int32_t a, int32_t b) {
  return static_cast<int32_t>(static_cast<uint32_t>(a) * static_cast<uint32_t>(b));
}

// A product of scales is computed in double and rounded once.
inline float scale_ratio(float a, float b) {
  return static_cast<float>(static_cast<double>(a) / static_cast<double>(b));
}
inline float scale_ratio(float a, float b, float c) {
  return static_cast<float>(static_cast<double>(a) * static_cast<double>(b) / static_cast<double>(c));
}

}  // namespace magik::rt

// The runtime's own mathematical functions. Each is a fixed sequence of IEEE operations, so that its bits are the same
// on every machine (a libm's are not). Accurate to 2.5 units in the last place; tested against libm. NaN results are
// the canonical NaN, because the one that hardware makes differs between architectures. Polynomials: Cephes (S.
// Moshier), single precision.
#pragma once

#include <cstdint>
#include <cstring>
#include <limits>

namespace magik::rt {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

inline uint32_t float_bits(float x) {
  uint32_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  return bits;
}
inline float float_from_bits(uint32_t bits) {
  float x;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}
inline float nan_value() { return float_from_bits(0x7fc00000u); }
inline float canonical_nan(float x) { return x == x ? x : nan_value(); }

inline float absolute(float x) { return float_from_bits(float_bits(x) & 0x7fffffffu); }
inline float copy_sign(float magnitude, float sign) {
  return float_from_bits((float_bits(magnitude) & 0x7fffffffu) | (float_bits(sign) & 0x80000000u));
}
// 2^n for -126 <= n <= 127.
inline float power_of_two(int32_t n) { return float_from_bits(static_cast<uint32_t>(n + 127) << 23); }

// The compiler makes one correctly rounded instruction of it: the project is compiled with -fno-math-errno.
inline float square_root(float x) { return canonical_nan(__builtin_sqrtf(x)); }

// Towards zero. From 2^23 on, every float is an integer. The sign of a zero is kept.
inline float truncate(float x) {
  if (!(absolute(x) < 8388608.0f)) return canonical_nan(x);
  return copy_sign(static_cast<float>(static_cast<int32_t>(x)), x);
}
inline float floor_of(float x) {
  const float t = truncate(x);
  return t > x ? t - 1.0f : t;
}
inline float ceil_of(float x) {
  const float t = truncate(x);
  return t < x ? copy_sign(t + 1.0f, x) : t;
}
// To the nearest integer, ties to even.
inline float round_of(float x) {
  if (!(absolute(x) < 8388608.0f)) return canonical_nan(x);
  const float magnitude = (absolute(x) + 8388608.0f) - 8388608.0f;
  return copy_sign(magnitude, x);
}

inline float exponential(float x) {
  // e^x = 2^n e^r with n = round(x / ln 2). Outside of the bounds the result is 0 or infinity all the same.
  float t = x > -104.0f ? x : -104.0f;
  t = t < 89.0f ? t : 89.0f;
  const float n = (t * 1.44269504088896341f + 12582912.0f) - 12582912.0f;
  const float r = (t - n * 0.693359375f) + n * 2.12194440e-4f;  // ln 2 in two parts; the first product is exact
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = (p * (r * r) + r) + 1.0f;
  // In two steps: 2^n alone need not be a float. Only the second one can round, where the result is subnormal.
  const int32_t exponent = static_cast<int32_t>(n);
  const int32_t half = exponent >> 1;
  const float y = p * power_of_two(half) * power_of_two(exponent - half);
  return x == x ? y : nan_value();
}

inline float logarithm(float x) {
  if (!(x >= 0)) return nan_value();
  if (x == 0) return -kInfinity;
  if (x == kInfinity) return x;
  int32_t exponent = 0;
  if (x < std::numeric_limits<float>::min()) {  // subnormal
    x *= 8388608.0f;
    exponent = -23;
  }
  // x = m 2^exponent with m in [sqrt(1/2), sqrt(2)); 0x3f3504f3 is sqrt(1/2).
  const uint32_t shifted = float_bits(x) - 0x3f3504f3u;
  exponent += static_cast<int32_t>(shifted) >> 23;
  const float m = float_from_bits((shifted & 0x007fffffu) + 0x3f3504f3u);
  const float f = m - 1.0f;
  const float z = f * f;
  float p = 7.0376836292e-2f;
  p = p * f - 1.1514610310e-1f;
  p = p * f + 1.1676998740e-1f;
  p = p * f - 1.2420140846e-1f;
  p = p * f + 1.4249322787e-1f;
  p = p * f - 1.6668057665e-1f;
  p = p * f + 2.0000714765e-1f;
  p = p * f - 2.4999993993e-1f;
  p = p * f + 3.3333331174e-1f;
  const float e = static_cast<float>(exponent);
  float y = p * f * z;
  y += e * -2.12194440e-4f;
  y -= 0.5f * z;
  return (f + y) + e * 0.693359375f;
}

// ln(1 + x) for x > -1. The quotient repairs the rounding of 1 + x (W. Kahan).
inline float logarithm_1p(float x) {
  const float u = 1.0f + x;
  if (u == 1.0f || u == kInfinity) return x;
  return canonical_nan(logarithm(u) * (x / (u - 1.0f)));
}

inline float hyperbolic_tangent(float x) {
  const float magnitude = absolute(x);
  if (magnitude < 0.625f) {
    const float z = x * x;
    float p = -5.70498872745e-3f;
    p = p * z + 2.06390887954e-2f;
    p = p * z - 5.37397155531e-2f;
    p = p * z + 1.33314422036e-1f;
    p = p * z - 3.33332819422e-1f;
    return p * z * x + x;
  }
  const float y = 1.0f - 2.0f / (exponential(magnitude + magnitude) + 1.0f);
  return x == x ? copy_sign(y, x) : nan_value();
}

// 1 / (1 + e^-x), without an overflow that would lose the small results.
inline float logistic(float x) {
  const float e = exponential(-absolute(x));
  return canonical_nan((x < 0 ? e : 1.0f) / (1.0f + e));
}

inline float error_function(float x) {
  const float a = absolute(x);
  if (a < 1.0f) {
    const float z = x * x;
    float p = 7.853861353153693e-5f;
    p = p * z - 8.010193625184903e-4f;
    p = p * z + 5.188327685732524e-3f;
    p = p * z - 2.685381193529856e-2f;
    p = p * z + 1.128358514861418e-1f;
    p = p * z - 3.761262582423300e-1f;
    p = p * z + 1.28379165726710e-1f;
    return x + x * p;
  }
  if (x != x) return nan_value();
  if (a > 4.0f) return copy_sign(1.0f, x);
  // 1 - erfc(a), erfc(a) = e^(-a^2) / a * P(1 / a^2)
  const float q = 1.0f / a;
  const float y = q * q;
  float p;
  if (a < 2.0f) {
    p = 2.326819970068386e-2f;
    p = p * y - 1.387039388740657e-1f;
    p = p * y + 3.687424674597105e-1f;
    p = p * y - 5.824733027278666e-1f;
    p = p * y + 6.210004621745983e-1f;
    p = p * y - 4.944515323274145e-1f;
    p = p * y + 3.404879937665872e-1f;
    p = p * y - 2.741127028184656e-1f;
    p = p * y + 5.638259427386472e-1f;
  } else {
    p = -1.047766399936249e+1f;
    p = p * y + 1.297719955372516e+1f;
    p = p * y - 7.495518717768503f;
    p = p * y + 2.921019019210786f;
    p = p * y - 1.015265279202700f;
    p = p * y + 4.218463358204948e-1f;
    p = p * y - 2.820767439740514e-1f;
    p = p * y + 5.641895067754075e-1f;
  }
  return copy_sign(1.0f - exponential(-(a * a)) * q * p, x);
}

// x^y, computed in double: float steps would lose the digits of large y log x. Special cases as in C's Annex F.
float power(float x, float y);

}  // namespace magik::rt

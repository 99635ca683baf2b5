#include "venus/core/math.h"

namespace magik::rt {
namespace {

double double_power_of_two(int64_t n) {
  const uint64_t bits = static_cast<uint64_t>(n + 1023) << 52;
  double x;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}

// ln x of a finite x > 0 (any float is a normal double): x = m 2^e, ln m = 2 artanh((m - 1) / (m + 1)).
double log_of(double x) {
  uint64_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  const uint64_t shifted = bits - 0x3fe6a09e667f3bcdull;  // sqrt(1/2)
  const int64_t exponent = static_cast<int64_t>(shifted) >> 52;
  const uint64_t mantissa = (shifted & 0x000fffffffffffffull) + 0x3fe6a09e667f3bcdull;
  double m;
  std::memcpy(&m, &mantissa, sizeof m);
  const double s = (m - 1.0) / (m + 1.0);
  const double z = s * s;
  double p = 0.0;
  for (int k = 21; k >= 1; k -= 2) p = p * z + 1.0 / k;
  return 2.0 * s * p + static_cast<double>(exponent) * 0.69314718055994530942;
}

// e^x for |x| < 700.
double exp_of(double x) {
  const double n = (x * 1.44269504088896340736 + 6755399441055744.0) - 6755399441055744.0;
  const double r = x - n * 0.69314718055994530942;
  double p = 1.0;
  for (int k = 13; k >= 1; --k) p = p * (r / k) + 1.0;
  return p * double_power_of_two(static_cast<int64_t>(n));
}

bool is_integer(float x) { return truncate(x) == x; }
bool is_odd(float x) {  // of an integer; from 2^24 on all are even
  return absolute(x) < 16777216.0f && (static_cast<int32_t>(x) & 1) != 0;
}

}  // namespace

float power(float x, float y) {
  if (y == 0 || x == 1.0f) return 1.0f;
  if (x != x || y != y) return nan_value();
  const float magnitude = absolute(x);
  if (absolute(y) == kInfinity) {
    if (magnitude == 1.0f) return 1.0f;
    return (magnitude > 1.0f) == (y > 0) ? kInfinity : 0.0f;
  }
  const bool odd = is_integer(y) && is_odd(y);
  const float sign = odd ? x : 1.0f;
  if (magnitude == 0 || magnitude == kInfinity) {
    return copy_sign((magnitude == 0) == (y > 0) ? 0.0f : kInfinity, sign);
  }
  if (x < 0 && !is_integer(y)) return nan_value();
  double t = static_cast<double>(y) * log_of(static_cast<double>(magnitude));
  t = t < 100.0 ? t : 100.0;  // where float has long overflown
  t = t > -110.0 ? t : -110.0;
  return copy_sign(static_cast<float>(exp_of(t)), sign);
}

}  // namespace magik::rt

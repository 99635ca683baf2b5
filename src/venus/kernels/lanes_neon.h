// Four 32-bit lanes on NEON of AArch64 and ARMv7, see lanes_avx2.h. ARMv7's NEON flushes subnormals: of a level's
// computation only values that round to zero all the same. It cannot round to nearest either.
#pragma once

#include <arm_neon.h>

#include <cstdint>
#include <cstring>

namespace magik::rt::kernels {
namespace {

constexpr int kLanes = 4;
using Ints = int32x4_t;
using Floats = float32x4_t;

inline Ints broadcast(int32_t x) { return vdupq_n_s32(x); }
inline Floats broadcast(float x) { return vdupq_n_f32(x); }

inline Ints load(const int32_t* p) { return vld1q_s32(p); }
inline Floats load(const float* p) { return vld1q_f32(p); }
inline Ints load(const uint16_t* p) { return vreinterpretq_s32_u32(vmovl_u16(vld1_u16(p))); }
inline Ints load(const uint8_t* p) {
  uint32_t bytes;
  std::memcpy(&bytes, p, sizeof bytes);
  return vreinterpretq_s32_u32(vmovl_u16(vget_low_u16(vmovl_u8(vreinterpret_u8_u32(vdup_n_u32(bytes))))));
}

inline uint16x4_t words_of(Ints x) { return vmovn_u32(vreinterpretq_u32_s32(x)); }

// Lanes hold levels that fit the element type.
inline void store(int32_t* p, Ints x) { vst1q_s32(p, x); }
inline void store(uint16_t* p, Ints x) { vst1_u16(p, words_of(x)); }
inline void store(uint8_t* p, Ints x) {
  const uint16x4_t words = words_of(x);
  const uint32_t bytes = vget_lane_u32(vreinterpret_u32_u8(vmovn_u16(vcombine_u16(words, words))), 0);
  std::memcpy(p, &bytes, sizeof bytes);
}

// Rows of levels, `pitch` elements apart.
template <typename T, int kRows, int kVectors>
inline void store_rows(T* out, int64_t pitch, const Ints (&levels)[kRows][kVectors]) {
#pragma GCC unroll 8
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 2
    for (int v = 0; v < kVectors; ++v) store(out + r * pitch + v * kLanes, levels[r][v]);
  }
}
template <int kRows>
inline void store_rows(uint8_t* out, int64_t pitch, const Ints (&levels)[kRows][2]) {
#pragma GCC unroll 8
  for (int r = 0; r < kRows; ++r) {
    vst1_u8(out + r * pitch, vmovn_u16(vcombine_u16(words_of(levels[r][0]), words_of(levels[r][1]))));
  }
}

inline Ints add(Ints a, Ints b) { return vaddq_s32(a, b); }
inline Ints subtract(Ints a, Ints b) { return vsubq_s32(a, b); }
inline Ints multiply(Ints a, Ints b) { return vmulq_s32(a, b); }
inline Floats add(Floats a, Floats b) { return vaddq_f32(a, b); }
inline Floats multiply(Floats a, Floats b) { return vmulq_f32(a, b); }
inline Floats to_float(Ints x) { return vcvtq_f32_s32(x); }

// As clamp() of numerics.h, a NaN becomes `lo`. round_lanes(): ties to even.
#if defined(__aarch64__)
inline Floats clamp_lanes(Floats t, Floats lo, Floats hi) { return vminnmq_f32(vmaxnmq_f32(t, lo), hi); }
inline Ints round_lanes(Floats t) { return vcvtnq_s32_f32(t); }
#else
inline Floats clamp_lanes(Floats t, Floats lo, Floats hi) {
  t = vbslq_f32(vcgtq_f32(t, lo), t, lo);
  return vminq_f32(t, hi);
}
// See round_to_even() of numerics.h; the sum's low bits are the integer.
inline Ints round_lanes(Floats t) {
  const Floats magic = vdupq_n_f32(12582912.0f);
  return vsubq_s32(vreinterpretq_s32_f32(vaddq_f32(t, magic)), vreinterpretq_s32_f32(magic));
}
#endif

// x < 0 ? a : b
inline Floats select_negative(Ints x, Floats a, Floats b) { return vbslq_f32(vcltq_s32(x, vdupq_n_s32(0)), a, b); }
inline Floats select_below_zero(Floats x, Floats a, Floats b) { return vbslq_f32(vcltq_f32(x, vdupq_n_f32(0)), a, b); }

// Whole vectors of levels.
template <typename T>
struct LevelVector;
template <>
struct LevelVector<uint8_t> {
  using Type = uint8x16_t;
  static constexpr int kCount = 16;
  static Type load(const void* p) { return vld1q_u8(static_cast<const uint8_t*>(p)); }
  static void store(uint8_t* p, Type x) { vst1q_u8(p, x); }
  static Type larger(Type a, Type b) { return vmaxq_u8(a, b); }
};
template <>
struct LevelVector<uint16_t> {
  using Type = uint16x8_t;
  static constexpr int kCount = 8;
  static Type load(const void* p) { return vreinterpretq_u16_u8(vld1q_u8(static_cast<const uint8_t*>(p))); }
  static void store(uint16_t* p, Type x) { vst1q_u16(p, x); }
  static Type larger(Type a, Type b) { return vmaxq_u16(a, b); }
};

}  // namespace
}  // namespace magik::rt::kernels

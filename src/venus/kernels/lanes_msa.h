// Four 32-bit lanes on MIPS MSA, see lanes_avx2.h.
#pragma once

#include <msa.h>

#include <cstdint>
#include <cstring>

namespace magik::rt::kernels {
namespace {

constexpr int kLanes = 4;
using Ints = v4i32;
using Floats = v4f32;

inline Ints broadcast(int32_t x) { return __msa_fill_w(x); }
inline Floats broadcast(float x) {
  int32_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  return reinterpret_cast<Floats>(__msa_fill_w(bits));
}

inline v16i8 load_bytes(const void* p) { return __msa_ld_b(const_cast<void*>(p), 0); }
inline Ints load(const int32_t* p) { return reinterpret_cast<Ints>(load_bytes(p)); }
inline Floats load(const float* p) { return reinterpret_cast<Floats>(load_bytes(p)); }
// Four levels at the low end of a vector.
inline Ints widen_words(v8i16 x) { return reinterpret_cast<Ints>(__msa_ilvr_h(v8i16{}, x)); }
inline Ints load(const uint16_t* p) {
  int32_t words[2];
  std::memcpy(words, p, sizeof words);
  return widen_words(reinterpret_cast<v8i16>(__msa_insert_w(__msa_fill_w(words[0]), 1, words[1])));
}
inline Ints load(const uint8_t* p) {
  int32_t bytes;
  std::memcpy(&bytes, p, sizeof bytes);
  return widen_words(reinterpret_cast<v8i16>(__msa_ilvr_b(v16i8{}, reinterpret_cast<v16i8>(__msa_fill_w(bytes)))));
}

// The low halves of the lanes: words of `low`, then of `high`; bytes likewise.
inline v8i16 narrow(Ints low, Ints high) {
  return __msa_pckev_h(reinterpret_cast<v8i16>(high), reinterpret_cast<v8i16>(low));
}
inline v16i8 narrow(v8i16 low, v8i16 high) {
  return __msa_pckev_b(reinterpret_cast<v16i8>(high), reinterpret_cast<v16i8>(low));
}
// The first four or eight bytes.
inline void store4(void* p, v16i8 x) {
  const int32_t bytes = __msa_copy_s_w(reinterpret_cast<Ints>(x), 0);
  std::memcpy(p, &bytes, sizeof bytes);
}
inline void store8(void* p, v16i8 x) {
  const int32_t bytes[2] = {__msa_copy_s_w(reinterpret_cast<Ints>(x), 0), __msa_copy_s_w(reinterpret_cast<Ints>(x), 1)};
  std::memcpy(p, bytes, sizeof bytes);
}

// Lanes hold levels that fit the element type.
inline void store(int32_t* p, Ints x) { __msa_st_w(x, p, 0); }
inline void store(uint16_t* p, Ints x) { store8(p, reinterpret_cast<v16i8>(narrow(x, x))); }
inline void store(uint8_t* p, Ints x) {
  const v8i16 words = narrow(x, x);
  store4(p, narrow(words, words));
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
    const v8i16 words = narrow(levels[r][0], levels[r][1]);
    store8(out + r * pitch, narrow(words, words));
  }
}

inline Ints add(Ints a, Ints b) { return a + b; }
inline Ints subtract(Ints a, Ints b) { return a - b; }
inline Ints multiply(Ints a, Ints b) { return __msa_mulv_w(a, b); }
inline Floats add(Floats a, Floats b) { return a + b; }
inline Floats multiply(Floats a, Floats b) { return a * b; }
inline Floats to_float(Ints x) { return __msa_ffint_s_w(x); }

// As clamp() of numerics.h, a NaN becomes `lo`: maximum and minimum are those of IEEE 754-2008.
inline Floats clamp_lanes(Floats t, Floats lo, Floats hi) { return __msa_fmin_w(__msa_fmax_w(t, lo), hi); }
inline Ints round_lanes(Floats t) { return __msa_ftint_s_w(t); }  // ties to even: MSA has a rounding mode of its own

inline Floats select(Ints mask, Floats a, Floats b) {
  return reinterpret_cast<Floats>(
      __msa_bsel_v(reinterpret_cast<v16u8>(mask), reinterpret_cast<v16u8>(b), reinterpret_cast<v16u8>(a)));
}
// x < 0 ? a : b
inline Floats select_negative(Ints x, Floats a, Floats b) { return select(__msa_clti_s_w(x, 0), a, b); }
inline Floats select_below_zero(Floats x, Floats a, Floats b) { return select(__msa_fclt_w(x, Floats{}), a, b); }

// Whole vectors of levels.
template <typename T>
struct LevelVector {
  using Type = v16i8;
  static constexpr int kCount = 16 / sizeof(T);
  static Type load(const void* p) { return load_bytes(p); }
  static void store(T* p, Type x) { __msa_st_b(x, p, 0); }
  static Type larger(Type a, Type b) {
    if constexpr (sizeof(T) == 1) {
      return reinterpret_cast<Type>(__msa_max_u_b(reinterpret_cast<v16u8>(a), reinterpret_cast<v16u8>(b)));
    } else {
      return reinterpret_cast<Type>(__msa_max_u_h(reinterpret_cast<v8u16>(a), reinterpret_cast<v8u16>(b)));
    }
  }
};

}  // namespace
}  // namespace magik::rt::kernels

// Depthwise convolution on MSA: 16 channels at a time, two taps in one dpadd_s.w.

// In this order: the second is written with the lanes of the first.
// clang-format off
#include "venus/kernels/lanes_msa.h"
#include "venus/kernels/level_lanes.h"
// clang-format on

namespace magik::rt::kernels {
namespace {

constexpr int kBlock = 16;
constexpr int kVectors = kBlock / kLanes;

inline v8i16 words(v16i8 x) { return reinterpret_cast<v8i16>(x); }

// Pairs of 16-bit numbers (channel c of two taps), in the order that is cheapest to make.
template <typename X>
struct Block;

// Bytes are interleaved as words, whose even and odd bytes then are the levels of even and odd channels.
template <>
struct Block<uint8_t> {
  static constexpr uint8_t kOrder[kBlock] = {0, 2, 4, 6, 1, 3, 5, 7, 8, 10, 12, 14, 9, 11, 13, 15};
  static void add_taps(const uint8_t* tap0, const uint8_t* tap1, const int16_t* weights, Ints (&acc)[kVectors]) {
    const v8i16 x = words(load_bytes(tap0)), y = words(load_bytes(tap1));
    const v8i16 low = __msa_ilvr_h(y, x), high = __msa_ilvl_h(y, x);
    const v8i16 even = __msa_fill_h(0xff);
    acc[0] = __msa_dpadd_s_w(acc[0], low & even, words(load_bytes(weights)));
    acc[1] = __msa_dpadd_s_w(acc[1], __msa_srli_h(low, 8), words(load_bytes(weights + 8)));
    acc[2] = __msa_dpadd_s_w(acc[2], high & even, words(load_bytes(weights + 16)));
    acc[3] = __msa_dpadd_s_w(acc[3], __msa_srli_h(high, 8), words(load_bytes(weights + 24)));
  }
  static v8i16 join(Ints even, Ints odd) {
    return __msa_ilvev_h(reinterpret_cast<v8i16>(odd), reinterpret_cast<v8i16>(even));
  }
  static void store(const Ints (&levels)[kVectors], uint8_t* out) {
    __msa_st_b(narrow(join(levels[0], levels[1]), join(levels[2], levels[3])), out, 0);
  }
  static void store(const Ints (&levels)[kVectors], uint16_t* out) {
    __msa_st_h(join(levels[0], levels[1]), out, 0);
    __msa_st_h(join(levels[2], levels[3]), out + 8, 0);
  }
};

template <>
struct Block<uint16_t> {
  static constexpr uint8_t kOrder[kBlock] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  static void add_taps(const uint16_t* tap0, const uint16_t* tap1, const int16_t* weights, Ints (&acc)[kVectors]) {
#pragma GCC unroll 2
    for (int half = 0; half < 2; ++half) {
      const v8i16 x = words(load_bytes(tap0 + 8 * half)), y = words(load_bytes(tap1 + 8 * half));
      const int16_t* w = weights + 16 * half;
      acc[2 * half] = __msa_dpadd_s_w(acc[2 * half], __msa_ilvr_h(y, x), words(load_bytes(w)));
      acc[2 * half + 1] = __msa_dpadd_s_w(acc[2 * half + 1], __msa_ilvl_h(y, x), words(load_bytes(w + 8)));
    }
  }
  static void store(const Ints (&levels)[kVectors], uint8_t* out) {
    __msa_st_b(narrow(narrow(levels[0], levels[1]), narrow(levels[2], levels[3])), out, 0);
  }
  static void store(const Ints (&levels)[kVectors], uint16_t* out) {
    __msa_st_h(narrow(levels[0], levels[1]), out, 0);
    __msa_st_h(narrow(levels[2], levels[3]), out + 8, 0);
  }
};

}  // namespace
}  // namespace magik::rt::kernels

#include "venus/kernels/depthwise/depthwise_loops.h"

namespace magik::rt::kernels {

const DepthwiseTiles& depthwise_tiles_msa() { return kDepthwiseTiles; }

}  // namespace magik::rt::kernels

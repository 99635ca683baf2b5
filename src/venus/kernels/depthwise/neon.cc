// Depthwise convolution on NEON: 16 channels at a time, 16-bit products.

// In this order: the second is written with the lanes of the first.
// clang-format off
#include "venus/kernels/lanes_neon.h"
#include "venus/kernels/level_lanes.h"
// clang-format on

namespace magik::rt::kernels {
namespace {

constexpr int kBlock = 16;
constexpr int kVectors = kBlock / kLanes;

inline void load_words(const uint8_t* levels, int16x8_t (&words)[2]) {
  const uint8x16_t bytes = vld1q_u8(levels);
  words[0] = vreinterpretq_s16_u16(vmovl_u8(vget_low_u8(bytes)));
  words[1] = vreinterpretq_s16_u16(vmovl_u8(vget_high_u8(bytes)));
}
inline void load_words(const uint16_t* levels, int16x8_t (&words)[2]) {
  words[0] = vreinterpretq_s16_u16(vld1q_u16(levels));
  words[1] = vreinterpretq_s16_u16(vld1q_u16(levels + 8));
}

template <typename X>
struct Block {
  static constexpr uint8_t kOrder[kBlock] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  static void add_taps(const X* tap0, const X* tap1, const int16_t* weights, Ints (&acc)[kVectors]) {
    int16x8_t x[2], y[2];
    load_words(tap0, x);
    load_words(tap1, y);
#pragma GCC unroll 2
    for (int half = 0; half < 2; ++half) {
      const int16x8x2_t w = vld2q_s16(weights + 16 * half);
      Ints& low = acc[2 * half];
      Ints& high = acc[2 * half + 1];
      low = vmlal_s16(low, vget_low_s16(x[half]), vget_low_s16(w.val[0]));
      high = vmlal_s16(high, vget_high_s16(x[half]), vget_high_s16(w.val[0]));
      low = vmlal_s16(low, vget_low_s16(y[half]), vget_low_s16(w.val[1]));
      high = vmlal_s16(high, vget_high_s16(y[half]), vget_high_s16(w.val[1]));
    }
  }
  static void store(const Ints (&levels)[kVectors], uint16_t* out) {
    vst1q_u16(out, vcombine_u16(words_of(levels[0]), words_of(levels[1])));
    vst1q_u16(out + 8, vcombine_u16(words_of(levels[2]), words_of(levels[3])));
  }
  static void store(const Ints (&levels)[kVectors], uint8_t* out) {
    const uint8x8_t low = vmovn_u16(vcombine_u16(words_of(levels[0]), words_of(levels[1])));
    const uint8x8_t high = vmovn_u16(vcombine_u16(words_of(levels[2]), words_of(levels[3])));
    vst1q_u8(out, vcombine_u8(low, high));
  }
};

}  // namespace
}  // namespace magik::rt::kernels

#include "venus/kernels/depthwise/depthwise_loops.h"

namespace magik::rt::kernels {

const DepthwiseTiles& depthwise_tiles_neon() { return kDepthwiseTiles; }

}  // namespace magik::rt::kernels

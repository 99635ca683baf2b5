// Depthwise convolution on plain MIPS32, a channel at a time.

// In this order: the second is written with the lanes of the first.
// clang-format off
#include "venus/kernels/lanes_scalar.h"
#include "venus/kernels/level_lanes.h"
// clang-format on

namespace magik::rt::kernels {
namespace {

constexpr int kBlock = 1;
constexpr int kVectors = 1;

template <typename X>
struct Block {
  static constexpr uint8_t kOrder[kBlock] = {0};
  static void add_taps(const X* tap0, const X* tap1, const int16_t* weights, Ints (&acc)[kVectors]) {
    acc[0] = add(acc[0], multiply(*tap0, weights[0]));
    acc[0] = add(acc[0], multiply(*tap1, weights[1]));
  }
  static void store(const Ints (&levels)[kVectors], uint8_t* out) { *out = static_cast<uint8_t>(levels[0]); }
  static void store(const Ints (&levels)[kVectors], uint16_t* out) { *out = static_cast<uint16_t>(levels[0]); }
};

}  // namespace
}  // namespace magik::rt::kernels

#include "venus/kernels/depthwise/depthwise_loops.h"

namespace magik::rt::kernels {

const DepthwiseTiles& depthwise_tiles_mips32() { return kDepthwiseTiles; }

}  // namespace magik::rt::kernels

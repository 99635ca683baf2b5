// Pixels on their way from a source to an output: planar, a chunk of a row at a time, 8-bit values with 7 more bits
// behind the point. All interpolation is lerp() on them, which SIMD instruction sets compute in one instruction.
#pragma once

#include <cstdint>

namespace magik::imgproc {

constexpr int kChunk = 256;  // pixels
constexpr int kMostChannels = 4;
constexpr int kFractionBits = 7;

struct Samples {
  alignas(64) int16_t channel[kMostChannels][kChunk];
};

// Positions and weights have 15 bits behind the point.
constexpr int kPositionBits = 15;
constexpr int32_t kPositionOne = 1 << kPositionBits;

inline int16_t widened(uint8_t value) { return static_cast<int16_t>(value << kFractionBits); }

// a + (b - a) * weight, rounded. x86: pmulhrsw, NEON: vqrdmulh, MSA: mulr_q.
inline int16_t lerp(int32_t a, int32_t b, int32_t weight) {
  return static_cast<int16_t>(a + (((b - a) * weight + (1 << (kPositionBits - 1))) >> kPositionBits));
}

}  // namespace magik::imgproc

// Depthwise convolution on AVX2: 32 channels at a time, two taps in one vpmaddwd.
#include "venus/kernels/depthwise/depthwise_tiles.h"

// In this order: the second is written with the lanes of the first.
// clang-format off
#include "venus/kernels/lanes_avx2.h"
#include "venus/kernels/level_lanes.h"
// clang-format on

namespace magik::rt::kernels {
namespace {

constexpr int kBlock = 32;
constexpr int kVectors = kBlock / kLanes;

inline __m256i load_vector(const void* p) { return _mm256_loadu_si256(static_cast<const __m256i*>(p)); }

// How levels become pairs of 16-bit numbers (channel c of two taps), in the order that is cheapest to make: unpacking
// works on halves of a register. to_words() brings levels of that order to words of channels 0..15 and 16..31,
// to_bytes() to bytes of channels 0..31.
template <typename X>
struct Pairs;

template <>
struct Pairs<uint8_t> {
  static constexpr uint8_t kOrder[kBlock] = {0, 2,  4,  6,  16, 18, 20, 22, 1, 3,  5,  7,  17, 19, 21, 23,
                                             8, 10, 12, 14, 24, 26, 28, 30, 9, 11, 13, 15, 25, 27, 29, 31};
  static void load_pairs(const uint8_t* tap0, const uint8_t* tap1, __m256i (&pairs)[kVectors]) {
    const __m256i x = load_vector(tap0), y = load_vector(tap1);
    const __m256i low = _mm256_unpacklo_epi16(x, y), high = _mm256_unpackhi_epi16(x, y);
    const __m256i even = _mm256_set1_epi16(0xff);
    pairs[0] = _mm256_and_si256(low, even);
    pairs[1] = _mm256_srli_epi16(low, 8);
    pairs[2] = _mm256_and_si256(high, even);
    pairs[3] = _mm256_srli_epi16(high, 8);
  }
  static __m256i join(__m256i even, __m256i odd) { return _mm256_or_si256(even, _mm256_slli_epi32(odd, 16)); }
  static __m256i to_bytes(const Ints (&levels)[kVectors]) {
    return _mm256_packus_epi16(join(levels[0], levels[1]), join(levels[2], levels[3]));
  }
  static void to_words(const Ints (&levels)[kVectors], __m256i (&words)[2]) {
    const __m256i low = join(levels[0], levels[1]), high = join(levels[2], levels[3]);
    words[0] = _mm256_permute2x128_si256(low, high, 0x20);
    words[1] = _mm256_permute2x128_si256(low, high, 0x31);
  }
};

template <>
struct Pairs<uint16_t> {
  static constexpr uint8_t kOrder[kBlock] = {0,  1,  2,  3,  8,  9,  10, 11, 4,  5,  6,  7,  12, 13, 14, 15,
                                             16, 17, 18, 19, 24, 25, 26, 27, 20, 21, 22, 23, 28, 29, 30, 31};
  static void load_pairs(const uint16_t* tap0, const uint16_t* tap1, __m256i (&pairs)[kVectors]) {
    for (int half = 0; half < 2; ++half) {
      const __m256i x = load_vector(tap0 + 16 * half), y = load_vector(tap1 + 16 * half);
      pairs[2 * half] = _mm256_unpacklo_epi16(x, y);
      pairs[2 * half + 1] = _mm256_unpackhi_epi16(x, y);
    }
  }
  static void to_words(const Ints (&levels)[kVectors], __m256i (&words)[2]) {
    words[0] = _mm256_packus_epi32(levels[0], levels[1]);
    words[1] = _mm256_packus_epi32(levels[2], levels[3]);
  }
  static __m256i to_bytes(const Ints (&levels)[kVectors]) {
    __m256i words[2];
    to_words(levels, words);
    return _mm256_permute4x64_epi64(_mm256_packus_epi16(words[0], words[1]), 0xd8);
  }
};

template <typename X>
struct Block : Pairs<X> {
  static void add_taps(const X* tap0, const X* tap1, const int16_t* weights, Ints (&acc)[kVectors]) {
    __m256i x[kVectors];
    Pairs<X>::load_pairs(tap0, tap1, x);
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v) acc[v] = add(acc[v], _mm256_madd_epi16(x[v], load_vector(weights + 16 * v)));
  }
  static void store(const Ints (&levels)[kVectors], uint8_t* out) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out), Pairs<X>::to_bytes(levels));
  }
  static void store(const Ints (&levels)[kVectors], uint16_t* out) {
    __m256i words[2];
    Pairs<X>::to_words(levels, words);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out), words[0]);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out) + 1, words[1]);
  }
};

}  // namespace
}  // namespace magik::rt::kernels

#include "venus/kernels/depthwise/depthwise_loops.h"

namespace magik::rt::kernels {

const DepthwiseTiles& depthwise_tiles_avx2() { return kDepthwiseTiles; }

}  // namespace magik::rt::kernels

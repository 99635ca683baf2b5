// The inner loops on AVX2. No inline function of a shared header is called here: code that needs AVX2 must never become
// the one copy that generic code uses too.
#include <immintrin.h>

#include "venus/imgproc/kernels.h"

namespace magik::imgproc {
namespace {

using Vector = __m256i;

Vector load(const void* p) { return _mm256_loadu_si256(static_cast<const __m256i*>(p)); }
void store(void* p, Vector x) { _mm256_storeu_si256(static_cast<__m256i*>(p), x); }
__m128i load_half(const void* p) { return _mm_loadu_si128(static_cast<const __m128i*>(p)); }
void store_half(void* p, __m128i x) { _mm_storeu_si128(static_cast<__m128i*>(p), x); }

// lerp() of samples.h in 16 lanes.
Vector lerp16(Vector a, Vector b, Vector weight) {
  return _mm256_add_epi16(a, _mm256_mulhrs_epi16(_mm256_sub_epi16(b, a), weight));
}

// The low and the high 16 bits of the 32-bit lanes of a and b, as 16 lanes in order. Values are not negative.
Vector in_order(Vector packed) { return _mm256_permute4x64_epi64(packed, 0xd8); }
Vector low_words(Vector a, Vector b) {
  const Vector mask = _mm256_set1_epi32(0xffff);
  return in_order(_mm256_packus_epi32(_mm256_and_si256(a, mask), _mm256_and_si256(b, mask)));
}
Vector high_words(Vector a, Vector b) {
  return in_order(_mm256_packus_epi32(_mm256_srli_epi32(a, 16), _mm256_srli_epi32(b, 16)));
}

Vector twice(Vector word) { return _mm256_or_si256(word, _mm256_slli_epi32(word, 16)); }

Vector widen(const uint8_t* p) { return _mm256_slli_epi16(_mm256_cvtepu8_epi16(load_half(p)), kFractionBits); }

int blend(const uint8_t* top, const uint8_t* bottom, int weight, int count, int16_t* out) {
  int i = 0;
  if (weight == 0) {
    for (; i + 16 <= count; i += 16) store(out + i, widen(top + i));
    return i;
  }
  const Vector weights = _mm256_set1_epi16(static_cast<int16_t>(weight));
  for (; i + 16 <= count; i += 16) store(out + i, lerp16(widen(top + i), widen(bottom + i), weights));
  return i;
}

// Eight 4-byte units, `index` steps of kStep bytes from `data`. Cheaper than a gather instruction.
template <int kStep>
Vector load_units(const void* data, const int32_t* index) {
  const auto unit = [&](int i) {
    int32_t value;
    __builtin_memcpy(&value, static_cast<const char*>(data) + kStep * static_cast<ptrdiff_t>(index[i]), sizeof value);
    return value;
  };
  return _mm256_setr_epi32(unit(0), unit(1), unit(2), unit(3), unit(4), unit(5), unit(6), unit(7));
}

// Such units and those that follow them.
struct Neighbours {
  Vector left, right;
};

template <int kStep>
Neighbours load_pairs(const void* data, const int32_t* index) {
  const auto at = [&](int i) { return static_cast<const char*>(data) + kStep * static_cast<ptrdiff_t>(index[i]); };
  const auto two = [&](int i) {
    const __m128i first = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(at(i)));
    return _mm_castpd_ps(_mm_loadh_pd(_mm_castsi128_pd(first), reinterpret_cast<const double*>(at(i + 1))));
  };
  const __m256 a = _mm256_insertf128_ps(_mm256_castps128_ps256(two(0)), two(4), 1);
  const __m256 b = _mm256_insertf128_ps(_mm256_castps128_ps256(two(2)), two(6), 1);
  return {_mm256_castps_si256(_mm256_shuffle_ps(a, b, 0x88)), _mm256_castps_si256(_mm256_shuffle_ps(a, b, 0xdd))};
}

int take1(const int16_t* row, const int32_t* index, const int16_t* weight, int count, int16_t (*out)[kChunk]) {
  int i = 0;
  for (; i + 16 <= count; i += 16) {
    if (index[i + 15] - index[i] == 15) {  // each pixel once: steps are all below 2 or all above 0
      const int16_t* pixels = row + index[i];
      store(out[0] + i, lerp16(load(pixels), load(pixels + 1), load(weight + i)));
      continue;
    }
    const Vector a = load_units<2>(row, index + i), b = load_units<2>(row, index + i + 8);
    store(out[0] + i, lerp16(low_words(a, b), high_words(a, b), load(weight + i)));
  }
  return i;
}

// Eight pixels of two channels.
Vector take2_of(const int16_t* row, const int32_t* index, const int16_t* weight) {
  const Neighbours pixels = load_pairs<4>(row, index);
  return lerp16(pixels.left, pixels.right, twice(_mm256_cvtepu16_epi32(load_half(weight))));
}

int take2(const int16_t* row, const int32_t* index, const int16_t* weight, int count, int16_t (*out)[kChunk]) {
  int i = 0;
  for (; i + 16 <= count; i += 16) {
    const Vector a = take2_of(row, index + i, weight + i), b = take2_of(row, index + i + 8, weight + i + 8);
    store(out[0] + i, low_words(a, b));
    store(out[1] + i, high_words(a, b));
  }
  return i;
}

// Stores eight pixels of four channels planar. In each 128-bit half, a has pixels 0, 1 and b pixels 2, 3 of the four
// that stand in this half.
void store_planar(Vector a, Vector b, int16_t (*out)[kChunk], int i) {
  const Vector by_channel =
      _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 1, 8, 9, 2, 3, 10, 11, 4, 5, 12, 13, 6, 7, 14, 15));
  const Vector x = _mm256_shuffle_epi8(a, by_channel), y = _mm256_shuffle_epi8(b, by_channel);
  const Vector first = in_order(_mm256_unpacklo_epi32(x, y)), second = in_order(_mm256_unpackhi_epi32(x, y));
  store_half(out[0] + i, _mm256_castsi256_si128(first));
  store_half(out[1] + i, _mm256_extracti128_si256(first, 1));
  store_half(out[2] + i, _mm256_castsi256_si128(second));
  store_half(out[3] + i, _mm256_extracti128_si256(second, 1));
}

// Pixels i and j of four channels, a half each.
Vector take4_of(const int16_t* row, const int32_t* index, const int16_t* weight, int i, int j) {
  const Vector both =
      _mm256_inserti128_si256(_mm256_castsi128_si256(load_half(row + 4 * static_cast<ptrdiff_t>(index[i]))),
                              load_half(row + 4 * static_cast<ptrdiff_t>(index[j])), 1);
  const Vector weights =
      _mm256_inserti128_si256(_mm256_castsi128_si256(_mm_set1_epi16(weight[i])), _mm_set1_epi16(weight[j]), 1);
  return lerp16(both, _mm256_bsrli_epi128(both, 8), weights);
}

int take4(const int16_t* row, const int32_t* index, const int16_t* weight, int count, int16_t (*out)[kChunk]) {
  int i = 0;
  for (; i + 8 <= count; i += 8) {
    const auto pair = [&](int k) {
      return _mm256_unpacklo_epi64(take4_of(row, index + i, weight + i, k, k + 4),
                                   take4_of(row, index + i, weight + i, k + 1, k + 5));
    };
    store_planar(pair(0), pair(2), out, i);
  }
  return i;
}

// Picks sixteen bytes out of up to 48, at the same offsets again and again.
class Shuffle {
 public:
  // Offsets are 0 to `span`, both included, 15 <= span < 48. Nothing beyond is read.
  Shuffle(__m128i offset, int span) : start_{0, span < 31 ? span - 15 : 16, span - 15} {
    for (int k = 0; k < 3; ++k) {
      const __m128i from_start = _mm_sub_epi8(offset, _mm_set1_epi8(static_cast<char>(start_[k])));
      // Adding 0x70 sets the sign, which makes a zero, of all but 0 to 15.
      order_[k] = _mm_adds_epu8(from_start, _mm_set1_epi8(0x70));
    }
  }

  __m128i pick(const uint8_t* data) const {
    const __m128i first = _mm_shuffle_epi8(load_half(data), order_[0]);
    const __m128i second = _mm_shuffle_epi8(load_half(data + start_[1]), order_[1]);
    return _mm_or_si128(_mm_or_si128(first, second), _mm_shuffle_epi8(load_half(data + start_[2]), order_[2]));
  }

  static bool fits(int span) { return span >= 15 && span < 48; }

 private:
  int start_[3];
  __m128i order_[3];
};

// Of sixteen indices: how far they are from the first one.
Vector distances(const int32_t* index) {
  const Vector first = _mm256_set1_epi32(index[0]);
  return in_order(_mm256_packus_epi32(_mm256_sub_epi32(load(index), first), _mm256_sub_epi32(load(index + 8), first)));
}

int pick1(const uint8_t* row, const int32_t* index, int count, int16_t (*out)[kChunk]) {
  if (count < 16 || !Shuffle::fits(index[15] - index[0])) return 0;
  const Vector offset = distances(index);
  const Shuffle shuffle(_mm_packus_epi16(_mm256_castsi256_si128(offset), _mm256_extracti128_si256(offset, 1)),
                        index[15] - index[0]);
  int i = 0;
  for (; i + 16 <= count; i += 16) {
    const __m128i bytes = shuffle.pick(row + index[i]);
    store(out[0] + i, _mm256_slli_epi16(_mm256_cvtepu8_epi16(bytes), kFractionBits));
  }
  return i;
}

int pick2(const uint8_t* row, const int32_t* index, int count, int16_t (*out)[kChunk]) {
  const int span = count < 16 ? 0 : 2 * (index[15] - index[0]) + 1;
  if (!Shuffle::fits(span)) return 0;
  const Vector first = _mm256_slli_epi16(distances(index), 1);
  const Vector both = _mm256_or_si256(first, _mm256_slli_epi16(_mm256_add_epi16(first, _mm256_set1_epi16(1)), 8));
  const Shuffle low(_mm256_castsi256_si128(both), span), high(_mm256_extracti128_si256(both, 1), span);
  int i = 0;
  for (; i + 16 <= count; i += 16) {
    const uint8_t* data = row + 2 * static_cast<ptrdiff_t>(index[i]);
    const Vector pixels = _mm256_inserti128_si256(_mm256_castsi128_si256(low.pick(data)), high.pick(data), 1);
    store(out[0] + i, _mm256_slli_epi16(_mm256_and_si256(pixels, _mm256_set1_epi16(255)), kFractionBits));
    store(out[1] + i, _mm256_slli_epi16(_mm256_srli_epi16(pixels, 8), kFractionBits));
  }
  return i;
}

// Four channels: pixels 0, 1 and 4, 5 of eight, or 2, 3 and 6, 7.
template <bool kHigh>
Vector unpacked(Vector pixels) {
  const Vector zero = _mm256_setzero_si256();
  const Vector words = kHigh ? _mm256_unpackhi_epi8(pixels, zero) : _mm256_unpacklo_epi8(pixels, zero);
  return _mm256_slli_epi16(words, kFractionBits);
}

int pick4(const uint8_t* row, const int32_t* index, int count, int16_t (*out)[kChunk]) {
  int i = 0;
  for (; i + 8 <= count; i += 8) {
    const Vector pixels = load_units<4>(row, index + i);
    store_planar(unpacked<false>(pixels), unpacked<true>(pixels), out, i);
  }
  return i;
}

// Eight positions: the pixel whose right and lower neighbours are the other three, and the weights of these.
struct Places {
  Vector x, y, weight_x, weight_y;
};

// False unless the four neighbours, and two more pixels at the right for wide loads, lie in the plane.
bool load_places(const Plane& plane, const Positions& positions, int i, Places& places) {
  const Vector x = load(positions.x + i), y = load(positions.y + i);
  const Vector fraction = _mm256_set1_epi32(kPositionOne - 1), minus_one = _mm256_set1_epi32(-1);
  places = {_mm256_srai_epi32(x, kPositionBits), _mm256_srai_epi32(y, kPositionBits), _mm256_and_si256(x, fraction),
            _mm256_and_si256(y, fraction)};
  const Vector inside_x = _mm256_and_si256(_mm256_cmpgt_epi32(places.x, minus_one),
                                           _mm256_cmpgt_epi32(_mm256_set1_epi32(plane.width - 3), places.x));
  const Vector inside_y = _mm256_and_si256(_mm256_cmpgt_epi32(places.y, minus_one),
                                           _mm256_cmpgt_epi32(_mm256_set1_epi32(plane.height - 1), places.y));
  return _mm256_movemask_epi8(_mm256_and_si256(inside_x, inside_y)) == -1;
}

// Bytes from the start of a plane.
struct Offsets {
  alignas(32) int32_t at[8];
};

Offsets offsets(const Plane& plane, Vector x, Vector y) {
  const Vector rows = _mm256_mullo_epi32(y, _mm256_set1_epi32(static_cast<int>(plane.stride)));
  Offsets result;
  store(result.at, _mm256_add_epi32(rows, _mm256_mullo_epi32(x, _mm256_set1_epi32(plane.channels))));
  return result;
}

// Two bytes of each 32-bit lane as samples.
Vector widen_bytes(Vector x, int first, int second) {
  const Vector order =
      _mm256_add_epi32(_mm256_set1_epi32(static_cast<int>(0x80008000u) | first | second << 16),
                       _mm256_broadcastsi128_si256(_mm_setr_epi32(0, 0x00040004, 0x00080008, 0x000c000c)));
  return _mm256_slli_epi16(_mm256_shuffle_epi8(x, order), kFractionBits);
}

// One channel: samples in the low words.
Vector warped1(const Plane& plane, const Places& places) {
  const Offsets offset = offsets(plane, places.x, places.y);
  const Vector top = load_units<1>(plane.data, offset.at);
  const Vector bottom = load_units<1>(plane.data + plane.stride, offset.at);
  // The left and the right neighbours of both rows in one vector each.
  const Vector low = _mm256_set1_epi32(0xffff);
  const Vector rows_top = widen_bytes(top, 0, 1), rows_bottom = widen_bytes(bottom, 0, 1);
  const Vector left = _mm256_or_si256(_mm256_and_si256(rows_top, low), _mm256_slli_epi32(rows_bottom, 16));
  const Vector right = _mm256_or_si256(_mm256_srli_epi32(rows_top, 16), _mm256_andnot_si256(low, rows_bottom));
  const Vector rows = lerp16(left, right, twice(places.weight_x));
  return lerp16(_mm256_and_si256(rows, low), _mm256_srli_epi32(rows, 16), places.weight_y);
}

// Two channels; x, upper and lower: the neighbours' columns (the left ones) and rows.
Vector warped2(const Plane& plane, Vector x, Vector upper, Vector lower, Vector weight_x, Vector weight_y) {
  const Vector top = load_units<1>(plane.data, offsets(plane, x, upper).at);
  const Vector bottom = load_units<1>(plane.data, offsets(plane, x, lower).at);
  const Vector weights = twice(weight_x);
  return lerp16(lerp16(widen_bytes(top, 0, 1), widen_bytes(top, 2, 3), weights),
                lerp16(widen_bytes(bottom, 0, 1), widen_bytes(bottom, 2, 3), weights), twice(weight_y));
}

void store1(Vector low, int16_t* out) { store_half(out, _mm256_castsi256_si128(low_words(low, low))); }
void store2(Vector both, int16_t* first, int16_t* second) {
  store_half(first, _mm256_castsi256_si128(low_words(both, both)));
  store_half(second, _mm256_castsi256_si128(high_words(both, both)));
}

int warp1(const Plane* planes, const Positions& positions, int first, int count, Samples& out) {
  Places places;
  int i = first;
  for (; i + 8 <= count && load_places(planes[0], positions, i, places); i += 8) {
    store1(warped1(planes[0], places), out.channel[0] + i);
  }
  return i;
}

int warp2(const Plane* planes, const Positions& positions, int first, int count, Samples& out) {
  const Vector one = _mm256_set1_epi32(1);
  Places places;
  int i = first;
  for (; i + 8 <= count && load_places(planes[0], positions, i, places); i += 8) {
    const Vector lower = _mm256_add_epi32(places.y, one);
    store2(warped2(planes[0], places.x, places.y, lower, places.weight_x, places.weight_y), out.channel[0] + i,
           out.channel[1] + i);
  }
  return i;
}

int warp_nv12(const Plane* planes, const Positions& positions, int first, int count, Samples& out) {
  const Vector one = _mm256_set1_epi32(1);
  Places places;
  int i = first;
  for (; i + 8 <= count && load_places(planes[0], positions, i, places); i += 8) {
    store1(warped1(planes[0], places), out.channel[0] + i);
    // Two pixels of one 2x2 block have the same chroma: between them there is nothing to weigh.
    const Vector x = _mm256_srli_epi32(places.x, 1), upper = _mm256_srli_epi32(places.y, 1);
    const Vector lower = _mm256_srli_epi32(_mm256_add_epi32(places.y, one), 1);
    const Vector across_blocks = _mm256_cmpeq_epi32(_mm256_and_si256(places.x, one), one);
    const Vector weight_x = _mm256_and_si256(places.weight_x, across_blocks);
    store2(warped2(planes[1], x, upper, lower, weight_x, places.weight_y), out.channel[1] + i, out.channel[2] + i);
  }
  return i;
}

template <bool kHigh>
Vector unpacked_weights(Vector weights) {
  const Vector pairs = twice(weights);
  return kHigh ? _mm256_unpackhi_epi32(pairs, pairs) : _mm256_unpacklo_epi32(pairs, pairs);
}
template <bool kHigh>
Vector warped4(const Neighbours& top, const Neighbours& bottom, const Places& places) {
  const Vector weight_x = unpacked_weights<kHigh>(places.weight_x);
  return lerp16(lerp16(unpacked<kHigh>(top.left), unpacked<kHigh>(top.right), weight_x),
                lerp16(unpacked<kHigh>(bottom.left), unpacked<kHigh>(bottom.right), weight_x),
                unpacked_weights<kHigh>(places.weight_y));
}

int warp4(const Plane* planes, const Positions& positions, int first, int count, Samples& out) {
  const Plane& plane = planes[0];
  Places places;
  int i = first;
  for (; i + 8 <= count && load_places(plane, positions, i, places); i += 8) {
    const Offsets offset = offsets(plane, places.x, places.y);
    const Neighbours top = load_pairs<1>(plane.data, offset.at);
    const Neighbours bottom = load_pairs<1>(plane.data + plane.stride, offset.at);
    store_planar(warped4<false>(top, bottom, places), warped4<true>(top, bottom, places), out.channel, i);
  }
  return i;
}

// Signed words to 32 bits: the first and the last four of each half.
Vector low_ints(Vector words) { return _mm256_srai_epi32(_mm256_unpacklo_epi16(words, words), 16); }
Vector high_ints(Vector words) { return _mm256_srai_epi32(_mm256_unpackhi_epi16(words, words), 16); }

Vector half_steps(const int16_t* samples, int32_t offset) {
  const Vector rounded = _mm256_srli_epi16(_mm256_add_epi16(load(samples), _mm256_set1_epi16(32)), kFractionBits - 1);
  return _mm256_sub_epi16(rounded, _mm256_set1_epi16(static_cast<int16_t>(2 * offset)));
}

// Sums of 32-bit lanes. kUsual: all rows have the same Y, red has no U, blue no V.
template <bool kUsual>
struct ColorSums {
  const int32_t (&row)[3][3];

  static Vector times(Vector x, int32_t factor) { return _mm256_mullo_epi32(x, _mm256_set1_epi32(factor)); }

  void compute(Vector y, Vector u, Vector v, Vector (&rgb)[3]) const {
    const Vector half = _mm256_set1_epi32(1 << 20);
    const Vector luma = _mm256_add_epi32(times(y, row[0][0]), half);
    for (int c = 0; c < 3; ++c) {
      Vector sum = kUsual ? luma : _mm256_add_epi32(times(y, row[c][0]), half);
      if (!kUsual || c != 0) sum = _mm256_add_epi32(sum, times(u, row[c][1]));
      if (!kUsual || c != 2) sum = _mm256_add_epi32(sum, times(v, row[c][2]));
      rgb[c] = _mm256_srai_epi32(sum, 21);
    }
  }
};

template <bool kUsual>
int to_rgb(const Samples& yuv, const YuvToRgb& conversion, int count, uint8_t (*rgb)[kChunk]) {
  const ColorSums<kUsual> sums = {conversion.row};
  int i = 0;
  for (; i + 16 <= count; i += 16) {
    const Vector y = half_steps(yuv.channel[0] + i, conversion.luma_offset);
    const Vector u = half_steps(yuv.channel[1] + i, conversion.chroma_offset);
    const Vector v = half_steps(yuv.channel[2] + i, conversion.chroma_offset);
    Vector low[3], high[3];
    sums.compute(low_ints(y), low_ints(u), low_ints(v), low);
    sums.compute(high_ints(y), high_ints(u), high_ints(v), high);
    for (int c = 0; c < 3; ++c) {
      const Vector words = _mm256_packs_epi32(low[c], high[c]);
      store_half(rgb[c] + i, _mm256_castsi256_si128(in_order(_mm256_packus_epi16(words, words))));
    }
  }
  return i;
}

int yuv_to_rgb(const Samples& yuv, const YuvToRgb& conversion, int count, uint8_t (*rgb)[kChunk]) {
  const auto& row = conversion.row;
  const bool usual = row[0][0] == row[1][0] && row[1][0] == row[2][0] && row[0][1] == 0 && row[2][2] == 0;
  return usual ? to_rgb<true>(yuv, conversion, count, rgb) : to_rgb<false>(yuv, conversion, count, rgb);
}

int interleave4(const uint8_t* const* channels, int count, uint8_t* out) {
  int i = 0;
  for (; i + 32 <= count; i += 32) {
    const Vector a = load(channels[0] + i), b = load(channels[1] + i);
    const Vector c = load(channels[2] + i), d = load(channels[3] + i);
    const Vector ab_low = _mm256_unpacklo_epi8(a, b), ab_high = _mm256_unpackhi_epi8(a, b);
    const Vector cd_low = _mm256_unpacklo_epi8(c, d), cd_high = _mm256_unpackhi_epi8(c, d);
    // Four pixels of each half: 0 and 16, 4 and 20, 8 and 24, 12 and 28 are the first ones.
    const Vector p0 = _mm256_unpacklo_epi16(ab_low, cd_low), p4 = _mm256_unpackhi_epi16(ab_low, cd_low);
    const Vector p8 = _mm256_unpacklo_epi16(ab_high, cd_high), p12 = _mm256_unpackhi_epi16(ab_high, cd_high);
    store(out + 4 * i, _mm256_permute2x128_si256(p0, p4, 0x20));
    store(out + 4 * i + 32, _mm256_permute2x128_si256(p8, p12, 0x20));
    store(out + 4 * i + 64, _mm256_permute2x128_si256(p0, p4, 0x31));
    store(out + 4 * i + 96, _mm256_permute2x128_si256(p8, p12, 0x31));
  }
  return i;
}

}  // namespace

const Kernels& kernels_avx2() {
  static const Kernels kernels = {blend, take1, take2, take4,     pick1,      pick2,      pick4,
                                  warp1, warp2, warp4, warp_nv12, yuv_to_rgb, interleave4};
  return kernels;
}

}  // namespace magik::imgproc

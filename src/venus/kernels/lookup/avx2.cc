// A table of 256 bytes is sixteen registers of sixteen entries. vpshufb looks up the low nibble and gives 0 where bit 7
// of the index is set, so each register answers only for the bytes of its own high nibble: for these, x ^ (high nibble)
// is below 16, for others adding 0x70 with saturation sets bit 7.
#include <immintrin.h>

#include "venus/kernels/lookup/lookup_tiles.h"

namespace magik::rt::kernels {

void lookup_loop_avx2(const uint8_t* table, const uint8_t* x, int64_t count, uint8_t* y) {
  const __m256i to_bit7 = _mm256_set1_epi8(0x70);
  __m256i entries[16];
  for (int i = 0; i < 16; ++i) {
    entries[i] = _mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(table + 16 * i)));
  }
  int64_t done = 0;
  for (; done + 32 <= count; done += 32) {
    const __m256i index = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(x + done));
    __m256i result = _mm256_setzero_si256();
    for (int i = 0; i < 16; ++i) {
      const __m256i own = _mm256_xor_si256(index, _mm256_set1_epi8(static_cast<char>(16 * i)));
      const __m256i found = _mm256_shuffle_epi8(entries[i], _mm256_adds_epu8(own, to_bit7));
      result = _mm256_or_si256(result, found);
    }
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(y + done), result);
  }
  for (; done < count; ++done) y[done] = table[x[done]];
}

}  // namespace magik::rt::kernels

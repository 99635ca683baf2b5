// Colours: how the samples of a source become the bytes of an output pixel.
//
//   YUV to RGB   BT.601 or the client's coefficients, 20-bit fixed point: (sum + 2^19) >> 20. The samples count in half
//                steps, so that the sums fit 32 bits.
//   YUV to grey  the luma of it: the same without chroma
//   RGB to grey  0.299 R + 0.587 G + 0.114 B
//   RGB to YUV   BT.601's inverse: Y = 16 + 0.257 R + 0.504 G + 0.098 B, U = 128 - 0.148 R - 0.291 G + 0.439 B,
//                V = 128 + 0.439 R - 0.368 G - 0.071 B
//
// Grey has the full range 0..255, luma of NV12 16..235.
#pragma once

#include <cstdint>

#include "venus/imgproc/image.h"
#include "venus/imgproc/kernels.h"
#include "venus/imgproc/samples.h"

namespace magik::imgproc {

constexpr YuvToRgb kBt601 = {{{1220542, 0, 1673527}, {1220542, -409993, -852492}, {1220542, 2116026, 0}}, 16, 128};
// Of a row of coefficients, so that its sums fit 32 bits: 4.0.
constexpr int64_t kMostCoefficients = 4 << 20;

// What an output pass writes: whole pixels of the layout, or one of the two planes of NV12.
enum class OutputKind { kPixels, kLuma, kChroma };

// From the samples of a source pixel to the bytes of an output pixel, in two steps: to bytes of red, green, blue or of
// the source's own channels; then to a choice of these or to weighted sums of three of them.
struct Recipe {
  enum class Colors { kAsTheyAre, kYuv, kLuma };
  struct Sum {
    int32_t red, green, blue, offset;  // of 2^14
  };

  Colors colors = Colors::kAsTheyAre;
  YuvToRgb yuv = kBt601;
  int channels = 1;  // of the source
  int bytes = 1;     // of an output pixel
  // The channel of each output byte; index 3 is 255 where the source has no fourth channel. Of weighted sums: red,
  // green, blue.
  int channel[kMostChannels] = {0, 0, 0, 3};
  const Sum* sums = nullptr;  // one for each output byte
};

// One plane as it is.
Recipe copy_recipe(int channels);
Recipe nv12_to_pixels_recipe(ChannelLayout to, const YuvToRgb& yuv);
Recipe nv12_to_gray_recipe(const YuvToRgb& yuv);
// From a layout other than NV12. `to` counts for kPixels only.
Recipe pixels_recipe(ChannelLayout from, OutputKind kind, ChannelLayout to);

// The luma that a grey level has in NV12, and, with half a step's accuracy, as a sample that becomes exactly this level
// again.
uint8_t luma_of_gray(uint8_t gray);
int16_t luma_sample_of_gray(uint8_t gray, const YuvToRgb& yuv);

// Turns samples into output pixels.
class PixelWriter {
 public:
  PixelWriter(const Recipe& recipe, const Kernels& kernels);

  Samples& samples() { return samples_; }
  void write(int count, uint8_t* out);

 private:
  void to_bytes(int count);
  void add_up(int count, uint8_t* out) const;
  void interleave(int count, uint8_t* out) const;

  const Recipe& recipe_;
  const Kernels& kernels_;
  Samples samples_;
  alignas(64) uint8_t bytes_[kMostChannels][kChunk];
};

}  // namespace magik::imgproc

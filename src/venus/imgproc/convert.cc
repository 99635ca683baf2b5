#include "venus/imgproc/convert.h"

#include <algorithm>

namespace magik::imgproc {
namespace {

void read_luma(const Kernels& kernels, const uint8_t* luma, int count, int16_t* out) {
  for (int i = kernels.blend ? kernels.blend(luma, luma, 0, count, out) : 0; i < count; ++i) out[i] = widened(luma[i]);
}

// U and V for a chunk of pixels, each pair twice.
void read_chroma(const Kernels& kernels, const uint8_t* chroma, const int32_t* block, int count,
                 int16_t (*out)[kChunk]) {
  for (int i = kernels.pick2 ? kernels.pick2(chroma, block, count, out) : 0; i < count; ++i) {
    out[0][i] = widened(chroma[2 * block[i]]);
    out[1][i] = widened(chroma[2 * block[i] + 1]);
  }
}

}  // namespace

void convert_nv12(const Image& nv12, const OutputImage& output, const YuvToRgb& yuv, const Kernels& kernels) {
  const Plane luma = nv12.plane(), chroma = nv12.chroma();
  const OutputPlane pixels = output.plane();
  const bool gray = output.layout == ChannelLayout::GRAY;
  const Recipe recipe = gray ? nv12_to_gray_recipe(yuv) : nv12_to_pixels_recipe(output.layout, yuv);
  PixelWriter writer(recipe, kernels);
  int32_t block[kChunk];
  for (int i = 0; i < kChunk; ++i) block[i] = i / 2;
  for (int y = 0; y < nv12.height; ++y) {
    for (int x = 0; x < nv12.width; x += kChunk) {
      const int count = std::min(kChunk, nv12.width - x);
      read_luma(kernels, luma.at(x, y), count, writer.samples().channel[0]);
      if (!gray) read_chroma(kernels, chroma.at(x / 2, y / 2), block, count, writer.samples().channel + 1);
      writer.write(count, pixels.at(x, y));
    }
  }
}

}  // namespace magik::imgproc

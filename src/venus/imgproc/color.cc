#include "venus/imgproc/color.h"

#include <algorithm>
#include <cstring>

namespace magik::imgproc {
namespace {

constexpr int kSumBits = 14;
constexpr int32_t kSumHalf = 1 << (kSumBits - 1);

constexpr Recipe::Sum kGraySums[] = {{4899, 9617, 1868, 0}};
constexpr Recipe::Sum kLumaSums[] = {{4207, 8260, 1604, 16}};
constexpr Recipe::Sum kChromaSums[] = {{-2428, -4768, 7196, 128}, {7196, -6026, -1170, 128}};

uint8_t to_byte(int32_t value) { return static_cast<uint8_t>(value < 0 ? 0 : value > 255 ? 255 : value); }

uint8_t rounded(int16_t sample) { return static_cast<uint8_t>((sample + (1 << (kFractionBits - 1))) >> kFractionBits); }

uint8_t weighted(const Recipe::Sum& sum, int32_t red, int32_t green, int32_t blue) {
  const int32_t value = red * sum.red + green * sum.green + blue * sum.blue + kSumHalf;
  return to_byte((value >> kSumBits) + sum.offset);
}

int32_t half_steps(int16_t sample) { return (sample + 32) >> (kFractionBits - 1); }

// Of a sum in half steps.
uint8_t unscaled(int32_t sum) { return to_byte((sum + (1 << 20)) >> 21); }

void yuv_to_rgb(const Samples& yuv, const YuvToRgb& conversion, int first, int count, uint8_t (*rgb)[kChunk]) {
  for (int i = first; i < count; ++i) {
    const int32_t y = half_steps(yuv.channel[0][i]) - 2 * conversion.luma_offset;
    const int32_t u = half_steps(yuv.channel[1][i]) - 2 * conversion.chroma_offset;
    const int32_t v = half_steps(yuv.channel[2][i]) - 2 * conversion.chroma_offset;
    for (int c = 0; c < 3; ++c) {
      const int32_t* row = conversion.row[c];
      rgb[c][i] = unscaled(y * row[0] + u * row[1] + v * row[2]);
    }
  }
}

template <int kBytes>
void interleave_from(int first, const uint8_t* const* channels, int count, uint8_t* out) {
  const uint8_t* local[kBytes];  // which no store to `out` can change
  std::copy_n(channels, kBytes, local);
  for (int i = first; i < count; ++i) {
    for (int k = 0; k < kBytes; ++k) out[i * kBytes + k] = local[k][i];
  }
}

}  // namespace

Recipe copy_recipe(int channels) {
  Recipe recipe;
  recipe.channels = recipe.bytes = channels;
  for (int c = 0; c < channels; ++c) recipe.channel[c] = c;
  return recipe;
}

Recipe nv12_to_pixels_recipe(ChannelLayout to, const YuvToRgb& yuv) {
  Recipe recipe = pixels_recipe(ChannelLayout::RGB, OutputKind::kPixels, to);
  recipe.colors = Recipe::Colors::kYuv;
  recipe.yuv = yuv;
  return recipe;
}

Recipe nv12_to_gray_recipe(const YuvToRgb& yuv) {
  Recipe recipe = copy_recipe(1);
  recipe.colors = Recipe::Colors::kLuma;
  recipe.yuv = yuv;
  return recipe;
}

Recipe pixels_recipe(ChannelLayout from, OutputKind kind, ChannelLayout to) {
  const ChannelOrder source = order_of(from), output = order_of(to);
  Recipe recipe;
  recipe.channels = source.channels;
  if (kind == OutputKind::kPixels && (output.channels > 1 || source.channels == 1)) {
    recipe.bytes = output.channels;
    recipe.channel[output.red] = source.red;
    recipe.channel[output.green] = source.green;
    recipe.channel[output.blue] = source.blue;
    if (output.alpha >= 0) recipe.channel[output.alpha] = source.alpha >= 0 ? source.alpha : 3;
    return recipe;
  }
  recipe.channel[0] = source.red;
  recipe.channel[1] = source.green;
  recipe.channel[2] = source.blue;
  recipe.bytes = kind == OutputKind::kChroma ? 2 : 1;
  recipe.sums = kind == OutputKind::kChroma ? kChromaSums : kind == OutputKind::kLuma ? kLumaSums : kGraySums;
  return recipe;
}

uint8_t luma_of_gray(uint8_t gray) { return weighted(kLumaSums[0], gray, gray, gray); }

int16_t luma_sample_of_gray(uint8_t gray, const YuvToRgb& yuv) {
  const int64_t scale = yuv.row[1][0];
  const int64_t half_steps = scale > 0 ? ((static_cast<int64_t>(gray) << 21) + scale / 2) / scale : 0;
  const int64_t most = 2 * 255;
  return static_cast<int16_t>(std::min(half_steps + 2 * yuv.luma_offset, most) << (kFractionBits - 1));
}

PixelWriter::PixelWriter(const Recipe& recipe, const Kernels& kernels) : recipe_(recipe), kernels_(kernels) {
  std::memset(bytes_, 255, sizeof bytes_);
}

void PixelWriter::write(int count, uint8_t* out) {
  to_bytes(count);
  if (recipe_.sums != nullptr) {
    add_up(count, out);
  } else {
    interleave(count, out);
  }
}

void PixelWriter::to_bytes(int count) {
  switch (recipe_.colors) {
    case Recipe::Colors::kAsTheyAre:
      for (int c = 0; c < recipe_.channels; ++c) {
        for (int i = 0; i < count; ++i) bytes_[c][i] = rounded(samples_.channel[c][i]);
      }
      return;
    case Recipe::Colors::kLuma:
      for (int i = 0; i < count; ++i) {
        const int32_t luma = half_steps(samples_.channel[0][i]) - 2 * recipe_.yuv.luma_offset;
        bytes_[0][i] = unscaled(luma * recipe_.yuv.row[1][0]);
      }
      return;
    case Recipe::Colors::kYuv:
      const int done = kernels_.yuv_to_rgb ? kernels_.yuv_to_rgb(samples_, recipe_.yuv, count, bytes_) : 0;
      yuv_to_rgb(samples_, recipe_.yuv, done, count, bytes_);
  }
}

void PixelWriter::add_up(int count, uint8_t* out) const {
  const uint8_t* red = bytes_[recipe_.channel[0]];
  const uint8_t* green = bytes_[recipe_.channel[1]];
  const uint8_t* blue = bytes_[recipe_.channel[2]];
  for (int i = 0; i < count; ++i) {
    for (int k = 0; k < recipe_.bytes; ++k) *out++ = weighted(recipe_.sums[k], red[i], green[i], blue[i]);
  }
}

void PixelWriter::interleave(int count, uint8_t* out) const {
  const uint8_t* channels[kMostChannels];
  for (int k = 0; k < recipe_.bytes; ++k) channels[k] = bytes_[recipe_.channel[k]];
  if (recipe_.bytes == 1) {
    std::memcpy(out, channels[0], static_cast<size_t>(count));
    return;
  }
  if (recipe_.bytes == 2) return interleave_from<2>(0, channels, count, out);
  if (recipe_.bytes == 3) return interleave_from<3>(0, channels, count, out);
  interleave_from<4>(kernels_.interleave4 ? kernels_.interleave4(channels, count, out) : 0, channels, count, out);
}

}  // namespace magik::imgproc

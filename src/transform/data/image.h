// Photos as calibration and debug data, magik-run and the samples read them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace magik::transform {

// Rows of pixels without gaps, 8 bits a channel.
struct Image {
  int width = 0, height = 0;
  int channels = 0;  // 1: grey, 3: red, green, blue (until convert_color() says otherwise)
  std::vector<uint8_t> pixels;

  Image() = default;
  Image(int width_, int height_, int channels_)
      : width(width_),
        height(height_),
        channels(channels_),
        pixels(static_cast<size_t>(width_) * static_cast<size_t>(height_) * static_cast<size_t>(channels_)) {}
  uint8_t* row(int y) {
    return pixels.data() + static_cast<size_t>(y) * static_cast<size_t>(width) * static_cast<size_t>(channels);
  }
  const uint8_t* row(int y) const { return const_cast<Image*>(this)->row(y); }
};

// Whether the name ends in jpg, jpeg, png, bmp, ppm or pgm, in any case.
bool has_image_suffix(const std::string& name);

// Reads a JPEG, PNG, BMP, PPM or PGM file, told from its content. Grey files give 1 channel, others 3. Transparency is
// dropped, 16-bit channels are scaled to 8, orientation tags are not followed. Throws Error naming the file.
Image load_image(const std::string& path);
// The same for a file's bytes; `name` is for messages.
Image decode_image(const std::vector<uint8_t>& bytes, const std::string& name);

// `color`: "RGB", "BGR" or "GRAY" (luma of BT.601).
Image convert_color(const Image& image, const std::string& color);

}  // namespace magik::transform

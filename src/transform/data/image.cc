#include "transform/data/image.h"

#include <algorithm>
#include <cctype>
#include <cstring>

#include "transform/data/decoders.h"
#include "transform/data/file.h"
#include "transform/error.h"

namespace magik::transform {
namespace {

bool starts_with(const std::vector<uint8_t>& bytes, const char* magic, size_t length) {
  return bytes.size() >= length && std::memcmp(bytes.data(), magic, length) == 0;
}

// Luma of BT.601 in 16-bit fixed point, rounded.
uint8_t luma(const uint8_t* rgb) {
  return static_cast<uint8_t>((19595u * rgb[0] + 38470u * rgb[1] + 7471u * rgb[2] + 0x8000u) >> 16);
}

}  // namespace

bool has_image_suffix(const std::string& name) {
  const size_t dot = name.rfind('.');
  if (dot == std::string::npos) return false;
  std::string suffix = name.substr(dot + 1);
  for (char& c : suffix) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return suffix == "jpg" || suffix == "jpeg" || suffix == "png" || suffix == "bmp" || suffix == "ppm" ||
         suffix == "pgm";
}

void check_image_size(int64_t width, int64_t height, const std::string& name) {
  if (width < 1 || height < 1) fail("{}: damaged image, it says {}x{} pixels", name, width, height);
  if (width > kMostPixels / height) {
    fail("{}: the image has {}x{} pixels, expected at most {}", name, width, height, kMostPixels);
  }
}

Image decode_image(const std::vector<uint8_t>& bytes, const std::string& name) {
  const FileBytes file{bytes.data(), bytes.size(), name};
  if (starts_with(bytes, "\xff\xd8\xff", 3)) return decode_jpeg(file);
  if (starts_with(bytes, "\x89PNG", 4)) return decode_png(file);
  if (starts_with(bytes, "BM", 2)) return decode_bmp(file);
  if (bytes.size() >= 2 && bytes[0] == 'P' && std::strchr("2356", bytes[1])) return decode_pnm(file);
  fail("{}: not an image that can be read, expected JPEG, PNG, BMP, PPM or PGM", name);
}

Image load_image(const std::string& path) { return decode_image(read_file(path), path); }

Image convert_color(const Image& image, const std::string& color) {
  const int channels = color == "GRAY" ? 1 : 3;
  if (image.channels == channels && color != "BGR") return image;
  Image result(image.width, image.height, channels);
  const size_t count = static_cast<size_t>(image.width) * static_cast<size_t>(image.height);
  const uint8_t* from = image.pixels.data();
  uint8_t* to = result.pixels.data();
  for (size_t i = 0; i < count; ++i, from += image.channels, to += channels) {
    if (image.channels == 1) {
      std::fill_n(to, channels, from[0]);
    } else if (channels == 1) {
      to[0] = luma(from);
    } else {
      std::reverse_copy(from, from + 3, to);
    }
  }
  return result;
}

}  // namespace magik::transform

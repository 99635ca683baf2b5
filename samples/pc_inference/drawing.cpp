#include "drawing.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>

#include "font.h"

namespace {

const int kSideOfUnit = 250;  // pixels of a picture's shorter side for each pixel of a dot

void append_le(std::string& bytes, std::uint32_t value, int count) {
  for (int i = 0; i < count; ++i) bytes += static_cast<char>(value >> (8 * i) & 255);
}

bool is_bright(Color color) { return 299 * color.r + 587 * color.g + 114 * color.b > 128 * 1000; }

}  // namespace

Color class_color(int class_id) {
  // Hues by the golden ratio never come close to each other for neighbours.
  const double hue = std::fmod(class_id * 0.618033988749895, 1.0) * 6;
  const auto channel = [hue](double shift) {
    const double from_peak = std::fabs(std::fmod(hue + shift, 6.0) - 3);
    return static_cast<std::uint8_t>(255 * std::max(0.0, std::min(1.0, from_peak - 1)));
  };
  return {channel(0), channel(4), channel(2)};
}

Picture::Picture(int width, int height, const std::uint8_t* rgb)
    : width_(width),
      height_(height),
      unit_(std::max(1, (std::min(width, height) + kSideOfUnit / 2) / kSideOfUnit)),
      rgb_(rgb, rgb + static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3) {}

Color Picture::at(int x, int y) const {
  const std::uint8_t* pixel =
      &rgb_[(static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) + static_cast<std::size_t>(x)) * 3];
  return {pixel[0], pixel[1], pixel[2]};
}

void Picture::draw_box(int x0, int y0, int x1, int y1, const std::string& label, Color color) {
  const int line = unit_;
  fill(x0, y0, x1, y0 + line, color);
  fill(x0, y1 - line, x1, y1, color);
  fill(x0, y0, x0 + line, y1, color);
  fill(x1 - line, y0, x1, y1, color);

  const int plate_width = (static_cast<int>(label.size()) * kGlyphAdvance + 1) * unit_;
  const int plate_height = (kGlyphHeight + 2) * unit_;
  const int left = std::max(0, std::min(x0, width_ - plate_width));
  const int top = y0 >= plate_height ? y0 - plate_height : std::max(0, y0);
  fill(left, top, left + plate_width, top + plate_height, color);
  const Color black = {0, 0, 0}, white = {255, 255, 255};
  draw_text(left + unit_, top + unit_, label, is_bright(color) ? black : white);
}

void Picture::draw_text(int x, int y, const std::string& text, Color color) {
  for (const char character : text) {
    for (int row = 0; row < kGlyphHeight; ++row) {
      for (int column = 0; column < kGlyphWidth; ++column) {
        const int dot_x = x + column * unit_, dot_y = y + row * unit_;
        if (glyph_has_dot(character, column, row)) fill(dot_x, dot_y, dot_x + unit_, dot_y + unit_, color);
      }
    }
    x += kGlyphAdvance * unit_;
  }
}

void Picture::fill(int x0, int y0, int x1, int y1, Color color) {
  for (int y = std::max(0, y0); y < std::min(height_, y1); ++y) {
    for (int x = std::max(0, x0); x < std::min(width_, x1); ++x) {
      std::uint8_t* pixel =
          &rgb_[(static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) + static_cast<std::size_t>(x)) * 3];
      pixel[0] = color.r;
      pixel[1] = color.g;
      pixel[2] = color.b;
    }
  }
}

bool Picture::write_bmp(const std::string& path) const {
  const std::uint32_t header_bytes = 54;
  const std::size_t row_bytes = (static_cast<std::size_t>(width_) * 3 + 3) / 4 * 4;
  const std::uint32_t pixel_bytes = static_cast<std::uint32_t>(row_bytes) * static_cast<std::uint32_t>(height_);
  std::string bytes = "BM";
  append_le(bytes, header_bytes + pixel_bytes, 4);
  append_le(bytes, 0, 4);
  append_le(bytes, header_bytes, 4);
  append_le(bytes, 40, 4);  // size of the second header
  append_le(bytes, static_cast<std::uint32_t>(width_), 4);
  append_le(bytes, static_cast<std::uint32_t>(height_), 4);
  append_le(bytes, 1, 2);   // plane
  append_le(bytes, 24, 2);  // bits a pixel
  append_le(bytes, 0, 4);   // not compressed
  append_le(bytes, pixel_bytes, 4);
  append_le(bytes, 2835, 4);  // 72 dots an inch, in dots a metre
  append_le(bytes, 2835, 4);
  append_le(bytes, 0, 8);                   // no palette
  for (int y = height_ - 1; y >= 0; --y) {  // from the bottom
    const std::size_t row_end = bytes.size() + row_bytes;
    for (int x = 0; x < width_; ++x) {
      const Color color = at(x, y);
      bytes += static_cast<char>(color.b);
      bytes += static_cast<char>(color.g);
      bytes += static_cast<char>(color.r);
    }
    bytes.resize(row_end, '\0');
  }
  std::ofstream file(path, std::ios::binary);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  return file.good();
}

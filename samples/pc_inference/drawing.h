// Boxes and labels on a picture.
#ifndef PC_INFERENCE_DRAWING_H_
#define PC_INFERENCE_DRAWING_H_

#include <cstdint>
#include <string>
#include <vector>

struct Color {
  std::uint8_t r, g, b;
};

// Far apart for classes that are near each other.
Color class_color(int class_id);

// Rows of RGB pixels. Drawing is clipped at the border.
class Picture {
 public:
  Picture(int width, int height, const std::uint8_t* rgb);

  int width() const { return width_; }
  int height() const { return height_; }
  Color at(int x, int y) const;

  // A frame whose outer edge is [x0, x1) x [y0, y1), with its label on a plate of the same colour: above the box, or
  // inside where there is no room. Sizes follow that of the picture.
  void draw_box(int x0, int y0, int x1, int y1, const std::string& label, Color color);

  // An uncompressed BMP of 24 bits a pixel. False where it cannot be written.
  bool write_bmp(const std::string& path) const;

 private:
  void fill(int x0, int y0, int x1, int y1, Color color);
  void draw_text(int x, int y, const std::string& text, Color color);

  int width_, height_;
  int unit_;  // side of the font's dots and width of lines, in pixels
  std::vector<std::uint8_t> rgb_;
};

#endif  // PC_INFERENCE_DRAWING_H_

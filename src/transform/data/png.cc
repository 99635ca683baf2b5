#include <png.h>

#include <csetjmp>
#include <cstdio>
#include <cstring>
#include <string>

#include "transform/data/decoders.h"
#include "transform/error.h"

namespace magik::transform {
namespace {

struct Reader {
  FileBytes file;
  size_t position = 0;
  char message[128] = {};
};

void read_bytes(png_structp png, png_bytep to, size_t count) {
  auto* reader = static_cast<Reader*>(png_get_io_ptr(png));
  if (count > reader->file.size - reader->position) png_error(png, "the file ends early");
  std::memcpy(to, reader->file.data + reader->position, count);
  reader->position += count;
}

void take_error(png_structp png, png_const_charp message) {
  auto* reader = static_cast<Reader*>(png_get_error_ptr(png));
  std::snprintf(reader->message, sizeof reader->message, "%s", message);
  std::longjmp(png_jmpbuf(png), 1);
}

void ignore_warning(png_structp, png_const_charp) {}

// Everything between setjmp and longjmp: no object with a destructor is made here. False on an error.
bool read_header(png_structp png, png_infop info) {
  if (setjmp(png_jmpbuf(png))) return false;
  png_read_info(png, info);
  png_set_expand(png);    // palettes to colours, fewer bits to 8, transparent colours to alpha
  png_set_scale_16(png);  // rounded, not cut
  png_set_strip_alpha(png);
  png_set_interlace_handling(png);
  png_read_update_info(png, info);
  return true;
}

bool read_rows(png_structp png, std::vector<png_bytep>& rows) {
  if (setjmp(png_jmpbuf(png))) return false;
  png_read_image(png, rows.data());
  png_read_end(png, nullptr);
  return true;
}

}  // namespace

Image decode_png(const FileBytes& file) {
  Reader reader{file};
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &reader, take_error, ignore_warning);
  if (!png) fail("{}: no memory to read the PNG", file.name);
  struct Destroy {
    png_structp* png;
    png_infop info;
    ~Destroy() { png_destroy_read_struct(png, &info, nullptr); }
  } destroy{&png, png_create_info_struct(png)};
  png_set_read_fn(png, &reader, read_bytes);

  if (!read_header(png, destroy.info)) fail("{}: damaged PNG: {}", file.name, reader.message);
  check_image_size(png_get_image_width(png, destroy.info), png_get_image_height(png, destroy.info), file.name);
  Image image(static_cast<int>(png_get_image_width(png, destroy.info)),
              static_cast<int>(png_get_image_height(png, destroy.info)), png_get_channels(png, destroy.info));
  std::vector<png_bytep> rows;
  for (int y = 0; y < image.height; ++y) rows.push_back(image.row(y));
  if (!read_rows(png, rows)) fail("{}: damaged PNG: {}", file.name, reader.message);
  return image;
}

}  // namespace magik::transform

#include <csetjmp>
#include <cstdio>
#include <string>

#include "transform/data/decoders.h"
#include "transform/error.h"

// After <cstdio>, which it needs.
#include <jerror.h>
#include <jpeglib.h>

namespace magik::transform {
namespace {

// libjpeg reports fatal errors through a function that must not return.
struct ErrorManager {
  jpeg_error_mgr base;  // first: libjpeg knows it by this address
  std::jmp_buf jump;
  char message[JMSG_LENGTH_MAX];
};

void leave(j_common_ptr info) {
  auto* manager = reinterpret_cast<ErrorManager*>(info->err);
  info->err->format_message(info, manager->message);
  std::longjmp(manager->jump, 1);
}

// Odd but whole files are common and decode well; a file that ends early would give grey pixels.
void take_message(j_common_ptr info, int level) {
  if (level < 0 && info->err->msg_code == JWRN_JPEG_EOF) leave(info);
}

// Adobe stores CMYK inverted: `c` is 255 - cyan, `k` is 255 - black.
uint8_t mix_black(int c, int k) {
  const int scaled = (255 - c) * k + 128;
  return static_cast<uint8_t>(k - (((scaled >> 8) + scaled) >> 8));
}

// Everything between setjmp and longjmp: no object with a destructor is made here. False on an error.
bool decode_rows(jpeg_decompress_struct& info, ErrorManager& errors, const FileBytes& file, Image& image,
                 std::vector<uint8_t>& cmyk, bool& too_large) {
  if (setjmp(errors.jump)) return false;
  jpeg_create_decompress(&info);
  jpeg_mem_src(&info, file.data, file.size);
  jpeg_read_header(&info, TRUE);
  const bool is_cmyk = info.jpeg_color_space == JCS_CMYK || info.jpeg_color_space == JCS_YCCK;
  const bool is_grey = info.jpeg_color_space == JCS_GRAYSCALE;
  info.out_color_space = is_cmyk ? JCS_CMYK : is_grey ? JCS_GRAYSCALE : JCS_RGB;
  info.dct_method = JDCT_ISLOW;  // the exact one
  too_large = static_cast<int64_t>(info.image_width) * info.image_height > kMostPixels;
  if (too_large) return true;
  jpeg_start_decompress(&info);
  image = Image(static_cast<int>(info.output_width), static_cast<int>(info.output_height), is_grey ? 1 : 3);
  if (is_cmyk) cmyk.resize(static_cast<size_t>(image.width) * 4);
  while (info.output_scanline < info.output_height) {
    uint8_t* row = image.row(static_cast<int>(info.output_scanline));
    JSAMPROW target = is_cmyk ? cmyk.data() : row;
    jpeg_read_scanlines(&info, &target, 1);
    for (int x = 0; is_cmyk && x < image.width; ++x) {
      const uint8_t* from = &cmyk[static_cast<size_t>(x) * 4];
      const bool inverted = info.saw_Adobe_marker;
      for (int c = 0; c < 3; ++c) {
        row[3 * x + c] = inverted ? mix_black(from[c], from[3]) : mix_black(255 - from[c], 255 - from[3]);
      }
    }
  }
  jpeg_finish_decompress(&info);
  return true;
}

}  // namespace

Image decode_jpeg(const FileBytes& file) {
  jpeg_decompress_struct info = {};
  ErrorManager errors = {};
  info.err = jpeg_std_error(&errors.base);
  errors.base.error_exit = leave;
  errors.base.emit_message = take_message;
  Image image;
  std::vector<uint8_t> cmyk;
  bool too_large = false;
  const bool ok = decode_rows(info, errors, file, image, cmyk, too_large);
  const int64_t width = info.image_width, height = info.image_height;
  jpeg_destroy_decompress(&info);
  if (!ok) fail("{}: damaged JPEG: {}", file.name, errors.message);
  if (too_large) check_image_size(width, height, file.name);
  return image;
}

}  // namespace magik::transform

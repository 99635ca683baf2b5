#include "transform/data/image.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <png.h>

#include <algorithm>
#include <cstdio>
#include <random>

#include "transform/test_folder.h"

// After <cstdio>, which it needs.
#include <jpeglib.h>

namespace magik::transform {
namespace {

using test::error_of;
using testing::ElementsAre;
using testing::HasSubstr;
using Bytes = std::vector<uint8_t>;

Image decode(const Bytes& bytes) { return decode_image(bytes, "photo"); }
Image decode(const std::string& bytes) { return decode(Bytes(bytes.begin(), bytes.end())); }

// One colour, which a JPEG of quality 100 keeps but for rounding.
Bytes flat_jpeg(J_COLOR_SPACE space, const Bytes& color, int width, int height) {
  jpeg_compress_struct info = {};
  jpeg_error_mgr errors = {};
  info.err = jpeg_std_error(&errors);
  jpeg_create_compress(&info);
  unsigned char* memory = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&info, &memory, &size);
  info.image_width = static_cast<JDIMENSION>(width);
  info.image_height = static_cast<JDIMENSION>(height);
  info.input_components = static_cast<int>(color.size());
  info.in_color_space = space;
  jpeg_set_defaults(&info);
  jpeg_set_quality(&info, 100, TRUE);
  jpeg_start_compress(&info, TRUE);
  Bytes row;
  for (int x = 0; x < width; ++x) row.insert(row.end(), color.begin(), color.end());
  JSAMPROW rows = row.data();
  for (int y = 0; y < height; ++y) jpeg_write_scanlines(&info, &rows, 1);
  jpeg_finish_compress(&info);
  jpeg_destroy_compress(&info);
  Bytes result(memory, memory + size);
  std::free(memory);
  return result;
}

void expect_flat(const Image& image, int width, int height, const std::vector<int>& color, int tolerance) {
  ASSERT_EQ(image.width, width);
  ASSERT_EQ(image.height, height);
  ASSERT_EQ(image.channels, static_cast<int>(color.size()));
  for (size_t i = 0; i < image.pixels.size(); ++i) {
    ASSERT_NEAR(image.pixels[i], color[i % color.size()], tolerance) << i;
  }
}

TEST(Jpeg, ColorGreyAndCmyk) {
  expect_flat(decode(flat_jpeg(JCS_RGB, {200, 30, 90}, 9, 5)), 9, 5, {200, 30, 90}, 2);
  expect_flat(decode(flat_jpeg(JCS_GRAYSCALE, {77}, 5, 9)), 5, 9, {77}, 1);
  // Adobe's inverted CMYK: 255 is no ink. (255 - 55) * 128 / 255 is about 100.
  expect_flat(decode(flat_jpeg(JCS_CMYK, {200, 255, 0, 128}, 4, 4)), 4, 4, {100, 128, 0}, 2);
}

TEST(Jpeg, CutFilesAreErrors) {
  Bytes whole(flat_jpeg(JCS_RGB, {200, 30, 90}, 64, 64));
  for (const size_t size : {size_t{3}, size_t{100}, whole.size() / 2, whole.size() - 8}) {
    const Bytes cut(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(size));
    EXPECT_THAT(error_of([&] { decode(cut); }), HasSubstr("photo: damaged JPEG: ")) << size;
  }
}

// Rows of `pixel_bytes` each; `transform` may add a palette.
Bytes write_png(int width, int height, int bits, int color_type, const Bytes& pixels, size_t row_bytes,
                const std::vector<png_color>& palette = {}, const Bytes& transparency = {}) {
  Bytes result;
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  png_set_write_fn(
      png, &result,
      [](png_structp p, png_bytep data, size_t size) {
        auto* out = static_cast<Bytes*>(png_get_io_ptr(p));
        out->insert(out->end(), data, data + size);
      },
      nullptr);
  png_set_IHDR(png, info, static_cast<png_uint_32>(width), static_cast<png_uint_32>(height), bits, color_type,
               PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  if (!palette.empty()) png_set_PLTE(png, info, palette.data(), static_cast<int>(palette.size()));
  if (!transparency.empty()) {
    png_set_tRNS(png, info, transparency.data(), static_cast<int>(transparency.size()), nullptr);
  }
  png_write_info(png, info);
  for (int y = 0; y < height; ++y) png_write_row(png, &pixels[static_cast<size_t>(y) * row_bytes]);
  png_write_end(png, info);
  png_destroy_write_struct(&png, &info);
  return result;
}

TEST(Png, EveryKindOfPixel) {
  EXPECT_THAT(decode(write_png(2, 1, 8, PNG_COLOR_TYPE_RGB, {1, 2, 3, 4, 5, 6}, 6)).pixels,
              ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_THAT(decode(write_png(2, 1, 8, PNG_COLOR_TYPE_RGB_ALPHA, {1, 2, 3, 0, 4, 5, 6, 9}, 8)).pixels,
              ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_THAT(decode(write_png(2, 2, 8, PNG_COLOR_TYPE_GRAY, {1, 2, 3, 4}, 2)).pixels, ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(decode(write_png(2, 1, 8, PNG_COLOR_TYPE_GRAY_ALPHA, {7, 0, 8, 255}, 4)).pixels, ElementsAre(7, 8));
  EXPECT_THAT(decode(write_png(3, 1, 1, PNG_COLOR_TYPE_GRAY, {0xa0}, 1)).pixels, ElementsAre(255, 0, 255));
  // 16 bits are rounded: 0x0180 is 1.49 of 255, 0x01ff 1.99.
  EXPECT_THAT(decode(write_png(3, 1, 16, PNG_COLOR_TYPE_GRAY, {0x01, 0x80, 0x01, 0xff, 0xff, 0xff}, 6)).pixels,
              ElementsAre(1, 2, 255));
  const std::vector<png_color> palette = {{9, 8, 7}, {1, 2, 3}};
  EXPECT_THAT(decode(write_png(2, 1, 8, PNG_COLOR_TYPE_PALETTE, {1, 0}, 2, palette, {0})).pixels,
              ElementsAre(1, 2, 3, 9, 8, 7));
}

TEST(Png, DamageIsAnError) {
  Bytes whole = write_png(8, 8, 8, PNG_COLOR_TYPE_GRAY, Bytes(64, 5), 8);
  const Bytes cut(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(whole.size() - 20));
  EXPECT_THAT(error_of([&] { decode(cut); }), HasSubstr("photo: damaged PNG: the file ends early"));
  whole[20] ^= 0xff;
  EXPECT_THAT(error_of([&] { decode(whole); }), HasSubstr("photo: damaged PNG: "));
}

void put(Bytes& bytes, size_t offset, uint32_t value, int count) {
  for (int i = 0; i < count; ++i) bytes[offset + static_cast<size_t>(i)] = static_cast<uint8_t>(value >> (8 * i));
}

// The headers and what follows them.
Bytes bmp(int width, int height, int bits, int compression, const Bytes& rest, uint32_t pixels_at) {
  Bytes bytes(54 + rest.size());
  bytes[0] = 'B';
  bytes[1] = 'M';
  put(bytes, 10, pixels_at, 4);
  put(bytes, 14, 40, 4);
  put(bytes, 18, static_cast<uint32_t>(width), 4);
  put(bytes, 22, static_cast<uint32_t>(height), 4);
  put(bytes, 28, static_cast<uint32_t>(bits), 2);
  put(bytes, 30, static_cast<uint32_t>(compression), 4);
  std::copy(rest.begin(), rest.end(), bytes.begin() + 54);
  return bytes;
}

TEST(Bmp, EveryKindOfPixel) {
  // The last row comes first, blue first, rows padded to 4 bytes.
  EXPECT_THAT(decode(bmp(1, 2, 24, 0, {3, 2, 1, 0, 6, 5, 4, 0}, 54)).pixels, ElementsAre(4, 5, 6, 1, 2, 3));
  EXPECT_THAT(decode(bmp(1, -2, 24, 0, {3, 2, 1, 0, 6, 5, 4, 0}, 54)).pixels, ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_THAT(decode(bmp(1, 1, 32, 0, {3, 2, 1, 9}, 54)).pixels, ElementsAre(1, 2, 3));
  EXPECT_THAT(decode(bmp(1, 1, 16, 0, {0xff, 0x7f, 0, 0}, 54)).pixels, ElementsAre(255, 255, 255));
  EXPECT_THAT(decode(bmp(1, 1, 16, 0, {0x10, 0, 0, 0}, 54)).pixels, ElementsAre(0, 0, 132));
  // Masks of 5, 6 and 5 bits.
  EXPECT_THAT(decode(bmp(1, 1, 16, 3, {0, 0xf8, 0, 0, 0xe0, 0x07, 0, 0, 0x1f, 0, 0, 0, 0xe0, 0x07, 0, 0}, 66)).pixels,
              ElementsAre(0, 255, 0));
  Bytes palette = {3, 2, 1, 0, 6, 5, 4, 0};
  palette.insert(palette.end(), {0x40, 0, 0, 0});
  EXPECT_THAT(decode(bmp(3, 1, 1, 0, palette, 62)).pixels, ElementsAre(1, 2, 3, 4, 5, 6, 1, 2, 3));
}

TEST(Bmp, DamageIsAnError) {
  EXPECT_THAT(error_of([] {
                decode(bmp(1, 2, 24, 0, {3, 2, 1, 0, 6, 5, 4}, 54));
              }),
              HasSubstr("photo: damaged BMP: the file ends at byte 61, expected at least 62"));
  EXPECT_THAT(error_of([] { decode(bmp(1, 1, 24, 0, {3, 2, 1, 0}, 0xffffffff)); }), HasSubstr("damaged BMP"));
  EXPECT_THAT(error_of([] { decode(bmp(-5, 1, 24, 0, {}, 54)); }), HasSubstr("it says -5x1 pixels"));
  EXPECT_THAT(error_of([] { decode(bmp(0x7fffffff, 0x7fffffff, 24, 0, {}, 54)); }), HasSubstr("expected at most"));
  EXPECT_THAT(error_of([] { decode(bmp(1, 1, 8, 1, {}, 54)); }), HasSubstr("BMP compression 1 cannot be read"));
  EXPECT_THAT(error_of([] { decode(bmp(1, 1, 5, 0, {}, 54)); }), HasSubstr("BMP with 5 bits"));
}

TEST(Pnm, TextAndBinary) {
  EXPECT_THAT(decode("P3 # comment\n2 1\n255\n1 2 3 4 5 6\n").pixels, ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_THAT(decode("P2\n2 1 15\n0 15\n").pixels, ElementsAre(0, 255));
  EXPECT_THAT(decode(std::string("P6 1 1 255\n\x00\x0a\x20", 14)).pixels, ElementsAre(0, 10, 32));
  EXPECT_THAT(decode(std::string("P5 2 1 65535\n\x00\x00\xff\xff", 17)).pixels, ElementsAre(0, 255));
}

TEST(Pnm, DamageIsAnError) {
  EXPECT_THAT(error_of([] { decode("P6 2 1 255\nabc"); }), HasSubstr("photo: damaged PNM: "));
  EXPECT_THAT(error_of([] { decode("P6 99999 99999 255\n"); }), HasSubstr("expected at most"));
  EXPECT_THAT(error_of([] { decode("P6 2000000000 2000000000 255\n"); }),
              HasSubstr("photo: the image has 2000000000x2000000000 pixels, expected at most"));
  EXPECT_THAT(error_of([] { decode("P6 1 5000000000 255\n"); }), HasSubstr("the number at byte 5 is too large"));
  EXPECT_THAT(error_of([] { decode("P3 1 1 255\n1 2 x"); }), HasSubstr("expected a number at byte 15"));
  EXPECT_THAT(error_of([] { decode("P2 1 1 7\n8  "); }), HasSubstr("a sample is 8, its largest value is 7"));
  EXPECT_THAT(error_of([] { decode("P5 1 1 0\n8"); }), HasSubstr("its largest value is 0"));
}

TEST(Image, KindIsToldFromTheContent) {
  EXPECT_THAT(error_of([] { decode("text"); }), HasSubstr("photo: not an image that can be read"));
  EXPECT_THAT(error_of([] { load_image("/no/such.png"); }), HasSubstr("/no/such.png: cannot open the file"));
  EXPECT_TRUE(has_image_suffix("A.JPEG") && has_image_suffix("b.Ppm") && has_image_suffix("c.d.bmp"));
  EXPECT_FALSE(has_image_suffix("jpg") || has_image_suffix("a.jpg.txt") || has_image_suffix("a.bin"));
}

// Any change of a byte gives an image or an error.
TEST(Image, MutatedFilesNeverCrash) {
  const Bytes originals[] = {
      flat_jpeg(JCS_RGB, {200, 30, 90}, 16, 16), write_png(8, 8, 8, PNG_COLOR_TYPE_GRAY, Bytes(64, 5), 8),
      bmp(2, 2, 24, 0, Bytes(16, 1), 54), Bytes{'P', '5', ' ', '2', ' ', '1', ' ', '9', '\n', 1, 2}};
  std::mt19937 random(7);
  for (const Bytes& original : originals) {
    for (int i = 0; i < 300; ++i) {
      Bytes bytes = original;
      bytes[random() % bytes.size()] = static_cast<uint8_t>(random());
      if (i % 3 == 0) bytes.resize(random() % bytes.size());
      error_of([&] { decode(bytes); });
    }
  }
}

TEST(Color, Conversions) {
  Image image(2, 1, 3);
  image.pixels = {255, 0, 0, 10, 20, 30};
  EXPECT_THAT(convert_color(image, "RGB").pixels, ElementsAre(255, 0, 0, 10, 20, 30));
  EXPECT_THAT(convert_color(image, "BGR").pixels, ElementsAre(0, 0, 255, 30, 20, 10));
  EXPECT_THAT(convert_color(image, "GRAY").pixels, ElementsAre(76, 18));
  const Image grey = convert_color(image, "GRAY");
  EXPECT_THAT(convert_color(grey, "RGB").pixels, ElementsAre(76, 76, 76, 18, 18, 18));
  EXPECT_THAT(convert_color(grey, "BGR").pixels, ElementsAre(76, 76, 76, 18, 18, 18));
  EXPECT_THAT(convert_color(grey, "GRAY").pixels, ElementsAre(76, 18));
}

}  // namespace
}  // namespace magik::transform

// Windows bitmaps: 1, 4 and 8 bits with a palette, 16, 24 and 32 bits, with and without channel masks. No compression.
#include <array>
#include <cstring>

#include "transform/data/decoders.h"
#include "transform/error.h"

namespace magik::transform {
namespace {

constexpr size_t kFileHeaderBytes = 14;
constexpr uint32_t kUncompressed = 0, kWithMasks = 3, kWithAlphaMask = 6;

class Reader {
 public:
  explicit Reader(const FileBytes& file) : file_(file) {}

  void need(size_t offset, size_t count) const {
    if (offset > file_.size || count > file_.size - offset) {
      fail("{}: damaged BMP: the file ends at byte {}, expected at least {}", file_.name, file_.size, offset + count);
    }
  }
  uint32_t u32(size_t offset) const {
    need(offset, 4);
    const uint8_t* p = file_.data + offset;
    return p[0] | static_cast<uint32_t>(p[1]) << 8 | static_cast<uint32_t>(p[2]) << 16 |
           static_cast<uint32_t>(p[3]) << 24;
  }
  uint32_t u16(size_t offset) const {
    need(offset, 2);
    return file_.data[offset] | static_cast<uint32_t>(file_.data[offset + 1]) << 8;
  }
  const uint8_t* bytes(size_t offset, size_t count) const {
    need(offset, count);
    return file_.data + offset;
  }

 private:
  const FileBytes& file_;
};

// One colour channel of a 16- or 32-bit pixel.
class Channel {
 public:
  explicit Channel(uint32_t mask) : mask_(mask) {
    while (mask != 0 && (mask & 1) == 0) {
      mask >>= 1;
      ++shift_;
    }
    largest_ = mask;
  }
  uint8_t of(uint32_t pixel) const {
    if (largest_ == 0) return 0;
    const uint64_t value = (pixel & mask_) >> shift_;
    return static_cast<uint8_t>((value * 255 + largest_ / 2) / largest_);
  }

 private:
  uint32_t mask_, largest_ = 0;
  int shift_ = 0;
};

}  // namespace

Image decode_bmp(const FileBytes& file) {
  const Reader in(file);
  const size_t pixels_at = in.u32(10);
  const size_t header_bytes = in.u32(14);
  const bool old = header_bytes == 12;
  if (!old && (header_bytes < 40 || header_bytes > 256)) {
    fail("{}: damaged BMP: its header has {} bytes", file.name, header_bytes);
  }
  const int64_t width = old ? int64_t{in.u16(18)} : static_cast<int32_t>(in.u32(18));
  const int64_t signed_height = old ? int64_t{in.u16(20)} : static_cast<int32_t>(in.u32(22));
  const int64_t height = signed_height < 0 ? -signed_height : signed_height;  // negative: the first row is the top
  const uint32_t bits = in.u16(old ? 24 : 28);
  const uint32_t compression = old ? kUncompressed : in.u32(30);
  check_image_size(width, height, file.name);
  const bool has_masks = compression == kWithMasks || compression == kWithAlphaMask;
  if (compression != kUncompressed && !(has_masks && bits >= 16)) {
    fail("{}: BMP compression {} cannot be read, expected an uncompressed file", file.name, compression);
  }
  const bool indexed = bits == 1 || bits == 4 || bits == 8;
  if (!indexed && bits != 16 && bits != 24 && bits != 32) {
    fail("{}: BMP with {} bits a pixel, expected 1, 4, 8, 16, 24 or 32", file.name, bits);
  }

  std::array<std::array<uint8_t, 3>, 256> palette{};
  if (indexed) {
    const size_t entry = old ? 3 : 4;
    const size_t listed = old ? 0 : in.u32(46);
    const size_t entries = listed == 0 || listed > (size_t{1} << bits) ? size_t{1} << bits : listed;
    const uint8_t* bgr = in.bytes(kFileHeaderBytes + header_bytes, entries * entry);
    for (size_t i = 0; i < entries; ++i, bgr += entry) palette[i] = {bgr[2], bgr[1], bgr[0]};
  }
  // Masks stand in the header, or right behind it where it is the short one: at the same place.
  const size_t masks_at = kFileHeaderBytes + 40;
  const Channel red(has_masks ? in.u32(masks_at) : bits == 16 ? 0x7c00 : 0xff0000);
  const Channel green(has_masks ? in.u32(masks_at + 4) : bits == 16 ? 0x03e0 : 0x00ff00);
  const Channel blue(has_masks ? in.u32(masks_at + 8) : bits == 16 ? 0x001f : 0x0000ff);

  const size_t stride = (static_cast<size_t>(width) * bits + 31) / 32 * 4;  // rows are padded to 4 bytes
  const uint8_t* rows = in.bytes(pixels_at, stride * static_cast<size_t>(height));
  Image image(static_cast<int>(width), static_cast<int>(height), 3);
  for (int y = 0; y < image.height; ++y) {
    const uint8_t* row = rows + stride * static_cast<size_t>(signed_height < 0 ? y : image.height - 1 - y);
    uint8_t* to = image.row(y);
    for (int x = 0; x < image.width; ++x, to += 3) {
      if (indexed) {
        const uint32_t bit = static_cast<uint32_t>(x) * bits;
        const uint32_t index = (row[bit / 8] >> (8 - bits - bit % 8)) & ((1u << bits) - 1);
        std::memcpy(to, palette[index].data(), 3);
        continue;
      }
      uint32_t pixel = 0;
      std::memcpy(&pixel, row + static_cast<size_t>(x) * (bits / 8), bits / 8);
      to[0] = red.of(pixel);
      to[1] = green.of(pixel);
      to[2] = blue.of(pixel);
    }
  }
  return image;
}

}  // namespace magik::transform

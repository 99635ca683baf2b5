// Netpbm: P2 and P3 (text), P5 and P6 (binary), up to 16 bits a sample.
#include <cctype>
#include <cstdint>

#include "transform/data/decoders.h"
#include "transform/error.h"

namespace magik::transform {
namespace {

class Scanner {
 public:
  explicit Scanner(const FileBytes& file) : file_(file) {}

  // The next decimal number; white space and comments (# to the end of the line) may stand before it.
  uint32_t number() {
    while (position_ < file_.size && (std::isspace(byte()) || byte() == '#')) {
      if (byte() == '#') {
        while (position_ < file_.size && byte() != '\n') ++position_;
      } else {
        ++position_;
      }
    }
    uint64_t value = 0;
    const size_t first = position_;
    for (; position_ < file_.size && std::isdigit(byte()); ++position_) {
      value = value * 10 + static_cast<uint64_t>(byte() - '0');
      if (value > UINT32_MAX) fail("{}: damaged PNM: the number at byte {} is too large", file_.name, first);
    }
    if (position_ == first) fail("{}: damaged PNM: expected a number at byte {}", file_.name, position_);
    return static_cast<uint32_t>(value);
  }
  void skip(size_t count) { position_ += count; }
  // A big-endian sample of one or two bytes.
  uint32_t sample(size_t bytes) {
    if (position_ > file_.size || bytes > file_.size - position_) {
      fail("{}: damaged PNM: the file ends early, at byte {}", file_.name, file_.size);
    }
    uint32_t value = file_.data[position_];
    if (bytes == 2) value = value << 8 | file_.data[position_ + 1];
    position_ += bytes;
    return value;
  }

 private:
  int byte() const { return file_.data[position_]; }

  const FileBytes& file_;
  size_t position_ = 2;  // behind "P6"
};

}  // namespace

Image decode_pnm(const FileBytes& file) {
  const char kind = static_cast<char>(file.data[1]);
  const bool text = kind == '2' || kind == '3';
  Scanner in(file);
  const uint32_t width = in.number(), height = in.number(), largest = in.number();
  check_image_size(width, height, file.name);
  if (largest < 1 || largest > 65535) {
    fail("{}: damaged PNM: its largest value is {}, expected 1 to 65535", file.name, largest);
  }
  in.skip(1);  // exactly one white space before binary samples
  const size_t channels = kind == '3' || kind == '6' ? 3 : 1;
  const size_t least_bytes = size_t{width} * height * channels * (largest > 255 && !text ? 2 : 1);
  if (file.size < least_bytes) {
    fail("{}: damaged PNM: it has {} bytes, expected at least {}", file.name, file.size, least_bytes);
  }
  Image image(static_cast<int>(width), static_cast<int>(height), static_cast<int>(channels));
  for (uint8_t& pixel : image.pixels) {
    const uint32_t value = text ? in.number() : in.sample(largest > 255 ? 2 : 1);
    if (value > largest) {
      fail("{}: damaged PNM: a sample is {}, its largest value is {}", file.name, value, largest);
    }
    pixel = static_cast<uint8_t>((value * 255 + largest / 2) / largest);
  }
  return image;
}

}  // namespace magik::transform

// One decoder for each file format. Each throws Error with `name` in front; none trusts a size in the file.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "transform/data/image.h"

namespace magik::transform {

struct FileBytes {
  const uint8_t* data;
  size_t size;
  const std::string& name;
};

Image decode_jpeg(const FileBytes& file);
Image decode_png(const FileBytes& file);
Image decode_bmp(const FileBytes& file);
Image decode_pnm(const FileBytes& file);

constexpr int64_t kMostPixels = int64_t{1} << 27;

// Refuses an image of absurd size before memory is asked for.
void check_image_size(int64_t width, int64_t height, const std::string& name);

}  // namespace magik::transform

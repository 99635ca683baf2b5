#include "image.h"

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <vector>

#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#include "stb/stb_image.h"
#pragma GCC diagnostic pop

namespace {

using magik::venus::Tensor;

const int kChannels = 4;

std::unique_ptr<Tensor> read_raw_input(const std::string& path) {
  int n = 0, h = 0, w = 0, c = 0;
  const std::string name = path.substr(path.rfind('/') + 1);
  if (std::sscanf(name.c_str(), "input_data_shape_%d_%d_%d_%d.bin", &n, &h, &w, &c) != 4 || n != 1 || h < 1 || w < 1 ||
      (c != 3 && c != kChannels)) {
    std::fprintf(stderr, "%s: expected a name like input_data_shape_1_384_640_3.bin (n, h, w, channels)\n",
                 path.c_str());
    return nullptr;
  }
  std::ifstream file(path, std::ios::binary);
  const std::vector<char> bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const std::size_t pixels = static_cast<std::size_t>(h) * w;
  if (bytes.size() != pixels * c) {
    std::fprintf(stderr, "%s: it has %zu bytes, its name says %zu\n", path.c_str(), bytes.size(), pixels * c);
    return nullptr;
  }
  std::printf("image_bin shape:%d %d %d %d\n", n, h, w, c);
  std::unique_ptr<Tensor> image(new Tensor({1, h, w, kChannels}));
  std::uint8_t* to = image->mudata<std::uint8_t>();
  for (std::size_t i = 0; i < pixels; ++i) {
    to[i * kChannels + 3] = 0;
    std::memcpy(to + i * kChannels, &bytes[i * c], c);
  }
  return image;
}

}  // namespace

bool is_raw_input(const std::string& path) { return path.size() > 4 && path.compare(path.size() - 4, 4, ".bin") == 0; }

std::unique_ptr<Tensor> read_image(const std::string& path) {
  if (is_raw_input(path)) return read_raw_input(path);
  int w = 0, h = 0, channels_in_file = 0;
  std::uint8_t* pixels = stbi_load(path.c_str(), &w, &h, &channels_in_file, kChannels);
  if (pixels == nullptr) {
    std::fprintf(stderr, "%s: %s\n", path.c_str(), stbi_failure_reason());
    return nullptr;
  }
  std::unique_ptr<Tensor> image(new Tensor({1, h, w, kChannels}));
  std::memcpy(image->mudata<std::uint8_t>(), pixels, static_cast<std::size_t>(h) * w * kChannels);
  stbi_image_free(pixels);
  return image;
}

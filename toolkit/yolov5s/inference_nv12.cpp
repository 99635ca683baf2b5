// Finds objects in a camera frame: BIN MODEL FRAME.nv12, whose name has the size: 10_w1024_h714.nv12
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "detector.h"

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: %s MODEL.bin FRAME_w<width>_h<height>.nv12\n", argv[0]);
    return 2;
  }
  const std::string path = argv[2];
  int width = 0, height = 0;
  const std::size_t size = path.rfind("_w");
  if (size == std::string::npos || std::sscanf(path.c_str() + size, "_w%d_h%d.nv12", &width, &height) != 2) {
    std::fprintf(stderr, "%s: expected a name like 10_w1024_h714.nv12\n", path.c_str());
    return 1;
  }
  std::ifstream file(path, std::ios::binary);
  const std::vector<char> bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const std::size_t expected = static_cast<std::size_t>(width) * height * 3 / 2;
  if (bytes.size() != expected) {
    std::fprintf(stderr, "%s: it has %zu bytes, a frame of this size has %zu\n", path.c_str(), bytes.size(), expected);
    return 1;
  }
  std::printf("image w,h: %d ,%d\n", width, height);

  if (venus::venus_init() != 0) return 1;
  {
    venus::Tensor frame({1, height, width, 1}, venus::TensorFormat::NV12);
    std::memcpy(frame.mudata<std::uint8_t>(), bytes.data(), bytes.size());
    Detector detector;
    if (!detector.load(argv[1]) || !detector.set_picture(frame, venus::ChannelLayout::NV12, width, height) ||
        !detector.detect()) {
      return 1;
    }
  }
  return venus::venus_deinit();
}

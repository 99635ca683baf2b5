// Finds objects in a picture: BIN MODEL IMAGE
#include <cstdio>

#include "detector.h"
#include "image.h"

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: %s MODEL.bin IMAGE\n", argv[0]);
    return 2;
  }
  const std::unique_ptr<venus::Tensor> image = read_image(argv[2]);
  if (!image) return 1;
  const int width = image->shape()[2], height = image->shape()[1];
  std::printf("image w,h: %d ,%d\n", width, height);

  if (venus::venus_init() != 0) return 1;
  {
    Detector detector;
    if (!detector.load(argv[1])) return 1;
    const bool ready = is_raw_input(argv[2]) ? detector.set_prepared(*image)
                                             : detector.set_picture(*image, venus::ChannelLayout::RGBA, width, height);
    if (!ready || !detector.detect()) return 1;
  }
  return venus::venus_deinit();
}

#include "venus/api/nv12.h"

#include "venus/imgproc/convert.h"

namespace magik::api {

using venus::ChannelLayout;

void nv12_to_pixels(const uint8_t* nv12, int width, int height, PixelOrder order, uint8_t* pixels) {
  const ChannelLayout layout = order == PixelOrder::kGray   ? ChannelLayout::GRAY
                               : order == PixelOrder::kRgba ? ChannelLayout::RGBA
                                                            : ChannelLayout::BGRA;
  imgproc::OutputImage output = {layout, width, height, 0, pixels};
  output.stride = output.row_bytes();
  imgproc::convert_nv12({ChannelLayout::NV12, width, height, width, nv12}, output, imgproc::kBt601,
                        imgproc::best_kernels());
}

}  // namespace magik::api

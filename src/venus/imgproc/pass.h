// What an image operation consists of: one pass for each plane of the output.
#pragma once

#include <vector>

#include "venus/imgproc/color.h"
#include "venus/imgproc/image.h"

namespace magik::imgproc {

// A pass reads one plane, or luma and chroma of NV12 as pixels: each pixel then has the chroma of its 2x2 block, as in
// the conversion without resizing.
struct Pass {
  Plane planes[2];
  int plane_count;
  Rect box;                     // the part of planes[0] that is read; it may leave the image
  int16_t fill[kMostChannels];  // samples outside of the image
  int source_step;              // source pixels each way in a pixel of planes[0]: 2 for chroma

  Recipe recipe;
  OutputPlane output;
  int output_step;  // output pixels each way in a pixel of `output`
};

// `fill`: a grey level. The source outside of the image has it in all channels; in NV12 it is the luma of that grey.
std::vector<Pass> passes_for(const Image& source, const Rect& box, const OutputImage& output, uint8_t fill,
                             const YuvToRgb& yuv);

}  // namespace magik::imgproc

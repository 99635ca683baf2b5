// Brings a photo to the size of a network's input.
//
// Every method resamples separably, first the rows, then the columns, with 22-bit integer weights and 8-bit rows
// between them, as Pillow does: the result is the same on every machine. Pixel centres stand at half-integers.
//
//   STRETCH      to the input's width and height, whatever the photo's aspect ratio. Bilinear between the two nearest
//                pixels each way, as boards and OpenCV's linear resize do.
//   LETTERBOX    the largest even size with the photo's aspect ratio (s = min(w/iw, h/ih); int(s iw), one more if odd),
//                bilinear, in the centre; the rest is grey 114, as YOLO's training fills it.
//   CENTER_CROP  the shorter side to size / 0.875 and the other in proportion, both rounded, then the centre. Bicubic
//                (a = -0.5) over a support that grows with the reduction: Pillow's resize(..., BICUBIC) and crop().
#pragma once

#include <string>

#include "transform/data/image.h"

namespace magik::transform {

constexpr uint8_t kLetterboxFill = 114;

// `mode`: one of the above. An image that has the size already is returned as it is.
Image fit_image(const Image& image, int width, int height, const std::string& mode);

enum class Filter { kBilinear, kAntialiasedBicubic };

// The part of the photo, resized to full_width x full_height, that starts at (left, top) and has width x height pixels.
struct ResizeWindow {
  int full_width, full_height;
  int left, top, width, height;
};
Image resize(const Image& image, const ResizeWindow& window, Filter filter);

}  // namespace magik::transform

// Bilinear resize between the two nearest pixels each way, as OpenCV's linear resize: pixel centres stand at
// half-integers, positions beyond the first and last centre take the pixel at the edge.
#pragma once

#include "venus/imgproc/pass.h"

namespace magik::imgproc {

enum class Fit { kStretch, kBottomRight, kCenter };

// Where the picture goes in an output of another aspect ratio: s = min(ow / iw, oh / ih), int(s iw) by int(s ih), one
// more where that is odd; in the centre, or the rest at the bottom and right. `even_left`, `even_top`: a centred
// picture starts at an even column or row.
Rect place(Fit fit, int width, int height, int output_width, int output_height, bool even_left, bool even_top);

// Brings the pass's box to the rectangle `content` of its output and fills the rest. content counts in output pixels.
void resize(const Pass& pass, const Rect& content, const Kernels& kernels);

}  // namespace magik::imgproc

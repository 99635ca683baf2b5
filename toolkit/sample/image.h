// Pictures and raw inputs, as the samples read them.
#ifndef SAMPLE_IMAGE_H_
#define SAMPLE_IMAGE_H_

#include <memory>
#include <string>

#include "venus.h"

// An RGBA picture {1, h, w, 4} of an image file (JPEG, PNG, BMP, ...), or of a raw input that the PC side has written:
// input_data_shape_<n>_<h>_<w>_<c>.bin, bytes whose 3 channels are widened to 4. Null, with a line on stderr, if it
// cannot be read.
std::unique_ptr<magik::venus::Tensor> read_image(const std::string& path);

// Whether the path names a raw input, which is fed to the network as it is.
bool is_raw_input(const std::string& path);

#endif  // SAMPLE_IMAGE_H_

// Networks run through the public interface, as a client's program does it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "transform/data/image.h"
#include "venus.h"

namespace magik::e2e {

using NetPtr = std::unique_ptr<venus::BaseNet>;

// A network of a file that has to load.
NetPtr load_net(const std::string& path);

// Writes an image of the network's size and colours into an input: 4 bytes a pixel for 3 channels.
void fill_input(const venus::Tensor& input, const transform::Image& image);

std::vector<float> values_of(const venus::Tensor& tensor);
// Runs and reads every output, by index and by name, which has to be the same.
std::vector<std::vector<float>> run_net(venus::BaseNet& net);

size_t best_class(const std::vector<float>& scores);

}  // namespace magik::e2e

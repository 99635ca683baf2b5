// A network's outputs as floats, class scores and files.
#pragma once

#include <string>
#include <vector>

#include "venus/core/network.h"

namespace magik::run {

struct OutputFloats {
  std::string name;
  std::vector<int64_t> shape;
  std::vector<float> values;
};

// Dequantized; `source_layout`: axes as the source model has them.
std::vector<OutputFloats> read_outputs(const rt::Network& network, bool source_layout);

struct ClassScore {
  size_t index;
  float score;
};
// The best classes of an output that is one row, best first, the first of equal ones; empty for other outputs.
std::vector<ClassScore> best_classes(const OutputFloats& output, size_t count);

rt::Result<std::vector<std::string>> read_labels(const std::string& path);

// INPUTSTEM.OUTPUTNAME.npy in `directory`, which is made where it is missing; `/` in the name becomes `_`.
rt::Status save_outputs(const std::string& directory, const std::string& input_file,
                        const std::vector<OutputFloats>& outputs);

}  // namespace magik::run

// A network's outputs as floats, class scores and files.
#pragma once

#include <string>
#include <vector>

#include "run/inputs.h"
#include "venus/core/network.h"

namespace magik::run {

struct OutputFloats {
  std::string name;
  std::vector<int64_t> shape;
  std::vector<float> values;
};

// Dequantized; `source_layout`: axes as the source model has them.
std::vector<OutputFloats> read_outputs(const rt::Network& network, bool source_layout);

// Of an output that is one row; 0 for other outputs.
size_t class_count(const std::vector<int64_t>& shape);

struct ClassScore {
  size_t index;
  float score;
};
// The best classes of an output that is one row, best first, the first of equal ones; empty for other outputs.
std::vector<ClassScore> best_classes(const OutputFloats& output, size_t count);

rt::Result<std::vector<std::string>> read_labels(const std::string& path);

// An error where save_outputs() would write one file twice: for INPUTs that differ by folder or suffix only.
rt::Status check_result_files(const std::vector<Item>& items, const rt::Graph& graph);
// INPUTSTEM.OUTPUTNAME.npy in `directory`, which is made where it is missing; OUTPUTNAME as in dumps (dump_index.h).
rt::Status save_outputs(const std::string& directory, const std::string& input_file,
                        const std::vector<OutputFloats>& outputs);

}  // namespace magik::run

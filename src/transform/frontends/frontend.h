// Source models: one folder per format, one line in frontend.cc.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "venus/core/graph.h"

namespace magik::transform {

struct ImportOptions {
  std::vector<std::string> inputs;  // cut here; empty: the model's own
  // Source layout, for inputs in order; the last one serves the rest of the listed.
  std::vector<std::vector<int64_t>> shapes;
  std::vector<std::string> outputs;           // cut here; empty: the model's own. Tensor or node names
  std::string shape_setting = "INPUT_SHAPE";  // what messages call `shapes`
};

// Reads a model of any known format (told from the content, then the suffix) into a graph with fixed shapes, inputs in
// the source's layout. Throws Error: unknown format, missing names (with the closest ones), unsupported operators (one
// list of all: operator, node, opset, reason), dynamic axes that INPUT_SHAPE does not fix.
rt::Graph import_model(const std::string& path, const ImportOptions& options);

}  // namespace magik::transform

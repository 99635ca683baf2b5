// Imports ONNX models of opset 7 to 23.
#pragma once

#include <string>

#include "transform/frontends/frontend.h"

namespace magik::transform {

rt::Graph import_onnx(const std::string& path, const ImportOptions& options);

}  // namespace magik::transform

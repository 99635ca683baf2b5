// Images as inputs: the converter's own decoding, or none on boards.
#pragma once

#include <string>
#include <vector>

#include "venus/core/graph.h"
#include "venus/core/status.h"

namespace magik::run {

rt::Result<std::vector<uint8_t>> load_image(const std::string& file, const rt::Value& input,
                                            const rt::Preprocessing& preprocessing);

}  // namespace magik::run

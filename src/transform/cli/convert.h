// A conversion from the source model to the written files.
#pragma once

#include "transform/cli/options.h"

namespace magik::transform {

// Writes every file or none; throws Error.
void convert(const Options& options);

}  // namespace magik::transform

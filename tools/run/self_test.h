// magik-run --self-test.
#pragma once

#include <string>

#include "venus/core/network.h"

namespace magik::run {

// Runs the golden test of a model and prints what came out. An error where nodes are off, naming the first, or where
// the model has no golden test.
rt::Status self_test(const std::string& model, rt::Network& network, bool json);

}  // namespace magik::run

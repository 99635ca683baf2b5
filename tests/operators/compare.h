// Compares every kernel set of this machine with the operators' definitions.
#pragma once

#include "operators/case.h"

namespace magik::check {

// Runs the cases on the definitions (the reference kernels), then on every kernel set that this build has and this CPU
// allows, with one and two threads. Prints what differs, which kernels were exercised, and what was skipped. An error
// says that something differs, or that a kernel was chosen by no case.
Status compare(const std::vector<OperatorCases>& operators);

}  // namespace magik::check

// Runs a case.
#pragma once

#include "operators/case.h"
#include "venus/core/network.h"

namespace magik::check {

struct CaseValue {
  std::string name;
  std::string kernel;  // that computed it; empty for inputs and constants
  std::vector<uint8_t> bytes;
};

struct KernelUse {
  std::string op, kernel;
};

struct CaseRun {
  std::vector<CaseValue> values;  // inputs and constants, then outputs of the nodes as they were when their node ended
  std::vector<KernelUse> kernels;
};

Result<CaseRun> run_case(const Case& item, const rt::NetworkOptions& options);

}  // namespace magik::check

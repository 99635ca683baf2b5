// The command line of magik-run.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "venus/core/kernel.h"
#include "venus/core/status.h"

namespace magik::run {

struct Arguments {
  std::string model;
  std::vector<std::string> inputs;
  std::vector<std::pair<std::string, std::string>> named_inputs;  // --input NAME=FILE
  std::string labels, save_outputs, dump;
  int top = 5;
  int warmup = 0, repeat = 1;
  bool json = false, profile = false, source_layout = false, list_kernels = false, self_test = false, help = false;
  std::optional<rt::Isa> isa;
  std::optional<int> threads;
};

rt::Result<Arguments> parse_arguments(const std::vector<std::string>& words);
const char* help_text();

}  // namespace magik::run

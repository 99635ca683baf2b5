// The command line of magik-transform-tools.
#pragma once

#include <string>
#include <vector>

namespace magik::transform {

struct Options {
  std::string input_path, output_path, config_path;
  bool gen_config = false;
  bool save_quantize_model = false;
  bool dump_all = false;
  bool embed_golden = false;
  bool help = false, version = false;

  // The output path without its folder and ".mk.h".
  std::string output_name() const;
};

// `arguments` without the program's name. Throws Error for unknown options (with the closest ones), missing values and
// missing paths.
Options parse_options(const std::vector<std::string>& arguments);
std::string help_text();

// Every accepted spelling in the one that CLI11 understands: single-dash long options get two dashes, and a true or
// false behind a flag is joined to it.
std::vector<std::string> normalize_arguments(const std::vector<std::string>& arguments);

}  // namespace magik::transform

// The JSON config (docs/config.md). Every key of the specification has a field; parse_config() checks types and ranges.
#pragma once

#include <string>
#include <vector>

namespace magik::transform {

enum class QuantMethod { kMaxAbs, kKl, kAdmm, kMse };

struct Config {
  std::string soc;
  std::vector<std::string> input, output;
  std::vector<std::vector<int64_t>> input_shape;
  // One list for each input, or one for all; a list has one number, or one for each channel. Empty: 0 and 1.
  std::vector<std::vector<float>> mean, normal;
  std::vector<std::string> color, resize;  // upper case, "BRG" already "BGR"; per input or one for all
  std::string quant_dataset_path, debug_path, bin_layout;
  int quant_feature_bit = 8, quant_weight_bit = 8;
  QuantMethod quant_feature_method = QuantMethod::kKl, quant_weight_method = QuantMethod::kMaxAbs;
  int quant_dataset_size = 0;  // 0: all
  std::vector<std::string> quant_node_skip, quant_op_skip;
  bool feature_fake_quant = false, weight_fake_quant = false;
  std::string weight_correct_path, feature_correct_path;
  bool save_op_quant_bit = false, load_op_quant_bit = false, load_op_quant_min_max = false;
};

// Reads and checks a config file; relative paths in it are relative to the running directory, as in the guide. Unknown
// keys are logged as warnings with the closest known key. Throws Error that names file, key and what was expected.
Config parse_config(const std::string& path);
// The template of the guide, byte for byte stable.
std::string config_template();

}  // namespace magik::transform

// What each SOC can do: one row a SOC in soc.cc.
#pragma once

#include <string>
#include <vector>

namespace magik::transform {

struct Soc {
  const char* name;
  std::vector<int> feature_bits, weight_bits;  // ascending
  const char* simd;                            // instruction set of its CPU, for documentation and weight layout
};

const Soc& find_soc(const std::string& name);  // throws Error that lists the known ones
const std::vector<Soc>& soc_list();
// Throws Error naming `key` (and `node` unless empty), the SOC and what it takes.
void check_width(const Soc& soc, const std::string& key, const std::string& node, int bits, bool weights);

}  // namespace magik::transform

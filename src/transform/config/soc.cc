#include "transform/config/soc.h"

#include <strings.h>

#include <algorithm>

#include "transform/error.h"

namespace magik::transform {
namespace {

const std::vector<int> kVendorFeatureBits = {2, 4, 8, 10, 12};
const std::vector<int> kVendorWeightBits = {2, 4, 6, 8};
const std::vector<int> kAnyFeatureBits = {2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
const std::vector<int> kAnyWeightBits = {2, 3, 4, 5, 6, 7, 8};

}  // namespace

const std::vector<Soc>& soc_list() {
  static const std::vector<Soc> list = {
      {"T40", kVendorFeatureBits, kVendorWeightBits, "msa"},   {"T41", kVendorFeatureBits, kVendorWeightBits, "msa"},
      {"X2500", kVendorFeatureBits, kVendorWeightBits, "msa"}, {"A1", kVendorFeatureBits, kVendorWeightBits, "msa"},
      {"PC", kAnyFeatureBits, kAnyWeightBits, "avx2"},         {"MIPS32", kAnyFeatureBits, kAnyWeightBits, "mips32"},
      {"ARM64", kAnyFeatureBits, kAnyWeightBits, "neon"},
  };
  return list;
}

const Soc& find_soc(const std::string& name) {
  for (const Soc& soc : soc_list()) {
    if (strcasecmp(soc.name, name.c_str()) == 0) return soc;
  }
  std::vector<std::string> names;
  for (const Soc& soc : soc_list()) names.push_back(soc.name);
  fail("unknown SOC \"{}\", expected one of {}", name, fmt::join(names, ", "));
}

void check_width(const Soc& soc, const std::string& key, const std::string& node, int bits, bool weights) {
  const std::vector<int>& known = weights ? soc.weight_bits : soc.feature_bits;
  if (std::find(known.begin(), known.end(), bits) != known.end()) return;
  fail("{}{}: the SOC {} has no {}-bit {}, it takes {} bits", key, node.empty() ? "" : fmt::format(" of node {}", node),
       soc.name, bits, weights ? "weights" : "features", fmt::join(known, ", "));
}

}  // namespace magik::transform

#include "venus/kernels/conv2d/merged_groups.h"

#include <algorithm>

namespace magik::rt::kernels {
namespace {

constexpr int32_t kEnoughChannels = 16;  // of a merged group
// A merged group multiplies so many times as much at most; one of 8 channels, a whole vector of AVX2, twice.
constexpr int32_t kMostMerged = 16, kMostMergedVectors = 2, kVector = 8;

// How many groups become one: the fewest that give enough channels, or all. 1: merging does not pay.
int32_t groups_to_merge(const Conv2DParams& params) {
  const int32_t channels = std::min(params.group_in(), params.group_out());
  if (channels >= kEnoughChannels) return 1;
  int32_t count = std::min(2, params.group);
  while (count < params.group && (params.group % count != 0 || count * channels < kEnoughChannels)) ++count;
  return count <= (channels < kVector ? kMostMerged : kMostMergedVectors) ? count : 1;
}

}  // namespace

std::vector<int8_t> merge_small_groups(Conv2DParams* params) {
  std::vector<int8_t> merged;
  const int32_t count = groups_to_merge(*params);
  if (count == 1) return merged;
  const int64_t in = params->group_in(), out = params->group_out(), taps = params->taps();
  merged.resize(static_cast<size_t>(params->out_channels * taps * in * count));
  const int8_t* from = params->weight_q;
  int8_t* to = merged.data();
  for (int64_t channel = 0; channel < params->out_channels; ++channel) {
    const int64_t place = channel / out % count;  // of the channel's group in the merged one
    for (int64_t tap = 0; tap < taps; ++tap, from += in, to += in * count) std::copy_n(from, in, to + place * in);
  }
  params->group /= count;
  params->weight_q = merged.data();
  return merged;
}

}  // namespace magik::rt::kernels

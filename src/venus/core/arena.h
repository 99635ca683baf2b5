// Places blocks with known lifetimes in one arena, so that blocks that live at the same time do not overlap.
#pragma once

#include <cstdint>
#include <vector>

namespace magik::rt {

// Lives from step `first` to step `last`, both included.
struct ArenaBlock {
  uint64_t bytes = 0;
  int first = 0;
  int last = 0;
  uint64_t offset = 0;  // set by plan_arena(), a multiple of 64
};

// SIMD kernels may read, not write, so many bytes past a tensor's end.
constexpr uint64_t kReadPadding = 64;

// Sets the offsets and returns the arena's size. Greedy by size (Pisarchyk and Lee, "Efficient Memory Management for
// Deep Neural Net Inference", 2020): the largest block first, each at the lowest offset where it fits in the smallest
// gap between the blocks that live at the same time. The same with the block first that lives longest, which is better
// where a large value is kept for long (YOLOv5); the smaller of the two plans is taken.
uint64_t plan_arena(std::vector<ArenaBlock>& blocks);

// The largest sum of block sizes that live at one time: no plan is smaller.
uint64_t arena_lower_bound(const std::vector<ArenaBlock>& blocks);

}  // namespace magik::rt

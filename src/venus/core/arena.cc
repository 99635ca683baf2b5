#include "venus/core/arena.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "venus/core/aligned_memory.h"

namespace magik::rt {
namespace {

uint64_t padded(const ArenaBlock& block) { return align_up(block.bytes + kReadPadding); }

bool overlap_in_time(const ArenaBlock& a, const ArenaBlock& b) { return a.first <= b.last && b.first <= a.last; }

// The start of the smallest gap that fits `bytes` between `neighbours`, which are sorted by offset; else their end.
uint64_t best_gap(const std::vector<const ArenaBlock*>& neighbours, uint64_t bytes) {
  uint64_t end = 0, best = 0, best_size = UINT64_MAX;
  for (const ArenaBlock* neighbour : neighbours) {
    if (neighbour->offset > end) {
      const uint64_t gap = neighbour->offset - end;
      if (gap >= bytes && gap < best_size) {
        best = end;
        best_size = gap;
      }
    }
    end = std::max(end, neighbour->offset + padded(*neighbour));
  }
  return best_size == UINT64_MAX ? end : best;
}

// Sets the offsets: block after block, each at the start of the smallest gap that fits it.
uint64_t place_in_order(std::vector<ArenaBlock>& blocks, const std::vector<size_t>& order) {
  uint64_t total = 0;
  std::vector<const ArenaBlock*> placed;  // sorted by offset
  std::vector<const ArenaBlock*> neighbours;
  for (size_t index : order) {
    ArenaBlock& block = blocks[index];
    neighbours.clear();
    for (const ArenaBlock* other : placed) {
      if (overlap_in_time(*other, block)) neighbours.push_back(other);
    }
    block.offset = best_gap(neighbours, padded(block));
    total = std::max(total, block.offset + padded(block));
    const auto at = std::upper_bound(placed.begin(), placed.end(), &block,
                                     [](const ArenaBlock* a, const ArenaBlock* b) { return a->offset < b->offset; });
    placed.insert(at, &block);
  }
  return total;
}

bool larger(const ArenaBlock& a, const ArenaBlock& b) { return a.bytes > b.bytes; }

bool longer(const ArenaBlock& a, const ArenaBlock& b) {
  const int steps_a = a.last - a.first, steps_b = b.last - b.first;
  return steps_a != steps_b ? steps_a > steps_b : larger(a, b);
}

}  // namespace

uint64_t plan_arena(std::vector<ArenaBlock>& blocks) {
  std::vector<ArenaBlock> best;
  uint64_t least = UINT64_MAX;
  for (const auto goes_first : {larger, longer}) {
    std::vector<size_t> order(blocks.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return goes_first(blocks[a], blocks[b]); });
    const uint64_t total = place_in_order(blocks, order);
    if (total >= least) continue;
    least = total;
    best = blocks;
  }
  blocks = std::move(best);
  return least;
}

uint64_t arena_lower_bound(const std::vector<ArenaBlock>& blocks) {
  uint64_t bound = 0;
  for (const ArenaBlock& at : blocks) {  // the sum only grows where a block begins
    uint64_t live = 0;
    for (const ArenaBlock& block : blocks) {
      if (block.first <= at.first && at.first <= block.last) live += padded(block);
    }
    bound = std::max(bound, live);
  }
  return bound;
}

}  // namespace magik::rt

#include "venus/core/arena.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <random>

#include "venus/core/aligned_memory.h"

namespace magik::rt {
namespace {

std::vector<ArenaBlock> random_blocks(std::mt19937& random) {
  const int steps = 1 + static_cast<int>(random() % 60);
  std::vector<ArenaBlock> blocks(random() % 80);
  for (ArenaBlock& block : blocks) {
    const unsigned most = random() % 8 == 0 ? 100000 : 3000;
    block.bytes = random() % most;
    block.first = static_cast<int>(random() % static_cast<unsigned>(steps));
    block.last = std::min(steps - 1, block.first + static_cast<int>(random() % 6));
  }
  return blocks;
}

TEST(Arena, LiveBlocksNeverOverlap) {
  std::mt19937 random(1);
  double worst = 1, sum = 0;
  constexpr int kRounds = 300;
  for (int round = 0; round < kRounds; ++round) {
    std::vector<ArenaBlock> blocks = random_blocks(random);
    const uint64_t total = plan_arena(blocks);
    const uint64_t bound = arena_lower_bound(blocks);
    ASSERT_GE(total, bound);
    for (size_t i = 0; i < blocks.size(); ++i) {
      const ArenaBlock& a = blocks[i];
      ASSERT_EQ(a.offset % kAlignment, 0u);
      ASSERT_LE(a.offset + a.bytes + kReadPadding, total);
      for (size_t j = 0; j < i; ++j) {
        const ArenaBlock& b = blocks[j];
        if (a.first > b.last || b.first > a.last) continue;
        ASSERT_TRUE(a.offset + a.bytes + kReadPadding <= b.offset || b.offset + b.bytes + kReadPadding <= a.offset);
      }
    }
    const double ratio = bound == 0 ? 1 : static_cast<double>(total) / static_cast<double>(bound);
    worst = std::max(worst, ratio);
    sum += ratio;
  }
  std::printf("arena size over its lower bound: %.3f on average, %.3f at worst\n", sum / kRounds, worst);
  EXPECT_LT(sum / kRounds, 1.05);
}

TEST(Arena, ReusesDeadBlocks) {
  std::vector<ArenaBlock> chain = {{1000, 0, 1}, {1000, 1, 2}, {1000, 2, 3}, {1000, 3, 4}};
  EXPECT_EQ(plan_arena(chain), 2 * align_up(1000 + kReadPadding));
  EXPECT_EQ(chain[0].offset, chain[2].offset);
}

TEST(Arena, WhatLivesLongDoesNotCutTheArenaIntoPieces) {
  std::vector<ArenaBlock> blocks = {{6080, 6, 10}, {3008, 2, 6}, {5056, 1, 5}, {6080, 1, 1}, {3008, 3, 6}};
  EXPECT_EQ(plan_arena(blocks), arena_lower_bound(blocks));  // largest first: 1.4 times that
}

TEST(Arena, NothingNeedsNothing) {
  std::vector<ArenaBlock> none;
  EXPECT_EQ(plan_arena(none), 0u);
  EXPECT_EQ(arena_lower_bound(none), 0u);
}

}  // namespace
}  // namespace magik::rt

#include "venus/core/aligned_memory.h"

#include <gtest/gtest.h>

namespace magik::rt {
namespace {

TEST(AlignedMemory, IsCountedInMultiplesOf64UntilItIsFreed) {
  const MemoryUse before = memory_use();
  {
    const AlignedMemory a = allocate_aligned(1), b = allocate_aligned(128);
    EXPECT_TRUE(is_aligned(a.get()));
    EXPECT_EQ(a.get_deleter().bytes, 64u);
    EXPECT_EQ(memory_use().now - before.now, 64u + 128);
    EXPECT_GE(memory_use().peak, memory_use().now);
  }
  EXPECT_EQ(memory_use().now, before.now);
}

TEST(AlignedMemory, ThePeakStays) {
  const size_t more = memory_use().peak - memory_use().now + 6400;
  allocate_aligned(more);
  EXPECT_EQ(memory_use().peak, memory_use().now + align_up(more));
}

TEST(AlignedMemory, WhatCannotBeHadIsNullAndNotCounted) {
  const MemoryUse before = memory_use();
  EXPECT_EQ(allocate_aligned(UINT64_MAX), nullptr);
  EXPECT_EQ(allocate_aligned(uint64_t{PTRDIFF_MAX}), nullptr);
  EXPECT_EQ(memory_use().now, before.now);
  EXPECT_EQ(memory_use().peak, before.peak);
}

}  // namespace
}  // namespace magik::rt

#include "venus/core/thread_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

namespace magik::rt {
namespace {

TEST(ThreadPool, CoversEveryIndexOnceInMultiplesOfTheGrain) {
  for (int threads : {1, 2, 5}) {
    ThreadPool pool(threads);
    for (int64_t count : {0, 1, 7, 64, 1000, 4099}) {
      for (int64_t grain : {1, 3, 64, 5000}) {
        std::vector<std::atomic<int>> hits(static_cast<size_t>(count));
        std::atomic<bool> legal{true};
        pool.parallel_for(count, grain, [&](int64_t begin, int64_t end, int thread) {
          if (thread < 0 || thread >= threads || begin % grain != 0 || begin >= end) legal = false;
          if (end != count && (end - begin) % grain != 0) legal = false;
          for (int64_t i = begin; i < end; ++i) ++hits[static_cast<size_t>(i)];
        });
        EXPECT_TRUE(legal);
        for (const auto& hit : hits) ASSERT_EQ(hit, 1) << count << " by " << grain << " on " << threads;
      }
    }
  }
}

TEST(ThreadPool, ManySmallLoopsAndLoopsAfterSleep) {
  ThreadPool pool(3);
  int64_t total = 0;
  for (int round = 0; round < 2000; ++round) {
    if (round % 500 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(5));  // the workers fall asleep
    std::atomic<int64_t> sum{0};
    pool.parallel_for(10, 1, [&](int64_t begin, int64_t end, int) { sum += end - begin; });
    total += sum;
  }
  EXPECT_EQ(total, 20000);
}

TEST(ThreadPool, ThreadsHaveTheirOwnNumber) {
  ThreadPool pool(2);
  std::vector<std::atomic<int>> busy(2);
  std::atomic<bool> shared{false};
  pool.parallel_for(500, 1, [&](int64_t, int64_t, int thread) {
    if (busy[static_cast<size_t>(thread)].fetch_add(1) != 0) shared = true;
    busy[static_cast<size_t>(thread)].fetch_sub(1);
  });
  EXPECT_FALSE(shared);
}

TEST(ThreadPool, AtLeastTheCaller) { EXPECT_EQ(ThreadPool(0).threads(), 1); }

}  // namespace
}  // namespace magik::rt

#include "venus/core/thread_pool.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "venus/core/fp_env.h"

namespace magik::rt {
namespace {

// Loops of one run follow each other closely, so threads spin for some ten microseconds before they sleep.
constexpr int kSpins = 2000;

// Chunks per thread: enough that an interrupted thread does not hold up the others for long.
constexpr int kChunksPerThread = 4;

constexpr int kMaxThreads = 256;

inline void pause_cpu() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

}  // namespace

// A job is published by the counter `job` and finished when `busy` is zero again; every worker takes part in every job,
// if only to find that no chunk is left. Counters have 32 bits, which all targets have atomically.
struct ThreadPool::State {
  Task task = nullptr;
  const void* context = nullptr;
  int64_t count = 0;
  int64_t chunk = 0;

  std::atomic<uint32_t> job{0};
  std::atomic<uint32_t> next_chunk{0};
  std::atomic<int32_t> busy{0};
  std::atomic<bool> stop{false};

  std::mutex mutex;
  std::condition_variable job_published;
  std::condition_variable job_finished;
  std::vector<std::thread> workers;

  // Spins, then sleeps on `signal` until `ready()`. Whoever makes it ready calls wake() afterwards.
  template <typename Ready>
  void wait(std::condition_variable& signal, const Ready& ready) {
    for (int i = 0; i < kSpins; ++i) {
      if (ready()) return;
      pause_cpu();
    }
    std::unique_lock<std::mutex> lock(mutex);
    signal.wait(lock, ready);
  }

  // The empty critical section: a waiter has either seen the new state or already sleeps.
  void wake(std::condition_variable& signal) {
    { std::lock_guard<std::mutex> lock(mutex); }
    signal.notify_all();
  }

  void take_chunks(int thread) {
    for (;;) {
      const int64_t begin = int64_t{next_chunk.fetch_add(1, std::memory_order_relaxed)} * chunk;
      if (begin >= count) return;
      task(context, begin, std::min(count, begin + chunk), thread);
    }
  }

  void work(int thread) {
    const ScopedFpEnvironment environment;
    for (uint32_t done = 0;; ++done) {
      wait(job_published, [&] { return job.load(std::memory_order_acquire) != done; });
      if (stop.load(std::memory_order_relaxed)) return;
      take_chunks(thread);
      if (busy.fetch_sub(1, std::memory_order_acq_rel) == 1) wake(job_finished);
    }
  }
};

ThreadPool::ThreadPool(int threads) : threads_(std::clamp(threads, 1, kMaxThreads)), state_(new State) {
  for (int thread = 1; thread < threads_; ++thread) {
    state_->workers.emplace_back([state = state_.get(), thread] { state->work(thread); });
  }
}

ThreadPool::~ThreadPool() {
  state_->stop.store(true, std::memory_order_relaxed);
  state_->job.fetch_add(1, std::memory_order_release);
  state_->wake(state_->job_published);
  for (std::thread& worker : state_->workers) worker.join();
}

void ThreadPool::run(int64_t count, int64_t grain, Task task, const void* context) {
  State& state = *state_;
  const int64_t chunks = int64_t{threads_} * kChunksPerThread;
  const int64_t step = std::max<int64_t>(grain, 1);
  state.chunk = (count + chunks * step - 1) / (chunks * step) * step;
  state.count = count;
  state.task = task;
  state.context = context;
  state.next_chunk.store(0, std::memory_order_relaxed);
  state.busy.store(threads_ - 1, std::memory_order_relaxed);
  state.job.fetch_add(1, std::memory_order_release);
  state.wake(state.job_published);
  state.take_chunks(0);
  state.wait(state.job_finished, [&] { return state.busy.load(std::memory_order_acquire) == 0; });
}

}  // namespace magik::rt

// A fixed set of workers for the loops inside a run. Results never depend on the number of threads: work is split
// across output elements only.
#pragma once

#include <cstdint>
#include <memory>

namespace magik::rt {

class ThreadPool {
 public:
  explicit ThreadPool(int threads);  // the caller counts as one; 1 starts no thread
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int threads() const { return threads_; }

  // Calls body(begin, end, thread) over disjoint ranges that cover [0, count), each but the last a multiple of `grain`
  // long, and returns when all are done. `thread` is in [0, threads()). Allocates nothing.
  template <typename Body>
  void parallel_for(int64_t count, int64_t grain, const Body& body) {
    if (count <= 0) return;
    if (threads_ == 1 || count <= grain) {
      body(int64_t{0}, count, 0);
      return;
    }
    run(
        count, grain,
        [](const void* context, int64_t begin, int64_t end, int thread) {
          (*static_cast<const Body*>(context))(begin, end, thread);
        },
        &body);
  }

 private:
  using Task = void (*)(const void* context, int64_t begin, int64_t end, int thread);
  void run(int64_t count, int64_t grain, Task task, const void* context);

  struct State;
  int threads_;
  std::unique_ptr<State> state_;
};

}  // namespace magik::rt

// run() allocates nothing: the test program's operator new counts. Sanitizers bring their own one.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "venus/core/network.h"
#include "venus/core/test_graph.h"

namespace {
std::atomic<int64_t> allocations{0};
}  // namespace

// Not inlined: GCC would find malloc() and delete, or new and free(), on one pointer.
__attribute__((noinline)) void* operator new(size_t bytes) {
  ++allocations;
  if (void* memory = std::malloc(bytes > 0 ? bytes : 1)) return memory;
  throw std::bad_alloc();
}
__attribute__((noinline)) void operator delete(void* memory) noexcept { std::free(memory); }
__attribute__((noinline)) void operator delete(void* memory, size_t) noexcept { std::free(memory); }

namespace magik::rt {
namespace {

using test::attribute;
using Ints = std::vector<int64_t>;

std::shared_ptr<const Graph> classifier() {
  test::TestGraph builder;
  const ValueId x = builder.input("x", {1, 8, 8, 4});
  const ValueId w = builder.constant("w", {16, 3, 3, 4}, std::vector<float>(16 * 3 * 3 * 4, 0.01f));
  const ValueId conv = builder.node("Conv2D", "conv", {x, w}, {1, 8, 8, 16}, attribute("auto_pad", "SAME_UPPER"));
  const ValueId sigmoid = builder.node("Sigmoid", "sigmoid", {conv}, {1, 8, 8, 16});
  const ValueId sum = builder.node("EltwiseAdd", "sum", {conv, sigmoid}, {1, 8, 8, 16});
  const ValueId both = builder.node("Concat", "both", {sum, x}, {1, 8, 8, 20}, attribute("axis", 3));
  const ValueId turned = builder.node("Permute", "turned", {both}, {1, 20, 8, 8}, attribute("perm", Ints{0, 3, 1, 2}));
  const ValueId back = builder.node("Permute", "back", {turned}, {1, 8, 8, 20}, attribute("perm", Ints{0, 2, 3, 1}));
  Attributes pool = attribute("kernel", Ints{2, 2});
  pool.set("strides", Ints{2, 2});
  const ValueId pooled = builder.node("MaxPool", "pooled", {back}, {1, 4, 4, 20}, pool);
  const ValueId mean = builder.node("GlobalAveragePool", "mean", {pooled}, {1, 1, 1, 20});
  const ValueId flat = builder.node("Flatten", "flat", {mean}, {1, 20}, attribute("axis", 1));
  const ValueId softmax = builder.node("Softmax", "softmax", {flat}, {1, 20}, attribute("axis", 1));
  return builder.shared({softmax});
}

TEST(Allocation, RunAllocatesNothing) {
  for (int threads : {1, 2}) {
    NetworkOptions options;
    options.threads = threads;
    auto network = Network::create(classifier(), options);
    ASSERT_TRUE(network.ok()) << network.message();
    const int64_t before = allocations;
    const bool ok = network.value()->run().ok();
    EXPECT_EQ(allocations - before, 0);
    EXPECT_TRUE(ok);
  }
}

}  // namespace
}  // namespace magik::rt

#endif

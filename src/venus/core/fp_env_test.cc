#include "venus/core/fp_env.h"

#include <gtest/gtest.h>

#include <cfenv>
#include <limits>

namespace magik::rt {
namespace {

volatile float one = 1.0f, tiny = 1e-8f, smallest = std::numeric_limits<float>::min(), half = 0.5f;

TEST(FpEnvironment, RoundsToNearestWhateverTheClientHasAndRestoresIt) {
  std::fesetround(FE_UPWARD);
  ASSERT_GT(one + tiny, 1.0f);
  {
    const ScopedFpEnvironment environment;
    EXPECT_EQ(one + tiny, 1.0f);
  }
  EXPECT_EQ(std::fegetround(), FE_UPWARD);
  EXPECT_GT(one + tiny, 1.0f);
  std::fesetround(FE_TONEAREST);
}

// The register that holds the mode, with "flush subnormals to zero" in it.
#if defined(__x86_64__)
constexpr uint32_t kFlush = 0x8040;  // results, operands
uint32_t read_mode() { return _mm_getcsr(); }
void write_mode(uint32_t mode) { _mm_setcsr(mode); }
#elif defined(__aarch64__)
constexpr uint64_t kFlush = 1u << 24;
uint64_t read_mode() {
  uint64_t mode;
  asm volatile("mrs %0, fpcr" : "=r"(mode));
  return mode;
}
void write_mode(uint64_t mode) { asm volatile("msr fpcr, %0" ::"r"(mode)); }
#elif defined(__arm__)
constexpr uint32_t kFlush = 1u << 24;
uint32_t read_mode() {
  uint32_t mode;
  asm volatile("vmrs %0, fpscr" : "=r"(mode));
  return mode;
}
void write_mode(uint32_t mode) { asm volatile("vmsr fpscr, %0" ::"r"(mode)); }
#elif defined(__mips__)
constexpr uint32_t kFlush = 1u << 24;
uint32_t read_mode() {
  uint32_t mode;
  asm volatile("cfc1 %0, $31" : "=r"(mode));
  return mode;
}
void write_mode(uint32_t mode) { asm volatile("ctc1 %0, $31" ::"r"(mode)); }
#endif

TEST(FpEnvironment, KeepsSubnormals) {
  const auto saved = read_mode();
  write_mode(saved | kFlush);
  EXPECT_EQ(smallest * half, 0.0f);
  {
    const ScopedFpEnvironment environment;
    EXPECT_GT(smallest * half, 0.0f);
  }
  EXPECT_EQ(smallest * half, 0.0f);
  write_mode(saved);
}

}  // namespace
}  // namespace magik::rt

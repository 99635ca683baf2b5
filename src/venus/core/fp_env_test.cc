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

#if defined(__x86_64__)
TEST(FpEnvironment, KeepsSubnormals) {
  const unsigned saved = _mm_getcsr();
  _mm_setcsr(saved | 0x8040);  // flush to zero, denormals are zero
  EXPECT_EQ(smallest * half, 0.0f);
  {
    const ScopedFpEnvironment environment;
    EXPECT_GT(smallest * half, 0.0f);
  }
  EXPECT_EQ(smallest * half, 0.0f);
  _mm_setcsr(saved);
}
#endif

}  // namespace
}  // namespace magik::rt

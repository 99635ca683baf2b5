// The inner loops of this machine's instruction set against the reference, byte for byte; and the bytes themselves,
// which are the same on every machine.
#include "venus/imgproc/kernels.h"

#include <gtest/gtest.h>

#include "venus/core/kernel.h"
#include "venus/imgproc/double_reference.h"
#include "venus/imgproc/resize.h"
#include "venus/imgproc/warp.h"

namespace magik::imgproc {
namespace {

using namespace reference;  // NOLINT(google-build-using-namespace)

struct Job {
  Picture source;
  ChannelLayout layout;
  int width, height;
  Rect box;
  bool resized;
  Matrix matrix;
};

Job random_job(std::mt19937& random, ChannelLayout in, ChannelLayout out, int most) {
  // One draw a statement: the order of arguments is not the same for all compilers.
  const int source_width = random_side(random, in, most), source_height = random_side(random, in, most);
  const int width = random_side(random, out, most);
  const int height = random_side(random, out, most);
  const bool resized = random() % 2 == 0;
  Job job = {random_picture(random, in, source_width, source_height), out, width, height, {}, resized, {}};
  const auto even = [&](int low, int high) { return 2 * random_between(random, low, high); };
  job.box = {even(-10, most / 4), even(-10, most / 4), even(1, most / 2), even(1, most / 2)};
  if (random() % 2 == 0) job.box = {0, 0, job.source.width, job.source.height};
  const auto number = [&](int range) { return random_between(random, -range, range) / 64.0; };
  job.matrix = {{{number(128), number(128), number(3000)},
                 {number(128), number(128), number(3000)},
                 {random() % 2 ? 0 : number(4) / 50, random() % 2 ? 0 : number(4) / 50, 1}}};
  return job;
}

std::vector<uint8_t> run(const Job& job, const Kernels& kernels) {
  const int row = job.width * channels_of(job.layout);
  std::vector<uint8_t> bytes(static_cast<size_t>(row * job.height) * (job.layout == ChannelLayout::NV12 ? 3 : 2) / 2);
  const Image source = {job.source.layout, job.source.width, job.source.height,
                        job.source.width * channels_of(job.source.layout), job.source.bytes.data()};
  const OutputImage output = {job.layout, job.width, job.height, row, bytes.data()};
  for (const Pass& pass : passes_for(source, job.box, output, 99, kBt601)) {
    if (job.resized) {
      resize(pass, place(Fit::kCenter, job.box.width, job.box.height, job.width, job.height, true, true), kernels);
    } else {
      EXPECT_TRUE(warp(pass, job.matrix, kernels).ok());
    }
  }
  return bytes;
}

TEST(Kernels, EqualTheReference) {
  if (&best_kernels() == &kReferenceKernels) GTEST_SKIP() << "there are no others on this machine";
  std::mt19937 random(1);
  for (const ChannelLayout in : kLayouts) {
    for (const ChannelLayout out : kLayouts) {
      for (int round = 0; round < 20; ++round) {
        const Job job = random_job(random, in, out, round % 2 == 0 ? 80 : 330);
        ASSERT_EQ(run(job, best_kernels()), run(job, kReferenceKernels))
            << int(in) << " to " << int(out) << (job.resized ? " resized" : " warped");
      }
    }
  }
}

// Where no pixel lies between two others, rows are not blended but picked from.
TEST(Kernels, EqualTheReferenceAtWholeRatios) {
  std::mt19937 random(3);
  for (const ChannelLayout in : kLayouts) {
    for (const ChannelLayout out : kLayouts) {
      for (int ratio = 1; ratio <= 9; ++ratio) {
        const int width = 2 * random_between(random, 1, 40), height = 2 * random_between(random, 1, 3);
        Job job = {random_picture(random, in, ratio * width, ratio * height), out, width, height, {}, true, {}};
        job.box = {0, 0, job.source.width, job.source.height};
        ASSERT_EQ(run(job, best_kernels()), run(job, kReferenceKernels))
            << int(in) << " to " << int(out) << " ratio " << ratio;
      }
    }
  }
}

TEST(Kernels, AreThoseOfTheInstructionSet) {
#if defined(__x86_64__)
  if (std::getenv("VENUS_ISA") != nullptr) GTEST_SKIP() << "VENUS_ISA is set";
  EXPECT_EQ(&best_kernels() == &kernels_avx2(), rt::cpu_has(rt::Isa::kAvx2));
#else
  EXPECT_EQ(&best_kernels(), &kReferenceKernels);
#endif
}

// FNV-1a of the outputs of seeded jobs: computed once, checked on every architecture.
TEST(Kernels, ComputeTheSameBytesOnEveryMachine) {
  std::mt19937 random(2);
  uint64_t hash = 14695981039346656037u;
  for (const ChannelLayout in : kLayouts) {
    for (const ChannelLayout out : kLayouts) {
      for (int round = 0; round < 4; ++round) {
        for (const uint8_t byte : run(random_job(random, in, out, 60), best_kernels())) {
          hash = (hash ^ byte) * 1099511628211u;
        }
      }
    }
  }
  EXPECT_EQ(hash, 3297706119535175539u);
}

}  // namespace
}  // namespace magik::imgproc

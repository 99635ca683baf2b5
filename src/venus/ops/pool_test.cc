#include <gtest/gtest.h>

#include <cmath>

#include "venus/core/test_util.h"

namespace magik::rt::test {
namespace {

using Ints = std::vector<int64_t>;
using Floats = std::vector<float>;

Attributes window(int kernel, int stride, int pad_begin, int pad_end, bool ceil_mode = false) {
  Attributes a;  // along the horizontal axis
  a.set("kernel", Ints{1, kernel});
  a.set("strides", Ints{1, stride});
  a.set("pads", Ints{0, pad_begin, 0, pad_end});
  a.set("ceil_mode", ceil_mode ? 1 : 0);
  return a;
}

OwnedTensor row(const Floats& values) {
  return tensor_of<float>({1, 1, static_cast<int32_t>(values.size()), 1}, values);
}

TEST(MaxPool, HandComputed) {
  EXPECT_EQ(run_reference("MaxPool", window(3, 2, 1, 1), {row({-1, -2, -3, -4, -5})})[0].values<float>(),
            Floats({-1, -2, -4}));
  EXPECT_EQ(run_reference("MaxPool", window(2, 2, 0, 0), {row({1, 2, 3, 4, 5})})[0].values<float>(), Floats({2, 4}));
  EXPECT_EQ(run_reference("MaxPool", window(2, 2, 0, 0, true), {row({1, 2, 3, 4, 5})})[0].values<float>(),
            Floats({2, 4, 5}));
  Attributes dilated = window(2, 1, 0, 0);
  dilated.set("dilations", Ints{1, 2});
  EXPECT_EQ(run_reference("MaxPool", dilated, {row({3, 9, 1, 2})})[0].values<float>(), Floats({3, 9}));
}

TEST(MaxPool, RoundingUpStartsNoWindowBehindTheInput) {
  // Of 1 + 2 + 1 positions, a third window would start in the right padding.
  EXPECT_EQ(run_reference("MaxPool", window(1, 2, 1, 2, true), {row({1, 2})})[0].shape, Shape({1, 1, 2, 1}));
}

TEST(MaxPool, LevelsIgnoreThePadding) {
  const auto q = levels(8, 0.5f, 200);
  const auto y = run_reference("MaxPool", window(3, 1, 1, 1), {tensor_of<uint8_t>({1, 1, 3, 1}, {3, 1, 2}, q)}, {{q}});
  EXPECT_EQ(y[0].values<uint8_t>(), std::vector<uint8_t>({3, 3, 2}));
  EXPECT_EQ(reference_error("MaxPool", window(3, 1, 1, 1), {tensor_of<uint8_t>({1, 1, 3, 1}, {3, 1, 2}, q)},
                            {{levels(8, 0.25f, 200)}}),
            "input and output have different quantizations, but the operator only moves or compares elements");
}

TEST(AveragePool, CountsThePaddingAsTheAttributeSays) {
  Attributes a = window(2, 2, 1, 1);
  EXPECT_EQ(run_reference("AveragePool", a, {row({2, 4, 6, 8})})[0].values<float>(), Floats({2, 5, 8}));
  a.set("count_include_pad", 1);
  EXPECT_EQ(run_reference("AveragePool", a, {row({2, 4, 6, 8})})[0].values<float>(), Floats({1, 5, 4}));
  // What a window rounded up has beyond the padding never counts.
  Attributes b = window(3, 3, 0, 1, true);
  b.set("count_include_pad", 1);
  EXPECT_EQ(run_reference("AveragePool", b, {row({3, 3, 3, 4})})[0].values<float>(), Floats({3, 2}));
}

TEST(AveragePool, QuantizedFollowsTheFormula) {
  std::mt19937 random(1);
  for (int bits : {4, 8, 12}) {
    for (int include_pad = 0; include_pad < 2; ++include_pad) {
      Attributes a;
      a.set("kernel", Ints{3, 2});
      a.set("strides", Ints{2, 1});
      a.set("pads", Ints{1, 1, 1, 0});
      a.set("count_include_pad", include_pad);
      const int32_t zero = uniform_int(random, 0, (1 << bits) - 1), out_zero = 5, max_level = (1 << bits) - 1;
      const float xs = 0.1f, ys = 0.07f;
      const auto x = random_tensor(random, activation_type(bits), {1, 6, 5, 3}, levels(bits, xs, zero), 4);
      const auto y = run_reference("AveragePool", a, {x}, {{levels(bits, ys, out_zero), 7}});
      ASSERT_EQ(y[0].shape, Shape({1, 3, 5, 3}));
      for (int i = 0; i < 45; ++i) {
        const int oy = i / 15, ox = i / 3 % 5, c = i % 3;
        int sum = 0, count = 0;
        for (int iy = 2 * oy - 1; iy < 2 * oy + 2; ++iy) {
          for (int ix = ox - 1; ix < ox + 1; ++ix) {
            if (iy < 0 || iy >= 6 || ix < 0 || ix >= 5) continue;
            const int64_t at = (iy * 5 + ix) * 3 + c;
            sum += (bits <= 8 ? x.at<uint8_t>(at) : x.at<uint16_t>(at)) - zero;
            ++count;
          }
        }
        if (include_pad) count = 6;
        const float t = static_cast<float>(sum) * static_cast<float>(double{xs} / (double{ys} * count));
        const double expected = std::min(std::max(std::nearbyint(double{t}) + out_zero, 0.0), double(max_level));
        ASSERT_EQ(bits <= 8 ? y[0].at<uint8_t>(i) : y[0].at<uint16_t>(i), expected);
      }
    }
  }
}

TEST(GlobalPools, ReduceEachChannel) {
  const OwnedTensor x = tensor_of<float>({1, 2, 2, 2}, {1, 10, 2, 20, 3, 30, 6, 80});
  EXPECT_EQ(run_reference("GlobalAveragePool", {}, {x})[0].values<float>(), Floats({3, 35}));
  EXPECT_EQ(run_reference("GlobalMaxPool", {}, {x})[0].values<float>(), Floats({6, 80}));
  const auto y = run_reference("GlobalAveragePool", {}, {tensor_of<uint8_t>({1, 1, 2, 1}, {13, 14}, levels(8, 1, 10))},
                               {{levels(8, 0.5f, 1)}});
  EXPECT_EQ(y[0].values<uint8_t>(), std::vector<uint8_t>({8}));  // 7 * (1 / (0.5 * 2)) + 1
}

TEST(Pools, BadNodesAreErrors) {
  const OwnedTensor x = row({1, 2, 3});
  EXPECT_EQ(reference_error("MaxPool", {}, {x}), "node 'node' (MaxPool): attribute 'kernel' is missing");
  EXPECT_EQ(reference_error("MaxPool", window(4, 1, 0, 0), {x}),
            "node 'node' (MaxPool): a window of 4 does not fit into the input's width of 3 with pads 0 and 0");
  EXPECT_EQ(reference_error("GlobalMaxPool", {}, {tensor_of<float>({1, 1}, {1})}),
            "node 'node' (GlobalMaxPool): input 0 has rank 2 (shape 1x1) instead of 4");
  EXPECT_EQ(reference_error("AveragePool", window(1, 1, 0, 0), {tensor_of<uint8_t>({1, 1, 1, 1}, {1})}),
            "input 0 must be quantized to uint8 (1 to 8 bits) or uint16 (9 to 16 bits), but is uint8 with 0 bits");
}

}  // namespace
}  // namespace magik::rt::test

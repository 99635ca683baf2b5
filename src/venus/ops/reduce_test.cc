// The reductions and ArgMax.
#include <gtest/gtest.h>

#include <cmath>

#include "venus/core/test_util.h"

namespace magik::rt::test {
namespace {

using Ints = std::vector<int64_t>;
using Floats = std::vector<float>;

Attributes over(Ints axes, bool keep = true) {
  Attributes a;
  a.set("axes", std::move(axes));
  a.set("keepdims", keep ? 1 : 0);
  return a;
}

TEST(Reduce, HandComputed) {
  const OwnedTensor x = tensor_of<float>({2, 3}, {1, 2, 3, 4, 5, 9});
  EXPECT_EQ(run_reference("ReduceMean", over({1}), {x})[0].values<float>(), Floats({2, 6}));
  EXPECT_EQ(run_reference("ReduceSum", over({0}), {x})[0].values<float>(), Floats({5, 7, 12}));
  EXPECT_EQ(run_reference("ReduceMax", over({-1}), {x})[0].values<float>(), Floats({3, 9}));
  EXPECT_EQ(run_reference("ReduceMin", over({0, 1}), {x})[0].values<float>(), Floats({1}));
  EXPECT_EQ(run_reference("ReduceSum", {}, {x})[0].shape, Shape({1, 1}));
  EXPECT_EQ(run_reference("ReduceSum", over({0}, false), {x})[0].shape, Shape({3}));
  EXPECT_EQ(run_reference("ReduceSum", over({}, false), {x})[0].shape, Shape());
  const OwnedTensor ints = tensor_of<int32_t>({2}, {std::numeric_limits<int32_t>::max(), 1});
  EXPECT_EQ(run_reference("ReduceSum", {}, {ints})[0].at<int32_t>(0), std::numeric_limits<int32_t>::min());
}

TEST(Reduce, AnyAxesAgreeWithDouble) {
  std::mt19937 random(1);
  const Shape shape = {2, 3, 4, 3};
  const OwnedTensor x = random_tensor(random, ElementType::kFloat32, shape);
  const OwnedTensor q = random_tensor(random, ElementType::kUint8, shape, levels(8, 0.1f, 90));
  for (unsigned mask = 1; mask < 16; ++mask) {
    Ints axes;
    for (int axis = 0; axis < 4; ++axis) {
      if (mask >> axis & 1) axes.push_back(axis);
    }
    const auto mean = run_reference("ReduceMean", over(axes), {x}), most = run_reference("ReduceMax", over(axes), {x});
    const auto level = run_reference("ReduceMean", over(axes), {q}, {{levels(8, 0.2f, 100)}});
    const int64_t outputs = mean[0].shape.elements(), count = 72 / outputs;
    std::vector<double> sum(outputs), largest(outputs, -9);
    std::vector<int> level_sum(outputs);
    for (int64_t i = 0; i < 72; ++i) {
      int64_t at = 0;
      for (int axis = 0; axis < 4; ++axis) {
        if (!(mask >> axis & 1)) at = at * shape[axis] + i / shape.elements(axis + 1, 4) % shape[axis];
      }
      sum[at] += double{x.at<float>(i)};
      largest[at] = std::max(largest[at], double{x.at<float>(i)});
      level_sum[at] += q.at<uint8_t>(i) - 90;
    }
    for (int64_t i = 0; i < outputs; ++i) {
      ASSERT_NEAR(mean[0].at<float>(i), sum[i] / static_cast<double>(count), 1e-6);
      ASSERT_EQ(most[0].at<float>(i), largest[i]);
      const float t = static_cast<float>(level_sum[i]) *
                      static_cast<float>(double{0.1f} / (double{0.2f} * static_cast<double>(count)));
      ASSERT_EQ(level[0].at<uint8_t>(i), std::nearbyint(t) + 100);
    }
  }
}

TEST(Reduce, BadNodesAreErrors) {
  const OwnedTensor x = tensor_of<float>({1, 1}, {1});
  EXPECT_EQ(reference_error("ReduceMean", over({2}), {x}),
            "node 'node' (ReduceMean): axis 2 does not exist in a tensor of rank 2");
  EXPECT_EQ(reference_error("ReduceMean", over({1, -1}), {x}), "node 'node' (ReduceMean): axis 1 is given twice");
  EXPECT_EQ(reference_error("ReduceMean", {}, {tensor_of<int32_t>({1}, {1})}),
            "node 'node' (ReduceMean): input 0 is int32; allowed are float32, uint8, uint16");
  EXPECT_EQ(reference_error("ReduceMax", over({0}), {OwnedTensor(ElementType::kFloat32, {0, 1})}),
            "node 'node' (ReduceMax): axis 0 of the input is empty");
}

TEST(ArgMax, FindsTheFirstOrTheLast) {
  const OwnedTensor x = tensor_of<float>({2, 3}, {1, 5, 5, 7, 0, 7});
  Attributes a;
  a.set("axis", 1);
  EXPECT_EQ(run_reference("ArgMax", a, {x})[0].values<int32_t>(), std::vector<int32_t>({1, 0}));
  a.set("select_last_index", 1);
  EXPECT_EQ(run_reference("ArgMax", a, {x})[0].values<int32_t>(), std::vector<int32_t>({2, 2}));
  a.set("axis", 0);
  a.set("keepdims", 0);
  const auto y = run_reference("ArgMax", a, {x});
  EXPECT_EQ(y[0].shape, Shape({3}));
  EXPECT_EQ(y[0].values<int32_t>(), std::vector<int32_t>({1, 0, 1}));
}

}  // namespace
}  // namespace magik::rt::test

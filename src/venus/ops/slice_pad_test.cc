#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <climits>
#include <cmath>

#include "venus/ops/index_test_util.h"

namespace magik::rt::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<int32_t> slice(int32_t size, int64_t start, int64_t end, int64_t step) {
  const Attributes given = attributes({{"starts", ints({start})}, {"ends", ints({end})}, {"steps", ints({step})}});
  return run_reference("Slice", given, {counting_tensor({size})})[0].values<int32_t>();
}

TEST(Slice, OnnxRules) {
  EXPECT_THAT(slice(10, 2, 5, 1), ElementsAre(2, 3, 4));
  EXPECT_THAT(slice(10, -3, INT64_MAX, 1), ElementsAre(7, 8, 9));
  EXPECT_THAT(slice(10, 1, -1, 3), ElementsAre(1, 4, 7));
  EXPECT_THAT(slice(5, -1, INT64_MIN, -2), ElementsAre(4, 2, 0));
  EXPECT_THAT(slice(5, 100, 1, -1), ElementsAre(4, 3, 2));
  EXPECT_THAT(slice(5, 3, 1, 1), ElementsAre());
  EXPECT_THAT(slice(5, INT64_MIN, INT64_MAX, INT64_MAX), ElementsAre(0));
  EXPECT_THAT(slice(5, INT64_MAX, INT64_MIN, INT64_MIN), ElementsAre(4));
  EXPECT_THAT(slice(0, 0, 3, 1), ElementsAre());
}

// Against Python's way of walking from start to end.
TEST(Slice, RandomOnThreeAxes) {
  std::mt19937 random(1);
  for (int repeat = 0; repeat < 300; ++repeat) {
    const Shape shape = random_shape(random, 3, 6);
    const OwnedTensor x = counting_tensor(shape, ElementType::kInt32, shape.back() + random() % 2);
    std::vector<int64_t> starts, ends, steps;
    std::vector<int32_t> picked[3];
    for (int axis = 0; axis < 3; ++axis) {
      const int64_t size = shape[axis], step = (random() & 1 ? 1 : -1) * uniform_int(random, 1, 3);
      const int64_t start = uniform_int(random, -8, 8), end = uniform_int(random, -8, 8);
      starts.push_back(start), ends.push_back(end), steps.push_back(step);
      int64_t first = start < 0 ? start + size : start, last = end < 0 ? end + size : end;
      if (step > 0) {
        for (int64_t i = std::max<int64_t>(first, 0); i < std::min(last, size); i += step) picked[axis].push_back(i);
      } else {
        first = std::max<int64_t>(std::min(first, size - 1), 0);
        for (int64_t i = first; i > std::max<int64_t>(last, -1); i += step) picked[axis].push_back(i);
      }
    }
    const Attributes given = attributes(
        {{"starts", ints(starts)}, {"ends", ints(ends)}, {"steps", ints(steps)}, {"axes", ints({0, 1, -1})}});
    const OwnedTensor y = run_reference("Slice", given, {x}, {{{}, 10}})[0];
    for (int axis = 0; axis < 3; ++axis) ASSERT_EQ(y.shape[axis], static_cast<int32_t>(picked[axis].size()));
    for_each_index(y.shape, [&](const Index& i) {
      const int64_t from = flat(shape, {picked[0][i[0]], picked[1][i[1]], picked[2][i[2]]});
      ASSERT_EQ(y.at<int32_t>(flat(y.shape, i)), from);
    });
  }
}

TEST(Slice, Errors) {
  const OwnedTensor x = counting_tensor({2, 3});
  const auto error = [&](std::vector<int64_t> starts, std::vector<int64_t> ends, std::vector<int64_t> axes,
                         std::vector<int64_t> steps) {
    return reference_error(
        "Slice",
        attributes({{"starts", ints(starts)}, {"ends", ints(ends)}, {"axes", ints(axes)}, {"steps", ints(steps)}}),
        {x});
  };
  EXPECT_THAT(error({0}, {1}, {0}, {0}), HasSubstr("steps has a 0"));
  EXPECT_THAT(error({0}, {}, {0}, {1}), HasSubstr("ends has 0 entries, expected 1"));
  EXPECT_THAT(error({0}, {1}, {2}, {1}), HasSubstr("axis 2"));
  EXPECT_THAT(error({0, 0}, {1, 1}, {1, -1}, {1, 1}), HasSubstr("axis 1 is given twice"));
  EXPECT_THAT(error({0, 0, 0}, {1, 1, 1}, {0, 1, 2}, {1, 1, 1}), HasSubstr("more entries than 2 axes"));
}

std::vector<int32_t> pad(int32_t size, int64_t begin, int64_t end, const char* mode) {
  const Attributes given = attributes({{"pads", ints({begin, end})}, {"mode", text(mode)}, {"value", floats({-1})}});
  return run_reference("Pad", given, {counting_tensor({size})})[0].values<int32_t>();
}

TEST(Pad, Modes) {
  EXPECT_THAT(pad(3, 2, 1, "constant"), ElementsAre(-1, -1, 0, 1, 2, -1));
  EXPECT_THAT(pad(3, 2, 1, "edge"), ElementsAre(0, 0, 0, 1, 2, 2));
  EXPECT_THAT(pad(3, 2, 2, "reflect"), ElementsAre(2, 1, 0, 1, 2, 1, 0));
  EXPECT_THAT(pad(3, 5, 0, "reflect"), ElementsAre(1, 0, 1, 2, 1, 0, 1, 2));
  EXPECT_THAT(pad(1, 2, 1, "reflect"), ElementsAre(0, 0, 0, 0));
  EXPECT_THAT(pad(3, 2, 2, "wrap"), ElementsAre(1, 2, 0, 1, 2, 0, 1));
}

TEST(Pad, NegativePadsCrop) {
  EXPECT_THAT(pad(5, -2, 1, "constant"), ElementsAre(2, 3, 4, -1));
  EXPECT_THAT(pad(5, 1, -3, "constant"), ElementsAre(-1, 0, 1));
  EXPECT_THAT(pad(5, -3, 4, "constant"), ElementsAre(3, 4, -1, -1, -1, -1));
  EXPECT_THAT(pad(2, -3, 4, "constant"), ElementsAre(-1, -1, -1));
  EXPECT_THAT(pad(5, -2, -1, "edge"), ElementsAre(2, 3));
}

TEST(Pad, RandomImages) {
  std::mt19937 random(2);
  const char* modes[] = {"constant", "reflect", "edge", "wrap"};
  for (int repeat = 0; repeat < 200; ++repeat) {
    const Shape shape = random_shape(random, 4, 5);
    const OwnedTensor x = random_tensor(random, ElementType::kUint8, shape, {}, shape.back() + random() % 2);
    std::vector<int64_t> pads(8);
    for (int axis = 0; axis < 4; ++axis) {
      pads[axis] = uniform_int(random, 0, 3);
      pads[axis + 4] = uniform_int(random, 0, 3);
    }
    const std::string mode = modes[repeat % 4];
    const Attributes given = attributes({{"pads", ints(pads)}, {"mode", text(mode.c_str())}, {"value", floats({77})}});
    const OwnedTensor y = run_reference("Pad", given, {x})[0];
    for_each_index(y.shape, [&](const Index& index) {
      Index source = index;
      bool inside = true;
      for (int axis = 0; axis < 4; ++axis) {
        const int32_t size = shape[axis];
        int32_t& i = source[axis];
        i -= static_cast<int32_t>(pads[axis]);
        inside = inside && i >= 0 && i < size;
        while (i < 0 || i >= size) {
          if (mode == "edge" || mode == "constant" || size == 1) i = i < 0 ? 0 : size - 1;
          if (mode == "reflect" && size > 1) i = i < 0 ? -i : i >= size ? 2 * (size - 1) - i : i;
          if (mode == "wrap" && size > 1) i = i < 0 ? i + size : i - size;
        }
      }
      const uint8_t expected = mode == "constant" && !inside ? 77 : x.at<uint8_t>(flat(shape, source));
      ASSERT_EQ(y.at<uint8_t>(flat(y.shape, index)), expected) << mode;
    });
  }
}

TEST(Pad, ValueIsQuantized) {
  const Quantization q = levels(8, 0.5f, 10);
  const auto padding = [&](float value) {
    const Attributes given = attributes({{"pads", ints({1, 0})}, {"value", floats({value})}});
    return run_reference("Pad", given, {tensor_of<uint8_t>({1}, {3}, q)}, {{q}})[0].at<uint8_t>(0);
  };
  EXPECT_EQ(padding(0), 10);
  EXPECT_EQ(padding(1.2f), 12);
  EXPECT_EQ(padding(0.25f), 10);  // ties to even
  EXPECT_EQ(padding(1000), 255);
  EXPECT_EQ(padding(-1000), 0);
  EXPECT_EQ(padding(NAN), 0);
}

TEST(Pad, Errors) {
  const OwnedTensor x = counting_tensor({2, 3});
  const auto error = [&](std::vector<int64_t> pads, const char* mode) {
    return reference_error("Pad", attributes({{"pads", ints(pads)}, {"mode", text(mode)}}), {x});
  };
  EXPECT_THAT(error({1, 1}, "constant"), HasSubstr("pads has 2 entries, expected 4"));
  EXPECT_THAT(error({0, 0, 0, 0}, "mirror"), HasSubstr("'mirror', expected constant, reflect, edge or wrap"));
  EXPECT_THAT(error({-1, 0, -2, 0}, "constant"), HasSubstr("more than the 2 elements of axis 0"));
  EXPECT_THAT(error({INT64_MAX, 0, INT64_MAX, 0}, "constant"), HasSubstr("impossible entry"));
  EXPECT_THAT(error({1 << 30, 1 << 30, 0, 0}, "constant"), HasSubstr("elements"));
  EXPECT_THAT(
      reference_error("Pad", attributes({{"pads", ints({1, 0})}, {"mode", text("edge")}}), {counting_tensor({0})}),
      HasSubstr("axis 0 is empty"));
  const OwnedTensor q = tensor_of<uint8_t>({1}, {3}, levels(8, 1, 0));
  EXPECT_THAT(reference_error("Pad", attributes({{"pads", ints({1, 0})}}), {q}, {{levels(8, 2, 0)}}),
              HasSubstr("different quantization"));
}

}  // namespace
}  // namespace magik::rt::test

#include "data_check/difference.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

namespace magik::data_check {
namespace {

template <typename T>
std::vector<uint8_t> bytes_of(const std::vector<T>& values) {
  std::vector<uint8_t> bytes(values.size() * sizeof(T));
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

TEST(Difference, CountsAndMeasuresIntegers) {
  const Difference difference =
      compare(bytes_of<uint16_t>({1, 500, 3, 1000}), bytes_of<uint16_t>({1, 501, 3, 990}), rt::ElementType::kUint16);
  EXPECT_EQ(difference.elements, 4u);
  EXPECT_EQ(difference.differing, 2u);
  EXPECT_EQ(difference.first.index, 1u);
  EXPECT_EQ(difference.first.a, "500");
  EXPECT_EQ(difference.first.b, "501");
  EXPECT_EQ(difference.largest.index, 3u);
  EXPECT_EQ(difference.largest.b, "990");
  EXPECT_EQ(difference.largest_distance, 10);
  EXPECT_TRUE(compare({1, 2}, {1, 2}, rt::ElementType::kUint8).equal());
  EXPECT_TRUE(compare({}, {}, rt::ElementType::kFloat32).equal());
}

TEST(Difference, ComparesSignedValues) {
  EXPECT_EQ(compare({0xff}, {0x01}, rt::ElementType::kInt8).largest_distance, 2);
  EXPECT_EQ(compare({0xff}, {0x01}, rt::ElementType::kUint8).largest_distance, 254);
  EXPECT_EQ(
      compare(bytes_of<int32_t>({INT32_MIN}), bytes_of<int32_t>({INT32_MAX}), rt::ElementType::kInt32).largest_distance,
      4294967295.0);
}

TEST(Difference, ComparesTheBitsOfFloats) {
  const auto compared = [](float a, float b) {
    return compare(bytes_of<float>({a}), bytes_of<float>({b}), rt::ElementType::kFloat32);
  };
  EXPECT_TRUE(compared(NAN, NAN).equal());
  const Difference zeros = compared(0.0f, -0.0f);
  EXPECT_EQ(zeros.differing, 1u);
  EXPECT_EQ(zeros.largest_distance, 0);
  EXPECT_EQ(zeros.first.b, "-0 (0x80000000)");
  EXPECT_EQ(compared(1, NAN).largest_distance, INFINITY);
  EXPECT_EQ(compared(-INFINITY, 1).largest_distance, INFINITY);
  EXPECT_EQ(compared(0.5f, 0.25f).largest_distance, 0.25);
}

TEST(Difference, CoordinatesAreThoseOfImages) {
  EXPECT_EQ(coordinates({2, 3, 4, 5}, 0), "n 0, h 0, w 0, c 0");
  EXPECT_EQ(coordinates({2, 3, 4, 5}, 60 + 20 + 5 + 3), "n 1, h 1, w 1, c 3");
  EXPECT_EQ(coordinates({3, 7}, 8), "[1, 1]");
  EXPECT_EQ(coordinates({}, 0), "[]");
}

}  // namespace
}  // namespace magik::data_check

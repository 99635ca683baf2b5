#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "venus/ops/index_test_util.h"
#include "venus/ops/resize_axis.h"

namespace magik::rt::test {
namespace {

using ::testing::FloatNear;
using ::testing::HasSubstr;
using ::testing::Pointwise;

std::vector<float> one_to(int count) {
  std::vector<float> values;
  for (int i = 1; i <= count; ++i) values.push_back(static_cast<float>(i));
  return values;
}

// The two image axes as ONNX's documentation has them.
struct Example {
  const char* name;
  Shape input;  // filled with 1, 2, 3, ...
  Attributes given;
  std::vector<float> expected;
};

Attributes resize(const char* mode, const char* coordinates, Attributes::Data scales_or_sizes,
                  std::initializer_list<std::pair<const char*, Attributes::Data>> others = {}) {
  Attributes result = attributes(others);
  result.set("mode", mode);
  result.set("coordinate_mode", coordinates);
  const bool has_scales = std::holds_alternative<std::vector<float>>(scales_or_sizes);
  result.put(has_scales ? "scales" : "sizes", std::move(scales_or_sizes));
  return result;
}

TEST(Resize, OnnxDocumentation) {
  const Example examples[] = {
      {"upsample_scales_nearest", {2, 2}, resize("nearest", "half_pixel", floats({2, 3})), {1, 1, 1, 2, 2, 2, 1, 1,
                                                                                            1, 2, 2, 2, 3, 3, 3, 4,
                                                                                            4, 4, 3, 3, 3, 4, 4, 4}},
      {"downsample_scales_nearest", {2, 4}, resize("nearest", "half_pixel", floats({0.6f, 0.6f})), {1, 3}},
      {"upsample_sizes_nearest_floor_align_corners",
       {4, 4},
       resize("nearest", "align_corners", ints({8, 8}), {{"nearest_mode", text("floor")}}),
       {1,  1,  1,  2,  2, 3, 3, 4,  1,  1,  1,  2,  2,  3,  3,  4,  1,  1,  1,  2, 2, 3,
        3,  4,  5,  5,  5, 6, 6, 7,  7,  8,  5,  5,  5,  6,  6,  7,  7,  8,  9,  9, 9, 10,
        10, 11, 11, 12, 9, 9, 9, 10, 10, 11, 11, 12, 13, 13, 13, 14, 14, 15, 15, 16}},
      {"upsample_sizes_nearest_round_prefer_ceil_asymmetric",
       {1, 4},
       resize("nearest", "asymmetric", ints({1, 8}), {{"nearest_mode", text("round_prefer_ceil")}}),
       {1, 2, 2, 3, 3, 4, 4, 4}},
      {"upsample_sizes_nearest_ceil_half_pixel",
       {1, 4},
       resize("nearest", "half_pixel", ints({1, 8}), {{"nearest_mode", text("ceil")}}),
       {1, 2, 2, 3, 3, 4, 4, 4}},
      {"upsample_scales_linear",
       {2, 2},
       resize("linear", "half_pixel", floats({2, 2})),
       {1, 1.25, 1.75, 2, 1.5, 1.75, 2.25, 2.5, 2.5, 2.75, 3.25, 3.5, 3, 3.25, 3.75, 4}},
      {"upsample_scales_linear_align_corners",
       {2, 2},
       resize("linear", "align_corners", floats({2, 2})),
       {1, 1.33333333f, 1.66666667f, 2, 1.66666667f, 2, 2.33333333f, 2.66666667f, 2.33333333f, 2.66666667f, 3,
        3.33333333f, 3, 3.33333333f, 3.66666667f, 4}},
      {"downsample_scales_linear",
       {2, 4},
       resize("linear", "half_pixel", floats({0.6f, 0.6f})),
       {2.6666665f, 4.3333331f}},
      // ONNX's document computes with an output length of 2.4 and gets 3.142857. ONNX Runtime takes the whole length.
      {"downsample_scales_linear_align_corners",
       {2, 4},
       resize("linear", "align_corners", floats({0.6f, 0.6f})),
       {1, 4}},
      {"downsample_sizes_linear_pytorch_half_pixel",
       {4, 4},
       resize("linear", "pytorch_half_pixel", ints({3, 1})),
       {1.6666666f, 7.0f, 12.333333f}},
      {"upsample_scales_linear_half_pixel_symmetric",
       {1, 2},
       resize("linear", "half_pixel_symmetric", floats({1, 2.94f})),
       {1, 1.15986395f, 1.5f, 1.84013605f, 2}},
      {"upsample_scales_cubic",
       {1, 4},
       resize("cubic", "half_pixel", floats({1, 2})),
       {0.89453125f, 1.19140625f, 1.66796875f, 2.296875f, 2.703125f, 3.33203125f, 3.80859375f, 4.10546875f}},
      {"downsample_scales_cubic",
       {4, 4},
       resize("cubic", "half_pixel", floats({0.8f, 0.8f})),
       {1.47119141f, 2.78125f, 4.08251953f, 6.71142578f, 8.02148438f, 9.32275391f, 11.91650391f, 13.2265625f,
        14.52783203f}},
      {"upsample_scales_cubic_align_corners",
       {1, 4},
       resize("cubic", "align_corners", floats({1, 2})),
       {1, 1.34110787f, 1.80029155f, 2.32944606f, 2.67055394f, 3.19970845f, 3.65889213f, 4}},
      {"upsample_scales_cubic_asymmetric",
       {1, 4},
       resize("cubic", "asymmetric", floats({1, 2})),
       {1, 1.40625f, 2, 2.5f, 3, 3.59375f, 4, 4.09375f}},
      {"downsample_scales_cubic_A_n0p5_exclude_outside",
       {4, 4},
       resize("cubic", "half_pixel", floats({0.8f, 0.8f}),
              {{"cubic_coeff", floats({-0.5f})}, {"exclude_outside", ints({1})}}),
       {1.36812675f, 2.6695014f, 4.0133367f, 6.57362535f, 7.875f, 9.2188353f, 11.94896657f, 13.25034122f,
        14.59417652f}},
  };
  for (const Example& example : examples) {
    const OwnedTensor x = tensor_of<float>(example.input, one_to(static_cast<int>(example.input.elements())));
    const std::vector<float> y = run_reference("Resize", example.given, {x})[0].values<float>();
    EXPECT_THAT(y, Pointwise(FloatNear(2e-6f), example.expected)) << example.name;
  }
}

// Interpolation of an image with channels, tap by tap in double.
TEST(Resize, LinearOfImages) {
  std::mt19937 random(1);
  for (int repeat = 0; repeat < 40; ++repeat) {
    const int32_t h = uniform_int(random, 1, 6), w = uniform_int(random, 1, 6), c = uniform_int(random, 1, 70);
    const int32_t oh = uniform_int(random, 1, 9), ow = uniform_int(random, 1, 9);
    const OwnedTensor x = random_tensor(random, ElementType::kFloat32, {2, h, w, c}, {}, c + 1);
    Result<TestNode> node =
        try_make_node("Resize", resize("linear", "half_pixel", ints({2, oh, ow, c})), {x}, {{{}, c + 2}});
    ASSERT_TRUE(node.ok()) << node.message();
    ASSERT_TRUE(run_kernel(find_operator("Resize")->reference, node.value(), 2).ok());
    const OwnedTensor& y = node.value().outputs[0];
    const auto position = [](int32_t i, int32_t size, int32_t output) {
      const double p = (i + 0.5) * size / output - 0.5;
      return std::min(std::max(p, 0.0), size - 1.0);
    };
    for_each_index(y.shape, [&](const Index& i) {
      const double py = position(i[1], h, oh), px = position(i[2], w, ow);
      const int32_t y0 = static_cast<int32_t>(py), x0 = static_cast<int32_t>(px);
      const int32_t y1 = std::min(y0 + 1, h - 1), x1 = std::min(x0 + 1, w - 1);
      const auto at = [&](int32_t iy, int32_t ix) { return double{x.at<float>(flat(x.shape, {i[0], iy, ix, i[3]}))}; };
      const double top = at(y0, x0) * (1 - (px - x0)) + at(y0, x1) * (px - x0);
      const double bottom = at(y1, x0) * (1 - (px - x0)) + at(y1, x1) * (px - x0);
      ASSERT_NEAR(y.at<float>(flat(y.shape, i)), top * (1 - (py - y0)) + bottom * (py - y0), 1e-5);
    });
  }
}

// t is the float interpolation of the levels without their zero point, times the ratio of the scales.
TEST(Resize, QuantizedIsTheFloatInterpolationRounded) {
  std::mt19937 random(2);
  for (int repeat = 0; repeat < 40; ++repeat) {
    const char* mode = repeat % 2 ? "linear" : "cubic";
    const int bits_x = repeat % 3 ? 8 : 12, bits_y = repeat % 5 ? 8 : 10;
    const Quantization qx = levels(bits_x, 0.03f, 1 << (bits_x - 2)), qy = levels(bits_y, 0.04f, 77);
    const Shape shape = {1, 5, 4, 3};
    const OwnedTensor x = random_tensor(random, activation_type(bits_x), shape, qx);
    OwnedTensor real(ElementType::kFloat32, shape);
    for (int64_t i = 0; i < shape.elements(); ++i) {
      const int32_t level = bits_x == 8 ? int32_t{x.at<uint8_t>(i)} : int32_t{x.at<uint16_t>(i)};
      real.at<float>(i) = static_cast<float>(level - qx.zero_point[0]);
    }
    const Attributes given = resize(mode, "half_pixel", ints({1, 7, 3, 3}));
    const OwnedTensor y = run_reference("Resize", given, {x}, {{qy}})[0];
    const OwnedTensor z = run_reference("Resize", given, {real})[0];
    for (int64_t i = 0; i < y.shape.elements(); ++i) {
      const float t = z.at<float>(i) * static_cast<float>(double{0.03f} / double{0.04f});
      const double level = std::min(std::max(std::nearbyint(double{t}) + 77, 0.0), (1 << bits_y) - 1.0);
      ASSERT_EQ(bits_y == 8 ? int32_t{y.at<uint8_t>(i)} : int32_t{y.at<uint16_t>(i)}, static_cast<int32_t>(level));
    }
  }
}

// 2 of 7 to 4 lies at 3.5, 7 / 38 * 19 too. As floats they lie below and above it.
TEST(Resize, NearestKnowsWhatLiesHalfway) {
  const auto nearest = [](const char* mode, int to) {
    const OwnedTensor x = tensor_of<float>({1, 7}, {0, 1, 2, 3, 4, 5, 6});
    const Attributes given = resize("nearest", "asymmetric", ints({1, to}), {{"nearest_mode", text(mode)}});
    return run_reference("Resize", given, {x})[0].values<float>();
  };
  EXPECT_EQ(nearest("round_prefer_ceil", 4), (std::vector<float>{0, 2, 4, 5}));
  EXPECT_EQ(nearest("round_prefer_floor", 4), (std::vector<float>{0, 2, 3, 5}));
  EXPECT_EQ(nearest("round_prefer_ceil", 38)[19], 4);
  EXPECT_EQ(nearest("round_prefer_floor", 38)[19], 3);
}

TEST(Resize, NearestMovesAnyType) {
  const Quantization q = levels(8, 0.1f, 3);
  OwnedTensor x = counting_tensor({1, 2, 2, 3}, ElementType::kUint8, 4);
  x.quantization = q;
  const Attributes given = resize("nearest", "asymmetric", floats({1, 2, 2, 1}), {{"nearest_mode", text("floor")}});
  const OwnedTensor y = run_reference("Resize", given, {x}, {{q, 5}})[0];
  for_each_index(y.shape, [&](const Index& i) {
    ASSERT_EQ(y.at<uint8_t>(flat(y.shape, i)), flat(x.shape, {0, i[1] / 2, i[2] / 2, i[3]}));
  });
}

TEST(Resize, Errors) {
  const OwnedTensor x = tensor_of<float>({1, 2}, {1, 2});
  const auto error = [&](const Attributes& given) { return reference_error("Resize", given, {x}); };
  EXPECT_THAT(error({}), HasSubstr("needs attribute sizes or attribute scales"));
  EXPECT_THAT(error(resize("area", "half_pixel", ints({1, 2}))),
              HasSubstr("mode is 'area', expected one of nearest, "));
  EXPECT_THAT(error(resize("linear", "half", ints({1, 2}))), HasSubstr("coordinate_mode is 'half'"));
  EXPECT_THAT(error(resize("linear", "half_pixel", ints({2}))), HasSubstr("sizes has 1 entries, expected 2"));
  EXPECT_THAT(error(resize("linear", "half_pixel", floats({1, 0}))), HasSubstr("impossible entry 0"));
  EXPECT_THAT(error(resize("linear", "half_pixel", floats({1, NAN}))), HasSubstr("impossible entry nan"));
  EXPECT_THAT(error(resize("linear", "half_pixel", floats({1, 1e30f}))), HasSubstr("impossible entry"));
  EXPECT_THAT(error(resize("linear", "half_pixel", ints({1, 1 << 25}))), HasSubstr("at most 16777216"));
  EXPECT_THAT(error(resize("linear", "half_pixel", ints({1, -1}))), HasSubstr("impossible entry -1"));
  const Attributes larger = resize("linear", "half_pixel", ints({1, 3}));
  EXPECT_THAT(reference_error("Resize", larger, {counting_tensor({1, 0})}),
              HasSubstr("is empty and cannot be enlarged"));
  EXPECT_THAT(reference_error("Resize", larger, {counting_tensor({1, 2})}), HasSubstr("no kernel for the types int32"));
}

}  // namespace
}  // namespace magik::rt::test

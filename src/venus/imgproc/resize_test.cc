#include "venus/imgproc/resize.h"

#include <gtest/gtest.h>

#include "utils/imgproc_rm.h"
#include "venus.h"
#include "venus/imgproc/double_reference.h"
#include "venus_ext.h"

namespace magik::imgproc {
namespace {

using namespace reference;  // NOLINT(google-build-using-namespace)
using venus::AddressLocate;
using venus::Bbox_t;
using venus::BsCommonParam;
using venus::BsPadType;

constexpr double kMostError = 2;

BsCommonParam resize_parameters(ChannelLayout in, ChannelLayout out, BsPadType type, int fill) {
  BsCommonParam param = unset_parameters(in, out);
  param.pad_type = type;
  param.pad_val = static_cast<uint8_t>(fill);
  return param;
}

// The rectangle of the picture in the output as the interface describes it.
std::array<int, 4> content_of(BsPadType type, ChannelLayout in, ChannelLayout out, int iw, int ih, int ow, int oh) {
  if (type == BsPadType::NONE) return {0, 0, ow, oh};
  const double s = std::min(double(ow) / iw, double(oh) / ih);
  const auto side = [&](int input, int output) {
    int content = int(s * input);
    content += content % 2;
    return std::min(output, std::max(content, 2));
  };
  const int w = side(iw, ow), h = side(ih, oh);
  if (type == BsPadType::BOTTOM_RIGHT) return {0, 0, w, h};
  int left = (ow - w) / 2, top = (oh - h) / 2;
  if (channels_of(in) == 4 || out == ChannelLayout::NV12) left += left % 2;
  if (out == ChannelLayout::NV12) top += top % 2;
  return {left, top, left + w, top + h};
}

Operation resize_operation(const Picture& source, const std::array<int, 4>& box, ChannelLayout layout, int width,
                           int height, const BsCommonParam& param) {
  const int bw = box[2] - box[0], bh = box[3] - box[1];
  const std::array<int, 4> content = content_of(param.pad_type, source.layout, layout, bw, bh, width, height);
  const double sx = double(bw) / (content[2] - content[0]), sy = double(bh) / (content[3] - content[1]);
  return {&source,
          box[0],
          box[1],
          bw,
          bh,
          double(param.pad_val),
          layout,
          width,
          height,
          [=](double x, double y) -> std::array<double, 2> {
            return {(x - content[0] + 0.5) * sx - 0.5, (y - content[1] + 0.5) * sy - 0.5};
          },
          true,
          content};
}

TEST(Resize, IsNearTheDoublePrecisionResultForAllLayoutsAndPads) {
  std::mt19937 random(1);
  for (const ChannelLayout in : kLayouts) {
    for (const ChannelLayout out : kLayouts) {
      for (int round = 0; round < 12; ++round) {
        const Picture source = random_picture(random, in, random_side(random, in, 90), random_side(random, in, 50));
        const int width = random_side(random, out, 90), height = random_side(random, out, 50);
        BsCommonParam param =
            resize_parameters(in, out, static_cast<BsPadType>(round % 3 - 1), random_between(random, 0, 255));
        Tensor input = tensor_of(source), output = tensor_of(out, width, height);
        const uint8_t* memory = output.data<uint8_t>();
        ASSERT_EQ(venus::warp_resize(input, output, &param), 0) << venus::venus_last_error();
        EXPECT_EQ(output.data<uint8_t>(), memory);
        const Operation operation =
            resize_operation(source, {0, 0, source.width, source.height}, out, width, height, param);
        ASSERT_LE(worst_error(operation, memory), kMostError)
            << source.width << "x" << source.height << " layout " << int(in) << " to " << width << "x" << height
            << " layout " << int(out) << " pad " << int(param.pad_type);
      }
    }
  }
}

TEST(Resize, CropsBoxesThatLeaveTheImage) {
  std::mt19937 random(2);
  for (const ChannelLayout in : kLayouts) {
    for (const ChannelLayout out : kLayouts) {
      const Picture source = random_picture(random, in, random_side(random, in, 60), random_side(random, in, 40));
      BsCommonParam param = resize_parameters(in, out, BsPadType::SYMMETRY, random_between(random, 0, 255));
      std::vector<Tensor> outputs;
      std::vector<Bbox_t> boxes;
      std::vector<std::array<int, 4>> corners;
      for (int i = 0; i < 8; ++i) {
        const int left = random_between(random, -20, 30) * 2, top = random_between(random, -20, 25) * 2;
        corners.push_back(
            {left, top, left + 2 * random_between(random, 1, 25), top + 2 * random_between(random, 1, 25)});
        const std::array<int, 4>& c = corners.back();
        boxes.push_back({float(c[0]), float(c[1]), float(c[2]), float(c[3])});
        outputs.push_back(tensor_of(out, random_side(random, out, 40), random_side(random, out, 40)));
      }
      Tensor input = tensor_of(source);
      ASSERT_EQ(venus::crop_resize(input, outputs, boxes, &param), 0) << venus::venus_last_error();
      for (size_t i = 0; i < boxes.size(); ++i) {
        const venus::shape_t shape = outputs[i].shape();
        const Operation operation = resize_operation(source, corners[i], out, shape[2], shape[1], param);
        EXPECT_LE(worst_error(operation, outputs[i].data<uint8_t>()), kMostError) << int(in) << " to " << int(out);
      }
    }
  }
}

TEST(Resize, ReadsRowsAtTheClientsStride) {
  std::mt19937 random(3);
  for (const ChannelLayout in : kLayouts) {
    const Picture source = random_picture(random, in, 22, 14);
    const int row = source.width * channels_of(in), stride = row + 12;
    std::vector<uint8_t> memory(static_cast<size_t>(stride) * 21 + 4, 77);
    for (size_t y = 0; y * static_cast<size_t>(row) < source.bytes.size(); ++y) {
      std::copy_n(source.bytes.begin() + static_cast<ptrdiff_t>(y) * row, row,
                  memory.begin() + static_cast<ptrdiff_t>(y) * stride);
    }
    BsCommonParam param = resize_parameters(in, ChannelLayout::RGBA, BsPadType::NONE, 0);
    param.input_width = source.width;
    param.input_height = source.height;
    param.input_line_stride = stride;
    Tensor input = tensor_of(source), expected = tensor_of(ChannelLayout::RGBA, 31, 17),
           output = tensor_of(ChannelLayout::RGBA, 31, 17);
    ASSERT_EQ(venus::warp_resize(input, expected, &param), 0);
    ASSERT_EQ(venus::common_resize(memory.data(), output, AddressLocate::NMEM_VIRTUAL, &param), 0)
        << venus::venus_last_error();
    EXPECT_TRUE(std::equal(output.data<uint8_t>(), output.data<uint8_t>() + 31 * 17 * 4, expected.data<uint8_t>()));
    std::vector<Tensor> crops = {tensor_of(ChannelLayout::RGBA, 31, 17)};
    std::vector<Bbox_t> boxes = {{0, 0, 22, 14}};
    ASSERT_EQ(venus::crop_common_resize(memory.data(), crops, boxes, AddressLocate::NMEM_VIRTUAL, &param), 0);
    EXPECT_TRUE(std::equal(output.data<uint8_t>(), output.data<uint8_t>() + 31 * 17 * 4, crops[0].data<uint8_t>()));
  }
}

TEST(Resize, EqualSizesAndLayoutsCopy) {
  std::mt19937 random(4);
  for (const ChannelLayout layout : kLayouts) {
    const Picture source = random_picture(random, layout, 300, 6);
    BsCommonParam param = resize_parameters(layout, layout, BsPadType::SYMMETRY, 9);
    Tensor input = tensor_of(source), output = tensor_of(layout, 300, 6);
    ASSERT_EQ(venus::warp_resize(input, output, &param), 0);
    EXPECT_TRUE(std::equal(source.bytes.begin(), source.bytes.end(), output.data<uint8_t>())) << int(layout);
  }
}

int fixed_point(int64_t sum) {
  return static_cast<int>(std::min<int64_t>(255, std::max<int64_t>(0, (sum + (1 << 19)) >> 20)));
}

TEST(Resize, ConvertsNv12ExactlyAsTheInterfaceSays) {
  std::mt19937 random(5);
  const Picture source = random_picture(random, ChannelLayout::NV12, 534, 38);
  Tensor input = tensor_of(source), output = tensor_of(ChannelLayout::BGRA, 534, 38);
  ASSERT_EQ(venus::warp_covert_nv2bgr(input, output), 0);
  const uint8_t* bgra = output.data<uint8_t>();
  Tensor resized = tensor_of(ChannelLayout::BGRA, 534, 38);
  BsCommonParam param = resize_parameters(ChannelLayout::NV12, ChannelLayout::BGRA, BsPadType::NONE, 0);
  ASSERT_EQ(venus::warp_resize(input, resized, &param), 0);
  EXPECT_TRUE(std::equal(bgra, bgra + 534 * 38 * 4, resized.data<uint8_t>()));
  for (int y = 0; y < source.height; ++y) {
    for (int x = 0; x < source.width; ++x, bgra += 4) {
      const Channels yuv = source.pixel(x, y);
      const auto l = int64_t(yuv[0]) - 16, u = int64_t(yuv[1]) - 128, v = int64_t(yuv[2]) - 128;
      ASSERT_EQ(bgra[0], fixed_point(1220542 * l + 2116026 * u));
      ASSERT_EQ(bgra[1], fixed_point(1220542 * l - 409993 * u - 852492 * v));
      ASSERT_EQ(bgra[2], fixed_point(1220542 * l + 1673527 * v));
      ASSERT_EQ(bgra[3], 255);
    }
  }
}

TEST(Resize, TakesTheClientsCoefficients) {
  std::mt19937 random(6);
  const Picture source = random_picture(random, ChannelLayout::NV12, 70, 8);
  BsCommonParam param = resize_parameters(ChannelLayout::NV12, ChannelLayout::RGB, BsPadType::NONE, 0);
  param.coef_off_enable = true;
  const uint32_t coefficients[9] = {1048576, 1858077, 0, 1000000, 360853, 748835, 1100000, 5, 1470104};
  std::copy_n(coefficients, 9, param.coef);
  param.offset[0] = 3;
  param.offset[1] = 120;
  Tensor input = tensor_of(source), output = tensor_of(ChannelLayout::RGB, 70, 8);
  ASSERT_EQ(venus::warp_resize(input, output, &param), 0);
  const uint8_t* rgb = output.data<uint8_t>();
  for (int y = 0; y < source.height; ++y) {
    for (int x = 0; x < source.width; ++x, rgb += 3) {
      const Channels yuv = source.pixel(x, y);
      const auto l = int64_t(yuv[0]) - 3, u = int64_t(yuv[1]) - 120, v = int64_t(yuv[2]) - 120;
      ASSERT_EQ(rgb[0], fixed_point(1100000 * l + 5 * u + 1470104 * v));
      ASSERT_EQ(rgb[1], fixed_point(1000000 * l - 360853 * u - 748835 * v));
      ASSERT_EQ(rgb[2], fixed_point(1048576 * l + 1858077 * u));
    }
  }
}

TEST(Resize, FillsWithThePadValue) {
  for (const ChannelLayout in : kLayouts) {
    const Picture source = {in, 8, 8, std::vector<uint8_t>(256, 50)};
    for (const int fill : {0, 1, 77, 114, 255}) {
      const bool alpha = channels_of(in) == 4;
      BsCommonParam param = resize_parameters(in, ChannelLayout::BGRA, BsPadType::SYMMETRY, fill);
      Tensor input = tensor_of(in, 8, 8), output = tensor_of(ChannelLayout::BGRA, 16, 8);
      ASSERT_EQ(venus::warp_resize(input, output, &param), 0);
      for (const int x : {0, 3, 12, 15}) {  // left and right of the picture
        const uint8_t* pixel = output.data<uint8_t>() + 4 * (16 * 5 + x);
        EXPECT_EQ(std::vector<int>(pixel, pixel + 4), std::vector<int>({fill, fill, fill, alpha ? fill : 255}));
      }
      // A box wholly outside.
      std::vector<Tensor> outputs = {tensor_of(ChannelLayout::RGB, 2, 2)};
      std::vector<Bbox_t> boxes = {{-20, 30, -10, 36}};
      param.out_layout = ChannelLayout::RGB;
      ASSERT_EQ(venus::crop_resize(input, outputs, boxes, &param), 0);
      const uint8_t* rgb = outputs[0].data<uint8_t>();
      EXPECT_EQ(std::vector<int>(rgb, rgb + 12), std::vector<int>(12, fill));
    }
    // Black in NV12.
    BsCommonParam param = resize_parameters(in, ChannelLayout::NV12, BsPadType::BOTTOM_RIGHT, 0);
    Tensor input = tensor_of(in, 8, 8), output = tensor_of(ChannelLayout::NV12, 16, 8);
    ASSERT_EQ(venus::warp_resize(input, output, &param), 0);
    EXPECT_EQ(output.data<uint8_t>()[8], 16);
    EXPECT_EQ(output.data<uint8_t>()[16 * 8 + 8], 128);
    EXPECT_EQ(output.data<uint8_t>()[16 * 8 + 15], 128);
  }
}

TEST(Resize, PlacesThePictureAsTheInterfaceSays) {
  const Rect photo = place(Fit::kCenter, 388, 574, 640, 384, true, false);
  EXPECT_EQ(photo.left, 190);
  EXPECT_EQ(photo.top, 0);
  EXPECT_EQ(photo.width, 260);
  EXPECT_EQ(photo.height, 384);
  const Rect odd = place(Fit::kCenter, 100, 100, 110, 84, false, false);
  EXPECT_EQ(odd.left, 13);
  EXPECT_EQ(place(Fit::kCenter, 100, 100, 110, 84, true, false).left, 14);
  EXPECT_EQ(place(Fit::kBottomRight, 100, 100, 110, 84, true, false).left, 0);
  EXPECT_EQ(place(Fit::kCenter, 100, 100, 84, 110, true, false).top, 13);
  EXPECT_EQ(place(Fit::kCenter, 100, 100, 84, 110, true, true).top, 14);  // into NV12
  const Rect tight = place(Fit::kCenter, 10, 10, 7, 9, true, false);      // never larger than the output
  EXPECT_EQ(tight.width, 7);
  EXPECT_EQ(tight.height, 8);
  const Rect line = place(Fit::kCenter, 10000, 2, 100, 100, false, false);
  EXPECT_EQ(line.height, 2);
}

TEST(Resize, HalvesAndDoublesByHand) {
  Tensor input = tensor_of(ChannelLayout::GRAY, 4, 1), half = tensor_of(ChannelLayout::GRAY, 2, 1),
         twice = tensor_of(ChannelLayout::GRAY, 8, 1);
  const uint8_t pixels[] = {0, 100, 200, 40};
  std::copy_n(pixels, 4, input.mudata<uint8_t>());
  BsCommonParam param = resize_parameters(ChannelLayout::GRAY, ChannelLayout::GRAY, BsPadType::NONE, 0);
  ASSERT_EQ(venus::warp_resize(input, half, &param), 0);
  EXPECT_EQ(std::vector<int>(half.data<uint8_t>(), half.data<uint8_t>() + 2), std::vector<int>({50, 120}));
  ASSERT_EQ(venus::warp_resize(input, twice, &param), 0);
  EXPECT_EQ(std::vector<int>(twice.data<uint8_t>(), twice.data<uint8_t>() + 8),
            std::vector<int>({0, 25, 75, 125, 175, 160, 80, 40}));
}

TEST(Resize, OlderNamesAreTheSame) {
  std::mt19937 random(7);
  const Picture frame = random_picture(random, ChannelLayout::NV12, 40, 20);
  Tensor nv12 = tensor_of(frame), bgra = tensor_of(random_picture(random, ChannelLayout::BGRA, 31, 20));
  const auto same = [](const Tensor& a, const Tensor& b, int bytes) {
    return std::equal(a.data<uint8_t>(), a.data<uint8_t>() + bytes, b.data<uint8_t>());
  };
  const venus::PaddingType center = venus::PaddingType::SYMMETRY;
  std::vector<Bbox_t> boxes = {{2, 4, 30, 40}};
  for (const bool to_bgra : {false, true}) {
    const ChannelLayout layout = to_bgra ? ChannelLayout::BGRA : ChannelLayout::NV12;
    BsCommonParam param = resize_parameters(ChannelLayout::NV12, layout, BsPadType::SYMMETRY, 114);
    Tensor a = tensor_of(layout, 26, 30), b = tensor_of(layout, 26, 30);
    const int bytes = to_bgra ? 26 * 30 * 4 : 26 * 30 * 3 / 2;
    ASSERT_EQ(venus::warp_resize(nv12, a, &param), 0);
    ASSERT_EQ(venus::warp_resize_nv12(nv12, b, to_bgra, center, 114), 0);
    EXPECT_TRUE(same(a, b, bytes));
    ASSERT_EQ(venus::common_resize_nv12(frame.bytes.data(), b, 20, 40, 40, to_bgra, center, 114), 0);
    EXPECT_TRUE(same(a, b, bytes));
    std::vector<Tensor> as = {a}, bs = {b};
    ASSERT_EQ(venus::crop_resize(nv12, as, boxes, &param), 0);
    ASSERT_EQ(venus::crop_resize_nv12(nv12, bs, boxes, to_bgra, center, 114), 0);
    EXPECT_TRUE(same(a, b, bytes));
  }
  BsCommonParam param = resize_parameters(ChannelLayout::BGRA, ChannelLayout::BGRA, BsPadType::SYMMETRY, 3);
  Tensor a = tensor_of(ChannelLayout::BGRA, 26, 30), b = tensor_of(ChannelLayout::BGRA, 26, 30);
  ASSERT_EQ(venus::warp_resize(bgra, a, &param), 0);
  ASSERT_EQ(venus::warp_resize_bgra(bgra, b, center, 3), 0);
  EXPECT_TRUE(same(a, b, 26 * 30 * 4));
  std::vector<Tensor> as = {a}, bs = {b};
  ASSERT_EQ(venus::crop_resize(bgra, as, boxes, &param), 0);
  ASSERT_EQ(venus::crop_resize_bgra(bgra, bs, boxes, center, 3), 0);
  EXPECT_TRUE(same(a, b, 26 * 30 * 4));
}

}  // namespace
}  // namespace magik::imgproc

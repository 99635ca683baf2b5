#include "venus/imgproc/warp.h"

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

constexpr double kMostError = 2;

Tensor matrix_tensor(const std::vector<float>& values) {
  Tensor tensor({1, 3, 2, 1});  // as clients do, also for nine
  std::copy(values.begin(), values.end(), tensor.mudata<float>());
  return tensor;
}

// From the output to the source, by Cramer's rule in long double.
std::array<double, 2> map_back(const std::vector<float>& matrix, double x, double y) {
  std::vector<long double> m(matrix.begin(), matrix.end());
  if (m.size() == 6) m.insert(m.end(), {0, 0, 1});
  // (m00 - x m20) u + (m01 - x m21) v = x m22 - m02, and the same for y.
  const long double a = m[0] - x * m[6], b = m[1] - x * m[7], c = m[3] - y * m[6], d = m[4] - y * m[7];
  const long double e = x * m[8] - m[2], f = y * m[8] - m[5], det = a * d - b * c;
  return {double((e * d - b * f) / det), double((a * f - e * c) / det)};
}

Operation warp_operation(const Picture& source, const std::array<int, 4>& box, const std::vector<float>& matrix,
                         ChannelLayout layout, int width, int height) {
  return {&source,         box[0],
          box[1],          box[2] - box[0],
          box[3] - box[1], 0,
          layout,          width,
          height,          [=](double x, double y) { return map_back(matrix, x, y); },
          false,           {0, 0, width, height}};
}

std::vector<float> random_matrix(std::mt19937& random, bool perspective) {
  const auto number = [&](double low, double high) {
    return static_cast<float>(low + (high - low) * double(random()) / 4294967296.0);
  };
  const float angle = number(-3.2, 3.2), scale = number(0.4, 2.5), shear = number(-0.3, 0.3);
  const float c = scale * std::cos(angle), s = scale * std::sin(angle);
  std::vector<float> m = {c, -s + shear, number(-10, 60), s, c, number(-10, 60)};
  if (perspective) m.insert(m.end(), {number(-2e-3, 2e-3), number(-2e-3, 2e-3), 1});
  return m;
}

TEST(Warp, IsNearTheDoublePrecisionResultForAllLayouts) {
  std::mt19937 random(1);
  for (const ChannelLayout in : kLayouts) {
    for (const ChannelLayout out : kLayouts) {
      for (int round = 0; round < 8; ++round) {
        const bool perspective = round % 2 == 1;
        const Picture source = random_picture(random, in, random_side(random, in, 90), random_side(random, in, 60));
        const int width = random_side(random, out, 90), height = random_side(random, out, 50);
        const std::vector<float> values = random_matrix(random, perspective);
        BsCommonParam param = unset_parameters(in, out);
        Tensor input = tensor_of(source), output = tensor_of(out, width, height), matrix = matrix_tensor(values);
        const uint8_t* memory = output.data<uint8_t>();
        ASSERT_EQ(perspective ? venus::warp_perspective(input, output, matrix, &param)
                              : venus::warp_affine(input, output, matrix, &param),
                  0)
            << venus::venus_last_error();
        EXPECT_EQ(output.data<uint8_t>(), memory);
        const Operation operation =
            warp_operation(source, {0, 0, source.width, source.height}, values, out, width, height);
        ASSERT_LE(worst_error(operation, memory), kMostError)
            << int(in) << " to " << int(out) << (perspective ? " perspective" : " affine");
      }
    }
  }
}

TEST(Warp, CropsBoxesThatLeaveTheImage) {
  std::mt19937 random(2);
  for (const ChannelLayout in : kLayouts) {
    for (const ChannelLayout out : {ChannelLayout::NV12, ChannelLayout::BGRA, ChannelLayout::GRAY}) {
      for (const bool perspective : {false, true}) {
        const Picture source = random_picture(random, in, random_side(random, in, 60), random_side(random, in, 60));
        std::vector<Tensor> outputs, matrices;
        std::vector<Bbox_t> boxes;
        std::vector<std::array<int, 4>> corners;
        std::vector<std::vector<float>> values;
        for (int i = 0; i < 5; ++i) {
          const int left = random_between(random, -20, 30) * 2, top = random_between(random, -20, 25) * 2;
          corners.push_back(
              {left, top, left + 2 * random_between(random, 1, 30), top + 2 * random_between(random, 1, 30)});
          const std::array<int, 4>& c = corners.back();
          boxes.push_back({float(c[0]), float(c[1]), float(c[2]), float(c[3])});
          values.push_back(random_matrix(random, perspective));
          matrices.push_back(matrix_tensor(values.back()));
          outputs.push_back(tensor_of(out, random_side(random, out, 40), random_side(random, out, 40)));
        }
        BsCommonParam param = unset_parameters(in, out);
        Tensor input = tensor_of(source);
        ASSERT_EQ(perspective ? venus::crop_perspective(input, outputs, matrices, boxes, &param)
                              : venus::crop_affine(input, outputs, matrices, boxes, &param),
                  0)
            << venus::venus_last_error();
        for (size_t i = 0; i < boxes.size(); ++i) {
          const venus::shape_t shape = outputs[i].shape();
          const Operation operation = warp_operation(source, corners[i], values[i], out, shape[2], shape[1]);
          EXPECT_LE(worst_error(operation, outputs[i].data<uint8_t>()), kMostError) << int(in) << " to " << int(out);
        }
      }
    }
  }
}

TEST(Warp, TheIdentityCopies) {
  std::mt19937 random(3);
  for (const ChannelLayout layout : kLayouts) {
    const Picture source = random_picture(random, layout, 74, 22);
    BsCommonParam param = unset_parameters(layout, layout);
    for (const bool perspective : {false, true}) {
      Tensor input = tensor_of(source), output = tensor_of(layout, 74, 22);
      Tensor matrix = matrix_tensor({1, 0, 0, 0, 1, 0, 0, 0, 1});
      ASSERT_EQ(perspective ? venus::warp_perspective(input, output, matrix, &param)
                            : venus::warp_affine(input, output, matrix, &param),
                0);
      EXPECT_TRUE(std::equal(source.bytes.begin(), source.bytes.end(), output.data<uint8_t>())) << int(layout);
    }
  }
}

// A shift by 1, 2 and a turn by 90 degrees move pixels as they are; the rest is black.
TEST(Warp, MovesByHand) {
  Tensor input = tensor_of(ChannelLayout::GRAY, 3, 2), output = tensor_of(ChannelLayout::GRAY, 3, 3);
  const uint8_t pixels[] = {1, 2, 3, 4, 5, 6};
  std::copy_n(pixels, 6, input.mudata<uint8_t>());
  BsCommonParam param = unset_parameters(ChannelLayout::GRAY, ChannelLayout::GRAY);
  Tensor shift = matrix_tensor({1, 0, 1, 0, 1, 2}), turn = matrix_tensor({0, -1, 1, 1, 0, 0});
  const auto bytes = [&] { return std::vector<int>(output.data<uint8_t>(), output.data<uint8_t>() + 9); };
  ASSERT_EQ(venus::warp_affine(input, output, shift, &param), 0);
  EXPECT_EQ(bytes(), std::vector<int>({0, 0, 0, 0, 0, 0, 0, 1, 2}));
  ASSERT_EQ(venus::warp_affine(input, output, turn, &param), 0);
  EXPECT_EQ(bytes(), std::vector<int>({4, 1, 0, 5, 2, 0, 6, 3, 0}));
}

TEST(Warp, BlackIsBlackInEveryLayout) {
  for (const ChannelLayout in : kLayouts) {
    Tensor input = tensor_of(in, 4, 4), matrix = matrix_tensor({1, 0, 1e9f, 0, 1, 0});
    Tensor bgra = tensor_of(ChannelLayout::BGRA, 2, 2), nv12 = tensor_of(ChannelLayout::NV12, 2, 2);
    BsCommonParam param = unset_parameters(in, ChannelLayout::BGRA);
    ASSERT_EQ(venus::warp_affine(input, bgra, matrix, &param), 0);
    const int alpha = channels_of(in) == 4 ? 0 : 255;
    EXPECT_EQ(std::vector<int>(bgra.data<uint8_t>(), bgra.data<uint8_t>() + 4), std::vector<int>({0, 0, 0, alpha}));
    param.out_layout = ChannelLayout::NV12;
    ASSERT_EQ(venus::warp_affine(input, nv12, matrix, &param), 0);
    EXPECT_EQ(std::vector<int>(nv12.data<uint8_t>(), nv12.data<uint8_t>() + 6),
              std::vector<int>({16, 16, 16, 16, 128, 128}));
  }
}

TEST(Warp, AllNamesAreTheSame) {
  std::mt19937 random(4);
  const Picture frame = random_picture(random, ChannelLayout::NV12, 40, 20);
  const Picture pixels = random_picture(random, ChannelLayout::BGRA, 40, 20);
  std::vector<Bbox_t> boxes = {{0, 0, 40, 20}};
  for (const bool nv12 : {false, true}) {
    for (const bool perspective : {false, true}) {
      const Picture& source = nv12 ? frame : pixels;
      const ChannelLayout in = source.layout, out = ChannelLayout::BGRA;
      BsCommonParam param = unset_parameters(in, out);
      param.input_width = 40;
      param.input_height = 20;
      param.input_line_stride = nv12 ? 40 : 160;
      Tensor input = tensor_of(source), matrix = matrix_tensor(random_matrix(random, perspective));
      Tensor first = tensor_of(out, 30, 26);
      ASSERT_EQ(perspective ? venus::warp_perspective(input, first, matrix, &param)
                            : venus::warp_affine(input, first, matrix, &param),
                0);
      std::vector<Tensor> matrices = {matrix};
      const AddressLocate locate = AddressLocate::NMEM_VIRTUAL;
      const void* memory = source.bytes.data();
      for (int form = 0; form < 5; ++form) {
        Tensor second = tensor_of(out, 30, 26);
        std::vector<Tensor> outputs = {second};
        const int result =
            form == 0   ? (perspective ? venus::common_perspective(memory, second, matrix, locate, &param)
                                       : venus::common_affine(memory, second, matrix, locate, &param))
            : form == 1 ? (perspective ? venus::crop_perspective(input, outputs, matrices, boxes, &param)
                                       : venus::crop_affine(input, outputs, matrices, boxes, &param))
            : form == 2
                ? (perspective ? venus::crop_common_perspective(memory, outputs, matrices, boxes, locate, &param)
                               : venus::crop_common_affine(memory, outputs, matrices, boxes, locate, &param))
            : form == 3 && nv12 ? (perspective ? venus::warp_perspective_nv12(input, second, matrix, true)
                                               : venus::warp_affine_nv12(input, second, matrix, true))
            : form == 3         ? (perspective ? venus::warp_perspective_bgra(input, second, matrix)
                                               : venus::warp_affine_bgra(input, second, matrix))
            : nv12              ? (perspective ? venus::crop_perspective_nv12(input, outputs, matrices, true, boxes)
                                               : venus::crop_affine_nv12(input, outputs, matrices, true, boxes))
                                : (perspective ? venus::crop_perspective_bgra(input, outputs, matrices, boxes)
                                               : venus::crop_affine_bgra(input, outputs, matrices, boxes));
        ASSERT_EQ(result, 0) << venus::venus_last_error();
        EXPECT_TRUE(std::equal(first.data<uint8_t>(), first.data<uint8_t>() + 30 * 26 * 4, second.data<uint8_t>()))
            << "form " << form;
      }
    }
  }
}

}  // namespace
}  // namespace magik::imgproc

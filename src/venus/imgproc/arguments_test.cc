#include "venus/imgproc/arguments.h"

#include <gtest/gtest.h>

#include <string>

#include "venus.h"
#include "venus/imgproc/double_reference.h"
#include "venus_ext.h"

namespace magik::imgproc {
namespace {

using reference::unset_parameters;
using venus::AddressLocate;
using venus::Bbox_t;
using venus::BsCommonParam;
using venus::BsPadType;
using venus::ChannelLayout;
using venus::Tensor;

BsCommonParam parameters(ChannelLayout in, ChannelLayout out) {
  BsCommonParam param = unset_parameters(in, out);
  param.pad_type = BsPadType::NONE;
  param.pad_val = 0;
  param.input_width = param.input_height = 8;
  param.input_line_stride = 32;
  return param;
}

class Arguments : public testing::Test {
 protected:
  void expect_error(int result, const std::string& text) {
    EXPECT_LT(result, 0);
    EXPECT_NE(std::string(venus::venus_last_error()).find(text), std::string::npos)
        << "'" << venus::venus_last_error() << "' has no '" << text << "'";
  }

  Tensor input_{1, 8, 8, 4}, output_{1, 4, 4, 4}, matrix_{1, 3, 2, 1};
  BsCommonParam param_ = parameters(ChannelLayout::BGRA, ChannelLayout::BGRA);
};

TEST_F(Arguments, NoBoxesAreNothingToDo) {
  std::vector<Tensor> none;
  std::vector<Bbox_t> no_boxes;
  EXPECT_EQ(venus::crop_resize(input_, none, no_boxes, &param_), 0);
  EXPECT_EQ(venus::crop_affine(input_, none, none, no_boxes, &param_), 0);
}

TEST_F(Arguments, ABadBoxLeavesTheOthers) {
  std::fill_n(input_.mudata<uint8_t>(), 256, uint8_t{7});
  std::vector<Tensor> outputs = {Tensor({1, 4, 4, 4}), Tensor({1, 4, 4, 4})}, matrices = {matrix_, matrix_};
  std::vector<Bbox_t> boxes = {{2, 2, 2, 6}, {2, 2, 6, 6}};
  expect_error(venus::crop_resize(input_, outputs, boxes, &param_), "a box is 0x4");
  EXPECT_EQ(outputs[1].data<uint8_t>()[63], 7);
  const float shift[6] = {1, 0, -1, 0, 1, -1};
  std::copy_n(shift, 6, matrix_.mudata<float>());
  outputs[1].mudata<uint8_t>()[0] = 0;
  expect_error(venus::crop_affine(input_, outputs, matrices, boxes, &param_), "a box is 0x4");
  EXPECT_EQ(outputs[1].data<uint8_t>()[0], 7);
}

TEST_F(Arguments, NullAndEmptyOnes) {
  expect_error(venus::warp_resize(input_, output_, nullptr), "warp_resize: the parameters are null");
  expect_error(venus::warp_affine(input_, output_, matrix_, nullptr), "warp_affine: the parameters are null");
  expect_error(venus::common_resize(nullptr, output_, AddressLocate::NMEM_VIRTUAL, &param_),
               "common_resize: the input has no memory");
  expect_error(venus::common_resize(input_.data<uint8_t>(), output_, AddressLocate::NMEM_VIRTUAL, nullptr),
               "the parameters are null");
  Tensor freed({1, 4, 4, 4});
  freed.free_data();
  expect_error(venus::warp_resize(input_, freed, &param_), "the output has no memory");
  expect_error(venus::warp_resize(freed, output_, &param_), "the input has no memory");
  expect_error(venus::warp_affine(input_, output_, freed, &param_), "the matrix has no memory");
  Tensor nothing(static_cast<void*>(nullptr));
  expect_error(venus::warp_resize(nothing, output_, &param_), "the input's shape is not {1, h, w, channels}");
}

TEST_F(Arguments, SizesAndShapes) {
  Tensor flat({16}), grey({1, 8, 8, 1}), odd({1, 7, 8, 1}), batch({2, 8, 8, 4});
  expect_error(venus::warp_resize(flat, output_, &param_), "shape is not {1, h, w, channels}");
  expect_error(venus::warp_resize(batch, output_, &param_), "shape is not {1, h, w, channels}");
  param_.input_height = 0;
  expect_error(venus::common_resize(input_.data<uint8_t>(), output_, AddressLocate::NMEM_VIRTUAL, &param_),
               "the input's size is 8x0");
  expect_error(venus::warp_resize(grey, output_, &param_), "the input has 1 channels, expected 4 for BGRA");
  BsCommonParam nv12 = parameters(ChannelLayout::NV12, ChannelLayout::BGRA);
  expect_error(venus::warp_resize(odd, output_, &nv12), "8x7, which must be even for NV12");
  expect_error(venus::warp_covert_nv2bgr(grey, output_),
               "warp_covert_nv2bgr: the output is 4x4, expected the input's 8x8");
  uint8_t small[64];
  Tensor tight(small, 63);
  tight.reshape({1, 4, 4, 4});
  expect_error(venus::warp_resize(input_, tight, &param_), "the output has memory for 63 bytes, expected 64");
  param_.out_layout = ChannelLayout::FP;
  expect_error(venus::warp_resize(input_, output_, &param_), "the output's layout is 6");
  // NV12's last dimension counts for nothing.
  for (const int last : {1, 2, 4}) {
    Tensor frame({1, 8, 8, last});
    EXPECT_EQ(venus::warp_resize(frame, output_, &nv12), 0);
  }
}

TEST_F(Arguments, StridesAndAlignment) {
  const auto* pixels = input_.data<uint8_t>();
  param_.input_line_stride = 31;
  expect_error(venus::common_resize(pixels, output_, AddressLocate::NMEM_VIRTUAL, &param_), "the input's stride is 31");
  param_.input_line_stride = 34;
  expect_error(venus::common_resize(pixels, output_, AddressLocate::NMEM_VIRTUAL, &param_), "the input is misaligned");
  param_.input_line_stride = 32;
  expect_error(venus::common_resize(pixels + 1, output_, AddressLocate::NMEM_VIRTUAL, &param_),
               "the input is misaligned");
  expect_error(venus::common_resize(pixels, output_, AddressLocate::RMEM_PHYSICAL, &param_),
               "common_resize: AddressLocate::RMEM_PHYSICAL needs the vendor's kernel module");
  alignas(64) uint8_t memory[128];
  Tensor shifted(memory + 1, 100);
  shifted.reshape({1, 4, 4, 4});
  expect_error(venus::warp_resize(input_, shifted, &param_), "the output is misaligned");
  expect_error(venus::warp_affine(input_, output_, shifted, &param_), "the matrix is misaligned");
  expect_error(venus::warp_resize(input_, input_, &param_), "the output's memory overlaps the input's");
}

TEST_F(Arguments, BoxesAndMatrices) {
  std::vector<Tensor> outputs = {output_};
  std::vector<Bbox_t> boxes = {{4, 4, 4, 8}}, two = {{0, 0, 4, 4}, {0, 0, 4, 4}};
  expect_error(venus::crop_resize(input_, outputs, two, &param_), "1 outputs need as many boxes and matrices, not 2");
  expect_error(venus::crop_resize(input_, outputs, boxes, &param_), "a box is 0x4");
  boxes[0] = {1, 0, 5, 4};
  EXPECT_EQ(venus::crop_resize(input_, outputs, boxes, &param_), 0);
  BsCommonParam nv12 = parameters(ChannelLayout::NV12, ChannelLayout::BGRA);
  Tensor frame({1, 8, 8, 1});
  expect_error(venus::crop_resize(frame, outputs, boxes, &nv12), "its corners must be even for NV12");
  boxes[0].x0 = 1e30f;
  expect_error(venus::crop_resize(input_, outputs, boxes, &param_), "a box has a corner at 1e+30");
  expect_error(venus::warp_affine(input_, output_, matrix_, &param_), "warp_affine: the matrix has no inverse");
  float five[5];
  Tensor short_matrix(five, sizeof five);
  expect_error(venus::warp_affine(input_, output_, short_matrix, &param_),
               "the matrix has room for 20 bytes, expected 6 floats");
  float* m = matrix_.mudata<float>();
  m[0] = m[4] = 1e-9f;
  expect_error(venus::warp_affine(input_, output_, matrix_, &param_), "shrinks the image to less than a pixel");
}

TEST_F(Arguments, Coefficients) {
  BsCommonParam nv12 = parameters(ChannelLayout::NV12, ChannelLayout::BGRA);
  Tensor frame({1, 8, 8, 1});
  nv12.coef_off_enable = true;
  std::fill_n(nv12.coef, 9, 2u << 20);
  nv12.offset[0] = nv12.offset[1] = 0;
  expect_error(venus::warp_resize(frame, output_, &nv12), "sum to more than 4.0");
  std::fill_n(nv12.coef, 9, 1u << 20);
  nv12.offset[1] = 256;
  expect_error(venus::warp_resize(frame, output_, &nv12), "the offsets are 0 and 256");
}

TEST_F(Arguments, UnknownPadTypeOnlyWhereItCounts) {
  param_.pad_type = static_cast<BsPadType>(7);
  expect_error(venus::warp_resize(input_, output_, &param_), "unknown pad_type 7");
  matrix_.mudata<float>()[0] = matrix_.mudata<float>()[4] = 1;
  EXPECT_EQ(venus::warp_affine(input_, output_, matrix_, &param_), 0);
}

}  // namespace
}  // namespace magik::imgproc

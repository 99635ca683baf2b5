// Image processing by its newer and older names, on a 4x2 picture of BGRA whose blue is 0, 10, 20, 30 in both rows,
// green 50, red the row's number times 100, and the fourth byte 255.
#include <math.h>
#include <string.h>

#include <vector>

#include "check.h"
#include "venus.h"

using namespace std;
using namespace magik::venus;

static int blue(const Tensor& image, int x, int y) { return image.data<uint8_t>()[y * image.step(1) + x * 4]; }
static int red(const Tensor& image, int x, int y) { return image.data<uint8_t>()[y * image.step(1) + x * 4 + 2]; }

static BsExtendParam bgra_param() {
  BsExtendParam param;
  param.in_layout = ChannelLayout::BGRA;
  param.out_layout = ChannelLayout::BGRA;
  param.pad_type = BsPadType::NONE;
  param.pad_val = 0;
  return param;
}

static BsCommonParam common_param() {
  BsCommonParam param;
  param.in_layout = ChannelLayout::BGRA;
  param.out_layout = ChannelLayout::BGRA;
  param.pad_type = BsPadType::NONE;
  param.pad_val = 0;
  param.input_height = 2;
  param.input_width = 4;
  param.input_line_stride = 16;
  return param;
}

// 4x2 stretched to 8x2: pixel centres at half-integers give 0, 2.5, 7.5, 12.5, 17.5, 22.5, 27.5, 30.
static bool is_stretched(const Tensor& image) {
  const float expected[8] = {0, 2.5f, 7.5f, 12.5f, 17.5f, 22.5f, 27.5f, 30};
  for (int x = 0; x < 8; x++) {
    if (fabsf(blue(image, x, 0) - expected[x]) > 0.51f || red(image, x, 1) != 100) return false;
  }
  return true;
}
// Into 4x4 with fill 7.
static bool is_at_top(const Tensor& image) {
  return blue(image, 3, 0) == 30 && red(image, 0, 1) == 100 && blue(image, 0, 2) == 7 && red(image, 3, 3) == 7;
}
static bool is_in_middle(const Tensor& image) {
  return blue(image, 0, 0) == 7 && blue(image, 3, 1) == 30 && red(image, 0, 2) == 100 && red(image, 3, 3) == 7;
}
// Columns 2 and 3 as 2x2.
static bool is_right_half(const Tensor& image) {
  return blue(image, 0, 0) == 20 && blue(image, 1, 1) == 30 && red(image, 0, 0) == 0 && red(image, 1, 1) == 100;
}
// One pixel to the right; the first column comes from outside and is black.
static bool is_moved(const Tensor& image) {
  return blue(image, 0, 0) == 0 && red(image, 0, 1) == 0 && blue(image, 1, 0) == 0 && blue(image, 3, 1) == 20 &&
         red(image, 1, 1) == 100;
}

static void test_resize(Tensor& image, const void* pixels) {
  BsExtendParam param = bgra_param();
  BsCommonParam common = common_param();
  Tensor wide({1, 2, 8, 4}), square({1, 4, 4, 4});
  CHECK(warp_resize(image, wide, &param) == 0 && is_stretched(wide));
  memset(wide.mudata<uint8_t>(), 1, 64);
  CHECK(common_resize(pixels, wide, AddressLocate::NMEM_VIRTUAL, &common) == 0 && is_stretched(wide));
  memset(wide.mudata<uint8_t>(), 1, 64);
  CHECK(warp_resize_bgra(image, wide, PaddingType::NONE, 0) == 0 && is_stretched(wide));

  param.pad_val = 7;
  param.pad_type = BsPadType::BOTTOM_RIGHT;
  CHECK(warp_resize(image, square, &param) == 0 && is_at_top(square));
  param.pad_type = BsPadType::SYMMETRY;
  CHECK(warp_resize(image, square, &param) == 0 && is_in_middle(square));
  CHECK(warp_resize_bgra(image, square, PaddingType::BOTTOM_RIGHT, 7) == 0 && is_at_top(square));
  CHECK(warp_resize_bgra(image, square, PaddingType::SYMMETRY, 7) == 0 && is_in_middle(square));

  param = bgra_param();
  vector<Tensor> crops(1, Tensor({1, 2, 2, 4}));
  vector<Bbox_t> boxes = {{2, 0, 4, 2}};
  CHECK(crop_resize(image, crops, boxes, &param) == 0 && is_right_half(crops[0]));
  memset(crops[0].mudata<uint8_t>(), 1, 16);
  CHECK(crop_common_resize(pixels, crops, boxes, AddressLocate::NMEM_VIRTUAL, &common) == 0);
  CHECK(is_right_half(crops[0]));
  memset(crops[0].mudata<uint8_t>(), 1, 16);
  CHECK(crop_resize_bgra(image, crops, boxes, PaddingType::NONE, 0) == 0 && is_right_half(crops[0]));
}

static void test_transforms(Tensor& image, const void* pixels) {
  BsExtendParam param = bgra_param();
  BsCommonParam common = common_param();
  Tensor moved({1, 2, 4, 4});
  const float move[9] = {1, 0, 1, 0, 1, 0, 0, 0, 1}, stay[9] = {1, 0, 0, 0, 1, 0, 0, 0, 1};
  Tensor matrix({1, 3, 3, 1});
  memcpy(matrix.mudata<float>(), move, sizeof(move));
  const AddressLocate here = AddressLocate::NMEM_VIRTUAL;
  CHECK(warp_affine(image, moved, matrix, &param) == 0 && is_moved(moved));
  memset(moved.mudata<uint8_t>(), 1, 32);
  CHECK(warp_perspective(image, moved, matrix, &param) == 0 && is_moved(moved));
  memset(moved.mudata<uint8_t>(), 1, 32);
  CHECK(common_affine(pixels, moved, matrix, here, &common) == 0 && is_moved(moved));
  memset(moved.mudata<uint8_t>(), 1, 32);
  CHECK(common_perspective(pixels, moved, matrix, here, &common) == 0 && is_moved(moved));
  memset(moved.mudata<uint8_t>(), 1, 32);
  CHECK(warp_affine_bgra(image, moved, matrix) == 0 && is_moved(moved));
  memset(moved.mudata<uint8_t>(), 1, 32);
  CHECK(warp_perspective_bgra(image, moved, matrix) == 0 && is_moved(moved));

  vector<Tensor> crops(1, Tensor({1, 2, 2, 4})), matrices(1, Tensor({1, 3, 3, 1}));
  memcpy(matrices[0].mudata<float>(), stay, sizeof(stay));
  vector<Bbox_t> boxes(1, Bbox_t{2, 0, 4, 2});
  CHECK(crop_affine(image, crops, matrices, boxes, &param) == 0 && is_right_half(crops[0]));
  memset(crops[0].mudata<uint8_t>(), 1, 16);
  CHECK(crop_perspective(image, crops, matrices, boxes, &param) == 0 && is_right_half(crops[0]));
  memset(crops[0].mudata<uint8_t>(), 1, 16);
  CHECK(crop_common_affine(pixels, crops, matrices, boxes, here, &common) == 0 && is_right_half(crops[0]));
  memset(crops[0].mudata<uint8_t>(), 1, 16);
  CHECK(crop_common_perspective(pixels, crops, matrices, boxes, here, &common) == 0 && is_right_half(crops[0]));
  memset(crops[0].mudata<uint8_t>(), 1, 16);
  CHECK(crop_affine_bgra(image, crops, matrices, boxes) == 0 && is_right_half(crops[0]));
  memset(crops[0].mudata<uint8_t>(), 1, 16);
  CHECK(crop_perspective_bgra(image, crops, matrices, boxes) == 0 && is_right_half(crops[0]));
}

static bool is_matrix(const float* matrix, const float* expected, int count) {
  for (int i = 0; i < count; i++) {
    if (fabsf(matrix[i] - expected[i]) > 1e-5f) return false;
  }
  return true;
}

static void test_matrices() {
  // Twice as large, then by (1, 3).
  const float from[8] = {0, 0, 2, 0, 0, 2, 2, 2}, to[8] = {1, 3, 5, 3, 1, 7, 5, 7};
  const float expected[9] = {2, 0, 1, 0, 2, 3, 0, 0, 1};
  Tensor src({1, 3, 2, 1}), dst({1, 3, 2, 1}), out({1, 3, 3, 1}), affine({3, 2});
  memcpy(src.mudata<float>(), from, 6 * sizeof(float));
  memcpy(dst.mudata<float>(), to, 6 * sizeof(float));
  CHECK(similar_transform(src, dst, out) == 0 && is_matrix(out.data<float>(), expected, 9));
  CHECK(get_affine_transform(src, dst, affine, TransformType::NONE) == 0);
  CHECK(is_matrix(affine.data<float>(), expected, 6));
  Tensor src4({1, 4, 2, 1}), dst4({1, 4, 2, 1}), out4({1, 3, 3, 1});
  memcpy(src4.mudata<float>(), from, sizeof(from));
  memcpy(dst4.mudata<float>(), to, sizeof(to));
  CHECK(get_perspective_transform(src4, dst4, out4, TransformType::NV12_NV12) == 0);
  CHECK(is_matrix(out4.data<float>(), expected, 9));
  // A quarter turn about (2, 1): (3, 1) goes to (2, 0).
  float turn[6];
  const float quarter[6] = {0, 1, 1, -1, 0, 3};
  CHECK(get_affine_rotation_matrix(90, 1, 2, 1, turn) == 0 && is_matrix(turn, quarter, 6));
}

static void test_layouts() {
  // One colour of RGB in other layouts; the fourth byte is 255 where there was none.
  Tensor rgb({1, 2, 2, 3}), argb({1, 2, 2, 4}), gray({1, 2, 2, 1});
  for (int i = 0; i < 4; i++) {
    uint8_t* pixel = rgb.mudata<uint8_t>() + 3 * i;
    pixel[0] = 200;
    pixel[1] = 100;
    pixel[2] = 50;
  }
  BsExtendParam param = bgra_param();
  param.in_layout = ChannelLayout::RGB;
  param.out_layout = ChannelLayout::ARGB;
  CHECK(warp_resize(rgb, argb, &param) == 0);
  const uint8_t* pixel = argb.data<uint8_t>();
  CHECK(pixel[0] == 255 && pixel[1] == 200 && pixel[2] == 100 && pixel[3] == 50);
  param.out_layout = ChannelLayout::GRAY;
  CHECK(warp_resize(rgb, gray, &param) == 0);
  CHECK(abs(gray.data<uint8_t>()[3] - 124) <= 1);  // 59.8 + 58.7 + 5.7

  // Other coefficients: only luma, once, from 0.
  Tensor frame({1, 2, 2, 1}), bgra({1, 2, 2, 4});
  memset(frame.mudata<uint8_t>(), 77, 6);
  param.in_layout = ChannelLayout::NV12;
  param.out_layout = ChannelLayout::BGRA;
  param.coef_off_enable = true;
  memset(param.coef, 0, sizeof(param.coef));
  param.coef[0] = param.coef[3] = param.coef[6] = 1 << 20;
  param.offset[0] = 0;
  param.offset[1] = 128;
  CHECK(warp_resize(frame, bgra, &param) == 0);
  CHECK(bgra.data<uint8_t>()[0] == 77 && bgra.data<uint8_t>()[1] == 77 && bgra.data<uint8_t>()[2] == 77);
}

int main() {
  CHECK(venus_init() == 0);
  Tensor image({1, 2, 4, 4});
  for (int y = 0; y < 2; y++) {
    for (int x = 0; x < 4; x++) {
      const uint8_t pixel[4] = {(uint8_t)(x * 10), 50, (uint8_t)(y * 100), 255};
      memcpy(image.mudata<uint8_t>() + y * 16 + x * 4, pixel, 4);
    }
  }
  test_resize(image, image.data<uint8_t>());
  test_transforms(image, image.data<uint8_t>());
  test_matrices();
  test_layouts();
  CHECK(venus_deinit() == 0);
  printf("image_processing: all values as expected\n");
  return 0;
}

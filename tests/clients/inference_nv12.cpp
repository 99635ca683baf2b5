// A camera's NV12 frames: networks that take them, conversion, letterboxing, and transforms of them.
//   inference_nv12 rgb.bin     (see inference.cpp)
// All frames have Y 116, U 138, V 108, which is R 84, G 129, B 137 by BT.601:
//   1.164 * 100 = 116.4;  R - 1.596 * 20;  G - 0.391 * 10 + 0.813 * 20;  B + 2.018 * 10
#include <string.h>

#include <memory>
#include <vector>

#include "check.h"
#include "venus.h"

using namespace magik::venus;

static void fill_frame(uint8_t* frame, int w, int h, int stride) {
  memset(frame, 116, stride * h);
  for (int i = 0; i < stride * h / 2; i += 2) {
    frame[stride * h + i] = 138;
    frame[stride * h + i + 1] = 108;
  }
  for (int y = 0; y < h * 3 / 2; y++) {
    memset(frame + y * stride + w, 0, stride - w);  // what is behind the rows does not count
  }
}

static bool is_color(const Tensor& image, int x, int y) {
  const uint8_t* p = image.data<uint8_t>() + y * image.step(1) + x * 4;
  return p[0] == 137 && p[1] == 129 && p[2] == 84 && p[3] == 255;
}
static bool is_gray(const Tensor& image, int x, int y, int value) {
  const uint8_t* p = image.data<uint8_t>() + y * image.step(1) + x * 4;
  return p[0] == value && p[1] == value && p[2] == value;
}

static void test_network(const char* path) {
  std::unique_ptr<BaseNet> net = net_create(TensorFormat::NV12);
  CHECK(net->load_model(path) == 0);
  std::string name = "data";
  CHECK(net->get_input_channel_layout(name) == ChannelLayout::NV12);
  std::unique_ptr<Tensor> input = net->get_input(0);
  CHECK(input->shape() == (shape_t{1, 4, 6, 1}));
  fill_frame(input->mudata<uint8_t>(), 6, 4, 6);
  CHECK(net->run() == 0);
  const float* mean = net->get_output(0)->data<float>();
  CHECK(mean[0] == 84 / 2.0f + 1 && mean[1] == 129 / 2.0f + 1 && mean[2] == 137 / 2.0f + 1);
  input->reshape({1, 8, 2, 1});
  fill_frame(input->mudata<uint8_t>(), 2, 8, 2);
  CHECK(net->run() == 0);
  CHECK(net->get_output(1)->shape() == (shape_t{1, 8, 2, 3}));
  CHECK(net->get_output(0)->data<float>()[0] == 43);
}

int main(int argc, char** argv) {
  CHECK(argc == 2);
  CHECK(venus_init() == 0);
  test_network(argv[1]);

  // 8x4 pixels.
  Tensor frame({1, 4, 8, 1}, TensorFormat::NV12);
  fill_frame(frame.mudata<uint8_t>(), 8, 4, 8);
  Tensor bgra({1, 4, 8, 4});
  CHECK(warp_covert_nv2bgr(frame, bgra) == 0);
  CHECK(is_color(bgra, 0, 0) && is_color(bgra, 7, 3));

  // Into 8x8: the content is 8x4, at the top or between 2 rows of fill above and below.
  Tensor box({1, 8, 8, 4});
  CHECK(warp_resize_nv12(frame, box, true, PaddingType::BOTTOM_RIGHT, 7) == 0);
  CHECK(is_color(box, 0, 0) && is_color(box, 7, 3) && is_gray(box, 0, 4, 7) && is_gray(box, 7, 7, 7));
  CHECK(warp_resize_nv12(frame, box, true, PaddingType::SYMMETRY, 9) == 0);
  CHECK(is_gray(box, 3, 1, 9) && is_color(box, 0, 2) && is_color(box, 7, 5) && is_gray(box, 0, 6, 9));
  CHECK(warp_resize_nv12(frame, box, true) == 0);
  CHECK(is_color(box, 0, 0) && is_color(box, 7, 7));

  // NV12 stays NV12; fill 0 is luma 16, chroma 128.
  Tensor small({1, 4, 4, 1}, TensorFormat::NV12);
  CHECK(warp_resize_nv12(frame, small, false, PaddingType::BOTTOM_RIGHT, 0) == 0);
  const uint8_t* nv12 = small.data<uint8_t>();
  CHECK(nv12[0] == 116 && nv12[7] == 116 && nv12[8] == 16 && nv12[15] == 16);
  CHECK(nv12[16] == 138 && nv12[17] == 108 && nv12[20] == 128 && nv12[23] == 128);

  // The frame in the camera's own memory, whose rows are 16 bytes apart.
  uint8_t* camera = (uint8_t*)nmem_memalign(64, 16 * 4 * 3 / 2);
  fill_frame(camera, 8, 4, 16);
  CHECK(common_resize_nv12(camera, box, 4, 8, 16, true, PaddingType::NONE, 0, AddressLocate::NMEM_VIRTUAL) == 0);
  CHECK(is_color(box, 0, 0) && is_color(box, 7, 7));
  CHECK(common_resize_nv12(camera, box, 4, 8, 16, true, PaddingType::NONE, 0, AddressLocate::RMEM_PHYSICAL) != 0);
  nmem_free(camera);

  // Two boxes; the second leaves the frame on the right by half.
  std::vector<Tensor> crops;
  crops.push_back(Tensor({1, 4, 4, 4}));
  crops.push_back(Tensor({1, 4, 4, 4}));
  std::vector<Bbox_t> boxes = {{2, 0, 6, 4}, {6, 0, 10, 4}};
  CHECK(crop_resize_nv12(frame, crops, boxes, true, PaddingType::NONE, 0) == 0);
  CHECK(is_color(crops[0], 3, 3) && is_color(crops[1], 1, 3) && is_gray(crops[1], 3, 0, 0));

  // Moved by 4 pixels to the right: the left half is black.
  Tensor affine({1, 2, 3, 1}), perspective({1, 3, 3, 1});
  const float move[9] = {1, 0, 4, 0, 1, 0, 0, 0, 1};
  memcpy(affine.mudata<float>(), move, 6 * sizeof(float));
  memcpy(perspective.mudata<float>(), move, sizeof(move));
  CHECK(warp_affine_nv12(frame, bgra, affine, true) == 0);
  CHECK(is_gray(bgra, 0, 0, 0) && is_color(bgra, 5, 0) && is_color(bgra, 7, 3));
  CHECK(warp_perspective_nv12(frame, bgra, perspective, true) == 0);
  CHECK(is_gray(bgra, 0, 0, 0) && is_color(bgra, 5, 0) && is_color(bgra, 7, 3));

  // Of a box: coordinates inside of it.
  const float stay[9] = {1, 0, 0, 0, 1, 0, 0, 0, 1};
  std::vector<Tensor> matrices(1, Tensor({1, 3, 3, 1}));
  memcpy(matrices[0].mudata<float>(), stay, sizeof(stay));
  crops.resize(1, Tensor({1, 4, 4, 4}));
  boxes.resize(1);
  CHECK(crop_affine_nv12(frame, crops, matrices, true, boxes) == 0);
  CHECK(is_color(crops[0], 0, 0) && is_color(crops[0], 3, 3));
  memset(crops[0].mudata<uint8_t>(), 0, 64);
  CHECK(crop_perspective_nv12(frame, crops, matrices, true, boxes) == 0);
  CHECK(is_color(crops[0], 0, 0) && is_color(crops[0], 3, 3));

  CHECK(venus_deinit() == 0);
  printf("inference_nv12: all values as expected\n");
  return 0;
}

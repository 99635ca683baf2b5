// A network from a file: inputs and outputs by index and name, whole runs and steps, another input size.
//   inference rgb.bin bgr.bin gray.bin floats.bin
// The pixel models: "data" 4x6, x / 2 + 1 -> "scaled", its mean over the picture -> "mean". Outputs: "mean", "scaled".
// floats.bin: "x" {1, 4} -> Relu -> "y" {2, 2}.
#include <math.h>
#include <string.h>

#include <memory>
#include <string>
#include <vector>

#include "check.h"
#include "venus.h"

using namespace std;
using namespace magik::venus;

// Pixels of the same 4 bytes.
static void fill_pixels(Tensor& input, uint8_t r, uint8_t g, uint8_t b, uint8_t a) {
  shape_t shape = input.shape();
  uint8_t* data = input.mudata<uint8_t>();
  const uint8_t pixel[4] = {r, g, b, a};
  for (int i = 0; i < shape[1] * shape[2]; i++) {
    memcpy(data + i * 4, pixel, 4);
  }
}

static void test_rgb(const char* path) {
  unique_ptr<BaseNet> net = net_create(TensorFormat::NHWC);
  int ret = net->load_model(path);
  CHECK(ret == 0);

  vector<string> inputs = net->get_input_names();
  vector<string> outputs = net->get_output_names();
  CHECK(inputs.size() == 1 && inputs[0] == "data");
  CHECK(outputs.size() == 2 && outputs[0] == "mean" && outputs[1] == "scaled");
  CHECK(net->get_input_channel_layout(inputs[0]) == ChannelLayout::RGBA);

  unique_ptr<Tensor> input = net->get_input(0);
  shape_t rgba_shape = input->shape();
  CHECK(rgba_shape == (shape_t{1, 4, 6, 4}));
  CHECK(input->data_type() == DataType::UINT8);
  CHECK(input->step(1) == 24 && input->step(2) == 4 && input->step(3) == 1);
  CHECK((size_t)input->mudata<uint8_t>() % 64 == 0);
  fill_pixels(*input, 10, 20, 30, 99);
  ret = net->run();
  CHECK(ret == 0);

  unique_ptr<const Tensor> mean = net->get_output(0);
  CHECK(mean->shape() == (shape_t{1, 1, 1, 3}));
  CHECK(mean->data_type() == DataType::FP32);
  const float* values = mean->data<float>();
  CHECK(values[0] == 6 && values[1] == 11 && values[2] == 16);
  unique_ptr<const Tensor> scaled = net->get_output_by_name(outputs[1]);
  CHECK(scaled->shape() == (shape_t{1, 4, 6, 3}));
  for (int i = 0; i < 4 * 6; i++) {
    CHECK(scaled->data<float>()[3 * i] == 6 && scaled->data<float>()[3 * i + 2] == 16);
  }

  // Part by part: the outputs of a step are there after it.
  net->set_profiler_per_frame(false);
  fill_pixels(*net->get_input_by_name(inputs[0]), 2, 4, 6, 0);
  CHECK(net->steps() > 1);
  vector<string> done;
  for (int i = 0; i < net->steps(); i++) {
    CHECK(net->run_step() == 0);
    vector<string> names = net->get_output_names_step(i);
    for (size_t k = 0; k < names.size(); k++) {
      CHECK(net->get_output_by_name(names[k])->data<float>()[2] == 4);
      done.push_back(names[k]);
    }
  }
  CHECK(done.size() == 2 && done[0] == "scaled" && done[1] == "mean");

  // Another size.
  input->reshape({1, 2, 8, 4});
  fill_pixels(*input, 100, 0, 255, 7);
  CHECK(net->run() == 0);
  CHECK(net->get_output(1)->shape() == (shape_t{1, 2, 8, 3}));
  values = net->get_output(0)->data<float>();
  CHECK(values[0] == 51 && values[1] == 1 && values[2] == 128.5f);
  shape_t back = {1, 4, 6, 4};
  input->reshape(back);
  CHECK(input->shape() == back);

  // The client's own pixels, read at each run.
  vector<uint8_t> pixels(4 * 6 * 4, 40);
  CHECK(input->set_data(pixels.data(), pixels.size()) == 0);
  CHECK(net->run() == 0);
  CHECK(net->get_output(0)->data<float>()[1] == 21);

  net->set_input_channel_layout("data", ChannelLayout::BGRA);
  CHECK(net->get_input_channel_layout(inputs[0]) == ChannelLayout::BGRA);
  net->set_internal_mm_status(false);
  CHECK(!net->get_internal_mm_status());
}

static void test_other_colors(const char* bgr, const char* gray) {
  string name = "data";
  unique_ptr<BaseNet> net = net_create();
  CHECK(net->load_model(bgr) == 0);
  CHECK(net->get_input_channel_layout(name) == ChannelLayout::BGRA);
  fill_pixels(*net->get_input(0), 200, 100, 50, 0);  // B, G, R
  CHECK(net->run() == 0);
  CHECK(net->get_output(0)->data<float>()[0] == 101 && net->get_output(0)->data<float>()[2] == 26);

  net = net_create();
  CHECK(net->load_model(gray) == 0);
  CHECK(net->get_input_channel_layout(name) == ChannelLayout::GRAY);
  CHECK(net->get_input(0)->shape() == (shape_t{1, 4, 6, 1}));
  uint8_t picture[24];
  for (int i = 0; i < 24; i++) {
    picture[i] = i;  // the mean is 11.5
  }
  memcpy(net->get_input(0)->mudata<uint8_t>(), picture, sizeof(picture));
  CHECK(net->run() == 0);
  CHECK(fabsf(net->get_output(0)->data<float>()[0] - 6.75f) < 1e-5f);
}

static void test_floats(const char* path) {
  unique_ptr<BaseNet> net = net_create();
  CHECK(net->load_model(path) == 0);
  unique_ptr<Tensor> input = net->get_input(0);
  CHECK(input->shape() == (shape_t{1, 4}) && input->data_type() == DataType::FP32);
  const float x[4] = {-1, 2.5f, -3, 4};
  memcpy(input->mudata<float>(), x, sizeof(x));
  CHECK(net->run() == 0);
  unique_ptr<const Tensor> y = net->get_output(0);
  CHECK(y->shape() == (shape_t{2, 2}));
  CHECK(y->data<float>()[0] == 0 && y->data<float>()[1] == 2.5f && y->data<float>()[3] == 4);
}

static void test_tensors() {
  Tensor points({1, 3, 2, 1});
  memset(points.mudata<float>(), 0, 9 * sizeof(float));  // there is room for a 3x3 matrix
  shape_t shape = {1, 2, 2, 4};
  Tensor image(shape, TensorFormat::NHWC);
  image.mudata<uint8_t>()[15] = 3;
  Tensor same(image), internal(image.get_tsx()), constant((const void*)image.get_tsx());
  CHECK(same.data<uint8_t>()[15] == 3 && internal.data<uint8_t>() == constant.data<uint8_t>());
  uint8_t memory[64] = {5};
  Tensor mine(memory, sizeof(memory));
  mine.reshape({1, 4, 4, 4});
  image = mine;
  CHECK(image.data<uint8_t>() == memory && image.data<uint8_t>()[0] == 5);
  same.free_data();
  CHECK(same.data<uint8_t>() == NULL);
}

int main(int argc, char** argv) {
  CHECK(argc == 5);
  int ret = venus_init();
  CHECK(ret == 0);
  CHECK(venus_check() == 0);
  CHECK(venus_get_version_info() != 0);
  CHECK(venus_lock() == 0);
  test_rgb(argv[1]);
  test_other_colors(argv[2], argv[3]);
  test_floats(argv[4]);
  test_tensors();
  CHECK(venus_unlock() == 0);
  ret = venus_deinit();
  CHECK(ret == 0);
  printf("inference: all values as expected\n");
  return 0;
}

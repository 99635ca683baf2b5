// Classifies a picture: BIN MODEL IMAGE
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <numeric>
#include <vector>

#include "image.h"
#include "venus.h"

namespace {

// Stretches the picture to the network's input, or copies a raw input that has its size.
bool fill_input(const venus::Tensor& image, bool raw, venus::Tensor& input) {
  const venus::shape_t shape = input.shape();
  std::printf("input shape: %d %d %d %d\n", shape[0], shape[1], shape[2], shape[3]);
  if (!raw) {
    venus::BsExtendParam param;
    param.in_layout = venus::ChannelLayout::RGBA;
    param.out_layout = venus::ChannelLayout::RGBA;
    param.pad_type = venus::BsPadType::NONE;
    return warp_resize(image, input, &param) == 0;
  }
  if (image.shape() != shape) {
    std::fprintf(stderr, "the raw input has another size than the network's input\n");
    return false;
  }
  std::memcpy(input.mudata<std::uint8_t>(), image.data<std::uint8_t>(),
              static_cast<std::size_t>(shape[1]) * shape[2] * shape[3]);
  return true;
}

void print_best(const std::vector<float>& scores, std::size_t count) {
  const float largest = *std::max_element(scores.begin(), scores.end());
  float sum = 0;
  for (float score : scores) sum += std::exp(score - largest);
  std::vector<int> order(scores.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return scores[a] > scores[b]; });
  order.resize(std::min(count, order.size()));
  for (int id : order)
    std::printf("class: %d score: %.4f probability: %.4f\n", id, scores[id], std::exp(scores[id] - largest) / sum);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: %s MODEL.bin IMAGE\n", argv[0]);
    return 2;
  }
  const std::unique_ptr<venus::Tensor> image = read_image(argv[2]);
  if (!image) return 1;
  std::printf("image w,h: %d ,%d\n", image->shape()[2], image->shape()[1]);

  if (venus::venus_init() != 0) return 1;
  std::unique_ptr<venus::BaseNet> net = venus::net_create(venus::TensorFormat::NHWC);
  if (net->load_model(argv[1]) != 0) return 1;

  const std::unique_ptr<venus::Tensor> input = net->get_input(0);
  if (!fill_input(*image, is_raw_input(argv[2]), *input)) return 1;
  const auto start = std::chrono::steady_clock::now();
  if (net->run() != 0) return 1;
  const std::chrono::duration<double, std::milli> time = std::chrono::steady_clock::now() - start;
  std::printf("test_net run time_ms:%fms\n", time.count());

  const std::unique_ptr<const venus::Tensor> output = net->get_output(0);
  int classes = 1;
  for (int extent : output->shape()) classes *= extent;
  const float* scores = output->data<float>();
  print_best(std::vector<float>(scores, scores + classes), 5);

  net.reset();
  return venus::venus_deinit();
}

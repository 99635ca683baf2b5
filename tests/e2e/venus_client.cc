#include "venus_client.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

namespace magik::e2e {

NetPtr load_net(const std::string& path) {
  NetPtr net = venus::net_create();
  if (net->load_model(path.c_str()) != 0) throw std::runtime_error("cannot load " + path);
  return net;
}

void fill_input(const venus::Tensor& input, const transform::Image& image) {
  const venus::shape_t shape = input.shape();
  const size_t pixels = static_cast<size_t>(image.width) * static_cast<size_t>(image.height);
  const auto channels = static_cast<size_t>(image.channels), stride = static_cast<size_t>(shape.at(3));
  ASSERT_EQ(shape, (venus::shape_t{1, image.height, image.width, channels == 1 ? 1 : 4}));
  auto* to = input.mudata<uint8_t>();
  for (size_t i = 0; i < pixels; ++i) {
    for (size_t c = 0; c < stride; ++c) to[i * stride + c] = c < channels ? image.pixels[i * channels + c] : 77;
  }
}

std::vector<float> values_of(const venus::Tensor& tensor) {
  size_t count = 1;
  for (const int32_t dim : tensor.shape()) count *= static_cast<size_t>(dim);
  const auto* data = tensor.data<float>();
  return {data, data + count};
}

std::vector<std::vector<float>> run_net(venus::BaseNet& net) {
  EXPECT_EQ(net.run(), 0);
  std::vector<std::vector<float>> outputs;
  for (std::string& name : net.get_output_names()) {
    outputs.push_back(values_of(*net.get_output(static_cast<int>(outputs.size()))));
    EXPECT_EQ(values_of(*net.get_output_by_name(name)), outputs.back()) << name;
  }
  return outputs;
}

size_t best_class(const std::vector<float>& scores) {
  return static_cast<size_t>(std::max_element(scores.begin(), scores.end()) - scores.begin());
}

}  // namespace magik::e2e

// Two networks, each in a thread of its own, give what they give alone.
//   two_networks MODEL MODEL [--seconds N]
#include <string.h>

#include <chrono>
#include <memory>
#include <thread>
#include <vector>

#include "check.h"
#include "venus.h"
#include "venus_ext.h"

static const int kPictures = 4;

typedef std::vector<std::vector<float> > Outputs;

static size_t elements(const venus::Tensor& tensor) {
  size_t count = 1;
  for (int32_t dim : tensor.shape()) {
    count *= dim;
  }
  return count;
}

static Outputs run_picture(venus::BaseNet& net, int number) {
  std::unique_ptr<venus::Tensor> input = net.get_input(0);
  uint32_t random = number + 1;
  for (size_t i = 0; i < elements(*input); i++) {
    random = random * 1664525 + 1013904223;
    if (input->data_type() == magik::venus::DataType::UINT8) {
      input->mudata<uint8_t>()[i] = random >> 24;
    } else {
      input->mudata<float>()[i] = (random >> 8) / 16777216.0f;
    }
  }
  CHECK(net.run() == 0);
  Outputs outputs;
  for (size_t i = 0; i < net.get_output_names().size(); i++) {
    std::unique_ptr<const venus::Tensor> output = net.get_output(i);
    const float* data = output->data<float>();
    outputs.push_back(std::vector<float>(data, data + elements(*output)));
  }
  return outputs;
}

static std::unique_ptr<venus::BaseNet> load(const char* path) {
  std::unique_ptr<venus::BaseNet> net =
      venus::net_create(magik::venus::TensorFormat::NHWC, magik::venus::ShareMemoryMode::SHARE_ONE_THREAD);
  if (net->load_model(path) != 0) {
    fprintf(stderr, "%s: %s\n", path, magik::venus::venus_last_error());
    exit(1);
  }
  return net;
}

static void run_for(const char* path, const std::vector<Outputs>* expected, int seconds, long* runs) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  std::unique_ptr<venus::BaseNet> net = load(path);
  do {
    const int number = *runs % kPictures;
    CHECK(run_picture(*net, number) == (*expected)[number]);
    ++*runs;
    if (*runs % 100 == 0) {
      net = load(path);  // loading beside the other's runs
    }
  } while (std::chrono::steady_clock::now() < end || *runs < kPictures);
}

int main(int argc, char** argv) {
  CHECK(argc == 3 || (argc == 5 && strcmp(argv[3], "--seconds") == 0));
  const int seconds = argc == 5 ? atoi(argv[4]) : 3;
  CHECK(venus::venus_init() == 0);
  CHECK(magik::venus::venus_set_threads(2) == 0);
  std::vector<Outputs> expected[2];
  for (int n = 0; n < 2; n++) {
    std::unique_ptr<venus::BaseNet> net = load(argv[1 + n]);
    for (int i = 0; i < kPictures; i++) {
      expected[n].push_back(run_picture(*net, i));
    }
  }
  long runs[2] = {0, 0};
  std::thread other(run_for, argv[2], &expected[1], seconds, &runs[1]);
  run_for(argv[1], &expected[0], seconds, &runs[0]);
  other.join();
  CHECK(venus::venus_deinit() == 0);
  printf("two_networks: %ld and %ld runs, all values as expected\n", runs[0], runs[1]);
  return 0;
}

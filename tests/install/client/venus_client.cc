// A program outside of the project's tree.
//   venus_client digits.bin
#include <algorithm>
#include <cstdio>
#include <cstring>

#include "digit.h"
#include "venus.h"

int main(int argc, char** argv) {
  if (argc != 2 || venus::venus_init() != 0) return 1;
  std::unique_ptr<venus::BaseNet> net = venus::net_create();
  if (net->load_model(argv[1]) != 0) return 1;
  std::memcpy(net->get_input(0)->mudata<uint8_t>(), kThree, sizeof kThree);
  if (net->run() != 0) return 1;
  const float* scores = net->get_output(0)->data<float>();
  std::printf("libvenus sees a %d\n", static_cast<int>(std::max_element(scores, scores + 10) - scores));
  return venus::venus_deinit();
}

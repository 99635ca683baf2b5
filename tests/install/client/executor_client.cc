// The same with the executor.
//   executor_client digits.bin
#include <algorithm>
#include <cstdio>
#include <cstring>

#include "digit.h"
#include "graph_executor.h"

using namespace magik::transformkit::magikexecutor;

int main(int argc, char** argv) {
  if (argc != 2) return 1;
  GraphExecutor executor(argv[1]);
  Tensor picture({1, 8, 8, 1}, Tensor::DT_UINT8);
  std::memcpy(picture.get_mutable_ptr(), kThree, sizeof kThree);
  if (!executor.set_input(&picture) || !executor.work()) return 1;
  const Tensor* output = executor.get_output_tensor(executor.get_output_names()[0]);
  const float* scores = &output->data<float>(0);
  std::printf("the executor sees a %d\n", static_cast<int>(std::max_element(scores, scores + 10) - scores));
  return 0;
}

// Where models and intermediate values live.
//   memory_modes rgb.bin packed.bin OFFSET
// packed.bin has the model of rgb.bin behind OFFSET other bytes; magik_model_rgb.mk.h holds it too (see inference.cpp).
#include <string.h>

#include <memory>
#include <thread>
#include <vector>

#include "check.h"
#include "magik_model_rgb.mk.h"
#include "venus.h"

static float run_with(venus::BaseNet& net, int value) {
  std::unique_ptr<venus::Tensor> input = net.get_input(0);
  memset(input->mudata<uint8_t>(), value, 4 * 6 * 4);
  CHECK(net.run() == 0);
  return net.get_output(0)->data<float>()[0];
}

static void test_modes(const char* path) {
  const venus::ShareMemoryMode modes[] = {venus::ShareMemoryMode::DEFAULT, venus::ShareMemoryMode::SHARE_ONE_THREAD,
                                          venus::ShareMemoryMode::ALL_SEPARABLE_MEM,
                                          venus::ShareMemoryMode::SMART_REUSE_MEM};
  for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
    std::unique_ptr<venus::BaseNet> a = venus::net_create(venus::TensorFormat::NHWC, modes[i]);
    std::unique_ptr<venus::BaseNet> b = venus::net_create(venus::TensorFormat::NHWC, modes[i]);
    CHECK(a->load_model(path) == 0 && b->load_model(path) == 0);
    CHECK(run_with(*a, 8) == 5 && run_with(*b, 18) == 10);
    CHECK(a->get_output(0)->data<float>()[0] == 5);
    // Given back memory is there again when it is needed.
    CHECK(a->free_forward_memory() == 0 && a->free_inputs_memory() == 0);
    CHECK(run_with(*a, 28) == 15);
  }
}

static void test_external(const char* path) {
  std::unique_ptr<venus::BaseNet> net =
      venus::net_create(venus::TensorFormat::NHWC, venus::ShareMemoryMode::SET_FROM_EXTERNAL);
  CHECK(net->load_model(path) == 0);
  size_t size = 0;
  CHECK(net->get_forward_memory_size(size) == 0);
  CHECK(size > 0);
  const uint32_t before = venus::venus_get_used_mem_size();
  char* memory = (char*)venus::nmem_memalign(64, size + 64);
  CHECK(memory != NULL && (size_t)memory % 64 == 0);
  CHECK(venus::venus_get_used_mem_size() >= before + size + 64);
  memset(memory, 0x5a, size + 64);
  CHECK(net->set_forward_memory(memory) == 0);
  CHECK(run_with(*net, 38) == 20);
  for (int i = 0; i < 64; i++) {
    CHECK(memory[size + i] == 0x5a);  // the size is exact
  }
  CHECK(net->free_forward_memory() == 0);
  venus::nmem_free(memory);
}

static void test_memory_models(const char* packed, int offset) {
  std::unique_ptr<venus::BaseNet> net = venus::net_create();
  CHECK(net->load_model(packed, false, offset) == 0);
  CHECK(run_with(*net, 48) == 25);

  MagikModelRgbMk model;
  net = venus::net_create();
  CHECK(net->load_model((const char*)model.data, true) == 0);
  CHECK(run_with(*net, 58) == 30);

  std::vector<char> shifted(3 + MagikModelRgbMk::size);
  char* from = const_cast<char*>(model.data);
  venus::memcopy(&shifted[3], from, MagikModelRgbMk::size);
  CHECK(net->load_model(shifted.data(), true, 3) == 0);
  CHECK(run_with(*net, 68) == 35);
}

static void run_in_thread(const char* path, int value) {
  std::unique_ptr<venus::BaseNet> net =
      venus::net_create(venus::TensorFormat::NHWC, venus::ShareMemoryMode::SHARE_ONE_THREAD);
  CHECK(net->load_model(path) == 0);
  for (int i = 0; i < 10; i++) {
    CHECK(run_with(*net, value + 2 * i) == value / 2 + i + 1);
  }
}

int main(int argc, char** argv) {
  CHECK(argc == 4);
  CHECK(venus::venus_init(1024 * 1024) == 0);
  void* block = venus::nmem_malloc(1000);
  CHECK(block != NULL);
  memset(block, 1, 1000);
  venus::nmem_free(block);
  test_modes(argv[1]);
  test_external(argv[1]);
  test_memory_models(argv[2], atoi(argv[3]));
  std::thread one(run_in_thread, argv[1], 0), two(run_in_thread, argv[1], 100);
  one.join();
  two.join();
  CHECK(venus::venus_deinit() == 0);
  printf("memory_modes: all values as expected\n");
  return 0;
}

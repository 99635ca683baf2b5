// A client that sets the floating-point modes to its own taste: it is built with -ffast-math, which makes the whole
// program flush subnormals to zero, and it rounds in each direction in turn. run() has to give the same bytes in all
// modes, and the client's mode back. Prints the network's first output in hexadecimal, one line for each mode.
// usage: floating_point_modes MODEL INPUT.bin
#include <cfenv>
#include <cfloat>
#include <cstdint>
#include <cstdio>

#include "venus.h"
#include "venus_ext.h"

namespace {

volatile float smallest = FLT_MIN, half = 0.5f;

bool flushes_subnormals() { return smallest * half == 0; }

size_t elements(const venus::Tensor& tensor) {
  size_t count = 1;
  for (const int32_t dim : tensor.shape()) count *= static_cast<size_t>(dim);
  return count;
}

bool read_input(const char* path, const venus::Tensor& input) {
  std::FILE* file = std::fopen(path, "rb");
  if (file == nullptr) return false;
  const size_t read = std::fread(input.mudata<float>(), sizeof(float), elements(input), file);
  std::fclose(file);
  return read == elements(input);
}

int fail(const char* what) {
  std::printf("%s %s\n", what, venus::venus_last_error());
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return fail("usage: floating_point_modes MODEL INPUT.bin");
  if (!flushes_subnormals()) return fail("-ffast-math does not flush subnormals here: this tests nothing");
  auto network = venus::net_create();
  if (network->load_model(argv[1]) != 0) return fail("cannot load the model:");
  if (!read_input(argv[2], *network->get_input(0))) return fail("cannot read the input");

  for (const int rounding : {FE_TONEAREST, FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO}) {
    std::fesetround(rounding);
    if (network->run() != 0) return fail("run() failed:");
    if (std::fegetround() != rounding) return fail("run() has changed the rounding mode");
    if (!flushes_subnormals()) return fail("run() has switched flushing off");
    const auto output = network->get_output(0);
    const auto* bytes = output->data<uint8_t>();
    for (size_t i = 0; i < elements(*output) * sizeof(float); ++i) std::printf("%02x", bytes[i]);
    std::printf("\n");
  }
  return 0;
}

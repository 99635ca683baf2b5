// Writes images as the bytes of a model's first input, decoded and resized as magik-run does it: boards take no images.
// usage: image_to_bin MODEL IMAGE OUTPUT.bin
#include <cstdio>

#include "run/image_input.h"
#include "venus/core/model_file.h"

namespace {

magik::rt::Status convert(const char* model, const char* image, const char* output) {
  auto graph = magik::rt::load_model_file(model);
  if (!graph.ok()) return graph.take_status();
  const magik::rt::Graph& network = *graph.value();
  const magik::rt::Value& input = network.values[static_cast<size_t>(network.inputs[0])];
  auto bytes = magik::run::load_image(image, input, network.preprocessing[0]);
  if (!bytes.ok()) return bytes.take_status();
  std::FILE* file = std::fopen(output, "wb");
  if (file == nullptr) return magik::rt::Status::error("%s: cannot open the file", output);
  const size_t written = std::fwrite(bytes.value().data(), 1, bytes.value().size(), file);
  if (std::fclose(file) != 0 || written != bytes.value().size()) {
    return magik::rt::Status::error("%s: cannot write the file", output);
  }
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: image_to_bin MODEL IMAGE OUTPUT.bin\n");
    return 1;
  }
  const magik::rt::Status status = convert(argv[1], argv[2], argv[3]);
  if (!status.ok()) std::fprintf(stderr, "ERROR: %s\n", status.message().c_str());
  return status.ok() ? 0 : 1;
}

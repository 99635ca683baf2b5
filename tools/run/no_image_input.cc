#include "run/image_input.h"

namespace magik::run {

rt::Result<std::vector<uint8_t>> load_image(const std::string& file, const rt::Value&, const rt::Preprocessing&) {
  return rt::Status::error("%s: this build reads no images, expected .bin or .npy", file.c_str());
}

}  // namespace magik::run

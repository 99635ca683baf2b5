#include "run/image_input.h"

#include <cstring>
#include <exception>

#include "transform/data/dataset.h"

namespace magik::run {

rt::Result<std::vector<uint8_t>> load_image(const std::string& file, const rt::Value& input,
                                            const rt::Preprocessing& preprocessing) {
  try {
    const transform::InputData data = transform::load_image_input(file, input, preprocessing);
    std::vector<uint8_t> bytes(data.bytes.size());
    std::memcpy(bytes.data(), data.bytes.data(), bytes.size());
    return bytes;
  } catch (const std::exception& error) {
    return rt::Status::error("%s", error.what());
  }
}

}  // namespace magik::run

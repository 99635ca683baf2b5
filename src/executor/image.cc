#include "image.h"

#include <cstring>
#include <exception>

#include "transform/data/image.h"

namespace magik::transformkit::magikexecutor {

bool load_image(const std::string& path, Tensor& image, std::string& error) {
  try {
    const transform::Image photo = transform::convert_color(transform::load_image(path), "RGB");
    if (image.data_type() != Tensor::DT_UINT8) {
      error = "load_image: the tensor has the data type " + std::to_string(image.data_type()) + ", expected DT_UINT8";
      return false;
    }
    image.reshape({1, photo.height, photo.width, photo.channels});
    if (image.get_ptr() == nullptr) {
      error = path + ": no memory for the image";
      return false;
    }
    std::memcpy(image.get_mutable_ptr(), photo.pixels.data(), photo.pixels.size());
    return true;
  } catch (const std::exception& failure) {
    error = failure.what();
    return false;
  }
}

}  // namespace magik::transformkit::magikexecutor

#include "transform/data/file.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "transform/error.h"

namespace magik::transform {

std::vector<uint8_t> read_file(const std::string& path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), std::fclose);
  if (!file) fail("{}: cannot open the file: {}", path, std::strerror(errno));
  std::vector<uint8_t> bytes;
  size_t length = 0;
  do {
    bytes.resize(length == 0 ? size_t{1} << 16 : 2 * length);
    length += std::fread(bytes.data() + length, 1, bytes.size() - length, file.get());
  } while (length == bytes.size());
  if (std::ferror(file.get())) fail("{}: cannot read the file: {}", path, std::strerror(errno));
  bytes.resize(length);
  return bytes;
}

}  // namespace magik::transform

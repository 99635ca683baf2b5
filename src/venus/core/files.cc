#include "venus/core/files.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace magik::rt {

Status write_file(const std::string& path, const void* data, size_t bytes) {
  std::FILE* file = std::fopen(path.c_str(), "wb");
  const bool written = file != nullptr && std::fwrite(data, 1, bytes, file) == bytes;
  if ((file != nullptr && std::fclose(file) != 0) || !written) {
    return Status::error("%s: cannot write the file: %s", path.c_str(), std::strerror(errno));
  }
  return {};
}

Status make_directory(const std::string& path) {
  for (size_t slash = path.find('/', 1);; slash = path.find('/', slash + 1)) {
    const std::string part = path.substr(0, slash);
    if (mkdir(part.c_str(), 0777) != 0 && errno != EEXIST) {
      return Status::error("%s: cannot make the folder: %s", part.c_str(), std::strerror(errno));
    }
    if (slash == std::string::npos) return {};
  }
}

}  // namespace magik::rt

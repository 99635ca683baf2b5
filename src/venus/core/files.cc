#include "venus/core/files.h"

#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>

namespace magik::rt {
namespace {

// Devices, pipes and links: putting another file in their place would destroy them.
bool is_special(const std::string& path) {
  struct stat status;
  return lstat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode);
}

// 0, or the system's reason.
int write_bytes(const std::string& path, const void* data, size_t bytes) {
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) return errno;
  int reason = std::fwrite(data, 1, bytes, file) == bytes ? 0 : errno;
  if (std::fclose(file) != 0 && reason == 0) reason = errno;
  return reason;
}

}  // namespace

std::string temporary_name(const std::string& path) {
  static std::atomic<unsigned> count{0};
  const size_t name = path.rfind('/') + 1;  // 0 where there is no folder: npos + 1
  return path.substr(0, name) + ".magik." + std::to_string(getpid()) + "." + std::to_string(count++) + ".tmp";
}

Status write_file(const std::string& path, const void* data, size_t bytes) {
  const bool in_place = is_special(path);
  const std::string written = in_place ? path : temporary_name(path);
  int reason = write_bytes(written, data, bytes);
  if (!in_place) {
    if (reason == 0 && std::rename(written.c_str(), path.c_str()) != 0) reason = errno;
    if (reason != 0) std::remove(written.c_str());
  }
  if (reason != 0) return Status::error("%s: cannot write the file: %s", path.c_str(), std::strerror(reason));
  return {};
}

Status flush_stdout() {
  if (std::fflush(stdout) != 0) return Status::error("stdout: cannot write: %s", std::strerror(errno));
  if (std::ferror(stdout) != 0) return Status::error("stdout: cannot write all of the text");
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

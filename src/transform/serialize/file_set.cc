#include "transform/serialize/file_set.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "transform/error.h"

namespace magik::transform {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void cannot_write(const std::string& path, const char* reason) {
  fail("{}: cannot write the file: {}", path, reason);
}

}  // namespace

FileSet::~FileSet() {
  for (const Pending& file : pending_) std::remove(file.temporary.c_str());
}

void FileSet::add(const std::string& path, std::string_view bytes) {
  const fs::path target(path);
  std::error_code error;
  if (target.has_parent_path()) fs::create_directories(target.parent_path(), error);
  if (error) cannot_write(path, error.message().c_str());
  if (fs::is_directory(target, error)) cannot_write(path, "it is a folder");

  const std::string temporary =
      (target.parent_path() / fmt::format(".{}.{}.tmp", target.filename().string(), getpid())).string();
  std::FILE* file = std::fopen(temporary.c_str(), "wb");
  if (!file) cannot_write(path, std::strerror(errno));
  pending_.push_back({temporary, path});
  const bool written = std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size() && std::fflush(file) == 0 &&
                       fsync(fileno(file)) == 0;
  const int reason = errno;
  if (std::fclose(file) != 0 || !written) cannot_write(path, std::strerror(reason));
}

void FileSet::commit() {
  while (!pending_.empty()) {
    const Pending& file = pending_.back();
    if (std::rename(file.temporary.c_str(), file.path.c_str()) != 0) cannot_write(file.path, std::strerror(errno));
    pending_.pop_back();
  }
}

}  // namespace magik::transform

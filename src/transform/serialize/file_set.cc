#include "transform/serialize/file_set.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "transform/error.h"
#include "venus/core/files.h"

namespace magik::transform {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void cannot_write(const std::string& path, const char* reason) {
  fail("{}: cannot write the file: {}", path, reason);
}

}  // namespace

FileSet::~FileSet() {
  for (const Pending& file : pending_) std::remove(file.temporary.c_str());
  std::error_code ignored;  // of folders that are not empty
  for (const std::string& folder : new_folders_) fs::remove(folder, ignored);
}

void FileSet::add(const std::string& path, std::string_view bytes) {
  std::error_code error;
  const fs::path target = fs::is_symlink(path, error) ? fs::weakly_canonical(path, error) : fs::path(path);
  std::vector<std::string> missing;
  for (fs::path folder = target.parent_path(); !folder.empty() && !fs::exists(folder, error);
       folder = folder.parent_path()) {
    missing.push_back(folder.string());
  }
  error.clear();
  for (auto folder = missing.rbegin(); folder != missing.rend() && !error; ++folder) {
    if (fs::create_directory(*folder, error)) new_folders_.insert(new_folders_.begin(), *folder);
  }
  if (error) cannot_write(path, error.message().c_str());
  if (fs::is_directory(target, error)) cannot_write(path, "it is a folder");

  const std::string temporary = rt::temporary_name(target.string());
  std::FILE* file = std::fopen(temporary.c_str(), "wb");
  if (!file) cannot_write(path, std::strerror(errno));
  pending_.push_back({temporary, target.string()});
  const bool written = std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size() && std::fflush(file) == 0 &&
                       fsync(fileno(file)) == 0;
  const int reason = errno;
  if (std::fclose(file) != 0 || !written) cannot_write(path, std::strerror(reason));
}

void FileSet::remove(const std::string& path) { removals_.push_back(path); }

void FileSet::commit() {
  while (!pending_.empty()) {
    const Pending& file = pending_.back();
    if (std::rename(file.temporary.c_str(), file.path.c_str()) != 0) cannot_write(file.path, std::strerror(errno));
    pending_.pop_back();
  }
  for (const std::string& path : removals_) {
    if (std::remove(path.c_str()) != 0 && errno != ENOENT) {
      fail("{}: cannot remove the file of an earlier run: {}", path, std::strerror(errno));
    }
  }
}

}  // namespace magik::transform

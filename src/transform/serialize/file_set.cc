#include "transform/serialize/file_set.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
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

volatile std::sig_atomic_t deferred_signal = 0;

}  // namespace

// Ctrl-C and its like wait until no half-written file is left; a file past the size limit is an error of the write.
class FileSet::DeferredSignals {
 public:
  DeferredSignals() {
    struct sigaction action {};
    action.sa_flags = SA_RESTART;
    for (size_t i = 0; i < kSignals.size(); ++i) {
      action.sa_handler = kSignals[i] == SIGXFSZ ? SIG_IGN : [](int signal) { deferred_signal = signal; };
      sigaction(kSignals[i], &action, &before_[i]);
    }
  }
  ~DeferredSignals() {
    for (size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &before_[i], nullptr);
    const int signal = deferred_signal;
    deferred_signal = 0;
    if (signal != 0) std::raise(signal);
  }

 private:
  static constexpr std::array kSignals = {SIGINT, SIGTERM, SIGHUP, SIGXFSZ};
  std::array<struct sigaction, kSignals.size()> before_;
};

FileSet::FileSet() : deferred_signals_(std::make_unique<DeferredSignals>()) {}

FileSet::~FileSet() {
  for (const Pending& file : pending_) std::remove(file.temporary.c_str());
  std::error_code ignored;  // of folders that are not empty
  for (const std::string& folder : new_folders_) fs::remove(folder, ignored);
}

void FileSet::add(const std::string& path, std::string_view bytes) {
  const fs::path target(path);
  std::error_code error;
  std::vector<std::string> missing;
  for (fs::path folder = target.parent_path(); !folder.empty() && !fs::exists(folder, error);
       folder = folder.parent_path()) {
    missing.push_back(folder.string());
  }
  new_folders_.insert(new_folders_.begin(), missing.begin(), missing.end());
  if (!missing.empty()) fs::create_directories(target.parent_path(), error);
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

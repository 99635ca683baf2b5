#include "transform/debug/debug_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "transform/debug/dump.h"
#include "transform/error.h"
#include "venus/core/dump_index.h"
#include "venus/core/files.h"

namespace magik::transform {
namespace {

namespace fs = std::filesystem;

constexpr char kIncomplete[] = ".incomplete";

std::vector<fs::path> entries(const fs::path& folder) {
  std::error_code ignored;
  return std::vector<fs::path>(fs::directory_iterator(folder, ignored), fs::directory_iterator());
}

// Folders only where they are empty.
void discard(const fs::path& path) {
  std::error_code ignored;
  fs::remove(path, ignored);
}

// Those whose index entry is `prefix` and their name.
void remove_listed(const fs::path& folder, const std::string& index, const std::string& prefix) {
  for (const fs::path& file : entries(folder)) {
    if (!fs::is_directory(file) && rt::index_lists(index, prefix + file.filename().string())) discard(file);
  }
}

// The dump of one item: what its index lists, and the index.
void remove_dump(const fs::path& folder) {
  if (!fs::is_directory(folder / kLevelsFolder)) return;  // magik-run --dump has indexes too
  std::ifstream file(folder / rt::kDumpIndexFile, std::ios::binary);
  const std::string index{std::istreambuf_iterator<char>(file), {}};
  for (const char* network : {kFloatFolder, kLevelsFolder, kRealValuesFolder}) {
    remove_listed(folder / network, index, "");
    discard(folder / network);
  }
  for (const fs::path& input : entries(folder)) {  // the index lists one file of each
    const std::string pixels = "../" + input.stem().string() + kPixelsEnding;
    if (input.extension() == ".bin" && rt::index_lists(index, pixels)) discard(input);
  }
  remove_listed(folder, index, "../");
  discard(folder / rt::kDumpIndexFile);
}

void remove_earlier_dumps(const fs::path& target) {
  if (!fs::exists(target / kNodeInfoFile)) return;  // debug mode did not write this folder
  for (const fs::path& item : entries(target)) {
    if (item.filename() == kIncomplete || !fs::exists(item / rt::kDumpIndexFile)) continue;
    remove_dump(item);
    discard(item);
  }
  remove_dump(target);
  discard(target / kNodeInfoFile);
}

}  // namespace

DebugFolder::DebugFolder(const fs::path& target)
    : target_(target), incomplete_(target / kIncomplete), made_target_(!fs::exists(target)) {
  check(rt::make_directory(incomplete_.string()));
  // Gone with the process, so that what lies there under the lock is of a run that was killed.
  lock_ = open(target_.c_str(), O_RDONLY | O_CLOEXEC);
  if (lock_ >= 0) flock(lock_, LOCK_EX);
  std::error_code ignored;
  fs::remove_all(incomplete_, ignored);
}

DebugFolder::~DebugFolder() {
  std::error_code ignored;
  fs::remove_all(incomplete_, ignored);
  if (made_target_) discard(target_);
  if (lock_ >= 0) close(lock_);
}

void DebugFolder::commit() {
  remove_earlier_dumps(target_);
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(incomplete_)) {
    const fs::path to = target_ / entry.path().lexically_relative(incomplete_);
    if (entry.is_directory()) {
      check(rt::make_directory(to.string()));
      continue;
    }
    std::error_code error;
    fs::rename(entry.path(), to, error);
    if (error) fail("{}: cannot write the file: {}", to.string(), error.message());
  }
}

}  // namespace magik::transform

#include "transform/debug/debug_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "transform/cli/log.h"
#include "transform/debug/dump.h"
#include "transform/error.h"
#include "transform/serialize/deferred_signals.h"
#include "venus/core/dump_index.h"
#include "venus/core/files.h"
#include "venus/core/json_text.h"

namespace magik::transform {
namespace {

namespace fs = std::filesystem;
using Paths = std::set<fs::path>;  // folders in front of what they hold

constexpr char kIncomplete[] = ".incomplete";
// Names of the items' folders, one a line. Other folders with dumps are the user's, copies for example.
constexpr char kItemsFile[] = ".items";

bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

// Not a link to one.
bool is_folder(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(fs::symlink_status(path, ignored));
}

bool leads_to_folder(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

std::vector<fs::path> entries(const fs::path& folder) {
  std::error_code ignored;
  return std::vector<fs::path>(fs::directory_iterator(folder, ignored), fs::directory_iterator());
}

// Folders only where they are empty.
void discard(const fs::path& path) {
  std::error_code ignored;
  fs::remove(path, ignored);
}

bool make_missing(const fs::path& folder) {
  const bool missing = !is_there(folder);
  check(rt::make_directory(folder.string()));
  return missing;
}

// Adds those whose index entry is `prefix` and their name.
void add_listed(Paths& paths, const fs::path& folder, const std::set<std::string>& index, const std::string& prefix) {
  for (const fs::path& file : entries(folder)) {
    if (leads_to_folder(file) || index.count(rt::json_text(prefix + file.filename().string())) == 0) continue;
    paths.insert(file);
  }
}

// Adds the dump of one item: what its index lists, and the index.
void add_dump(Paths& paths, const fs::path& folder) {
  if (!is_folder(folder / kLevelsFolder)) return;  // magik-run --dump has indexes too
  std::ifstream file(folder / rt::kDumpIndexFile, std::ios::binary);
  const std::set<std::string> index = rt::listed_files({std::istreambuf_iterator<char>(file), {}});
  for (const char* name : {kFloatFolder, kLevelsFolder, kRealValuesFolder}) {
    const fs::path network = folder / name;
    if (!is_folder(network)) continue;
    add_listed(paths, network, index, "");
    paths.insert(network);
  }
  for (const fs::path& input : entries(folder)) {  // the index lists one file of each
    const std::string pixels = "../" + input.stem().string() + kPixelsEnding;
    if (input.extension() == ".bin" && index.count(rt::json_text(pixels)) != 0) paths.insert(input);
  }
  add_listed(paths, folder, index, "../");
  paths.insert(folder / rt::kDumpIndexFile);
}

// What earlier runs wrote, and folders, which may have files of the user's too. Without kNodeInfoFile, the mark of a
// folder that debug mode wrote: it stays until the new one takes its place.
Paths earlier_dumps(const fs::path& target) {
  Paths paths;
  if (!is_there(target / kNodeInfoFile)) return paths;
  std::set<std::string> items;
  std::ifstream file(target / kItemsFile, std::ios::binary);
  for (std::string item; std::getline(file, item);) items.insert(item);
  for (const fs::path& item : entries(target)) {
    if (items.count(item.filename().string()) == 0 || !is_folder(item)) continue;
    add_dump(paths, item);
    paths.insert(item);
  }
  add_dump(paths, target);
  paths.insert(target / kItemsFile);
  return paths;
}

// Whether nothing is left of `path` after all `removed` that can be are.
bool vanishes(const Paths& removed, const fs::path& path) {
  if (removed.count(path) == 0) return false;
  if (!is_folder(path)) return true;
  const std::vector<fs::path> inside = entries(path);
  return std::all_of(inside.begin(), inside.end(), [&](const fs::path& entry) { return vanishes(removed, entry); });
}

void check_replaceable(const fs::path& path, bool by_folder) {
  if (!by_folder && leads_to_folder(path))
    fail("{}: cannot write the file: it is a folder, move it away", path.string());
  std::error_code ignored;
  if (by_folder && fs::exists(fs::symlink_status(path, ignored)) && !is_folder(path)) {
    fail("{}: cannot make the folder: it is a file or a link, move it away", path.string());
  }
}

// 0, or the system's reason.
int try_lock(int file, int operation) {
  while (flock(file, operation) != 0) {
    if (errno != EINTR) return errno;
  }
  return 0;
}

}  // namespace

DebugFolder::Lock::Lock(const fs::path& folder) : file_(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
  if (file_ < 0) fail("{}: cannot open the folder: {}", folder.string(), std::strerror(errno));
  int reason = try_lock(file_, LOCK_EX | LOCK_NB);
  if (reason == EWOULDBLOCK) {
    MAGIK_LOG_INFO("{}: another run writes it, waiting", folder.string());
    reason = try_lock(file_, LOCK_EX);
  }
  if (reason == 0) return;
  close(file_);
  fail("{}: cannot lock the folder: {}", folder.string(), std::strerror(reason));
}

DebugFolder::Lock::~Lock() { close(file_); }

DebugFolder::DebugFolder(const fs::path& target)
    : target_(target), incomplete_(target / kIncomplete), made_target_(make_missing(target)), lock_(target) {
  std::error_code ignored;
  fs::remove_all(incomplete_, ignored);  // of a run that was killed, as the lock is free
  check(rt::make_directory(incomplete_.string()));
}

DebugFolder::~DebugFolder() {
  std::error_code ignored;
  fs::remove_all(incomplete_, ignored);
  if (made_target_) discard(target_);
}

void DebugFolder::commit() {
  const DeferredSignals deferred_signals;
  std::string items;
  for (const fs::path& item : entries(incomplete_)) {
    if (is_there(item / rt::kDumpIndexFile)) items += item.filename().string() + "\n";
  }
  if (!items.empty()) check(rt::write_file((incomplete_ / kItemsFile).string(), items.data(), items.size()));

  const auto place_of = [this](const fs::path& path) { return target_ / path.lexically_relative(incomplete_); };
  const Paths earlier = earlier_dumps(target_);
  const Paths written{fs::recursive_directory_iterator(incomplete_), fs::recursive_directory_iterator()};
  for (const fs::path& path : written) {
    if (!vanishes(earlier, place_of(path))) check_replaceable(place_of(path), is_folder(path));
  }
  std::for_each(earlier.rbegin(), earlier.rend(), discard);
  for (const fs::path& path : written) {
    const fs::path to = place_of(path);
    if (is_folder(path)) {
      check(rt::make_directory(to.string()));
      continue;
    }
    std::error_code error;
    fs::rename(path, to, error);
    if (error) fail("{}: cannot write the file: {}", to.string(), error.message());
  }
}

}  // namespace magik::transform

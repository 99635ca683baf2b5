// Files that appear together or not at all.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "transform/serialize/deferred_signals.h"

namespace magik::transform {

// Everything is first written to temporary files beside the targets; only when all of them are complete are they
// renamed. A run that fails before leaves neither half-written files nor loses older good ones; signals that would end
// the process (Ctrl-C) are held back for as long as a FileSet lives, so make it when all bytes are there. Links stay,
// what they lead to is replaced.
class FileSet {
 public:
  FileSet() = default;
  ~FileSet();  // removes what a commit that failed leaves: temporary files, folders that were made for them
  FileSet(const FileSet&) = delete;
  FileSet& operator=(const FileSet&) = delete;

  // Makes missing folders. Throws Error naming the file and the system's reason.
  void add(const std::string& path, std::string_view bytes);
  // Of an earlier run, which would not fit the new files: goes when they are there.
  void remove(const std::string& path);
  void commit();

 private:
  struct Pending {
    std::string temporary, path;
  };

  DeferredSignals deferred_signals_;  // ends after the temporary files have gone
  std::vector<Pending> pending_;
  std::vector<std::string> removals_;
  std::vector<std::string> new_folders_;  // deeper ones first
};

}  // namespace magik::transform

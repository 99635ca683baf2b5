// Files that appear together or not at all.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace magik::transform {

// Everything is first written to temporary files beside the targets; only when all of them are complete are they
// renamed. A run that fails before leaves neither half-written files nor loses older good ones.
class FileSet {
 public:
  FileSet() = default;
  ~FileSet();  // removes the temporary files of a commit that failed
  FileSet(const FileSet&) = delete;
  FileSet& operator=(const FileSet&) = delete;

  // Makes missing folders. Throws Error naming the file and the system's reason.
  void add(const std::string& path, std::string_view bytes);
  void commit();

 private:
  struct Pending {
    std::string temporary, path;
  };
  std::vector<Pending> pending_;
};

}  // namespace magik::transform

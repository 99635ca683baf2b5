// The folder of debug mode (magik_dump_path/) as a whole.
#pragma once

#include <filesystem>

namespace magik::transform {

inline constexpr const char* kNodeInfoFile = "model_node_info.json";

// Dumps appear complete or not at all: they are written below path() and take the place of an earlier run's at
// commit(). Of a folder that is there, only files that an earlier run wrote are removed. Another run that wants the
// same folder waits.
class DebugFolder {
 public:
  // Makes the folder. Throws Error naming it and the system's reason.
  explicit DebugFolder(const std::filesystem::path& target);
  ~DebugFolder();  // removes what was not committed
  DebugFolder(const DebugFolder&) = delete;
  DebugFolder& operator=(const DebugFolder&) = delete;

  const std::filesystem::path& path() const { return incomplete_; }
  void commit();

 private:
  std::filesystem::path target_;
  std::filesystem::path incomplete_;  // in the target, so that both are on one disk, links or not
  bool made_target_;
  int lock_;
};

}  // namespace magik::transform

// The folder of debug mode (magik_dump_path/) as a whole.
#pragma once

#include <filesystem>

namespace magik::transform {

inline constexpr const char* kNodeInfoFile = "model_node_info.json";

// Dumps appear complete or not at all: they are written below path() and take the place of an earlier run's at
// commit(). Of a folder that is there, only files that an earlier run wrote are removed; links to folders are neither
// removed nor followed. Another run that wants the same folder waits.
class DebugFolder {
 public:
  // Makes the folder. Throws Error naming it and the system's reason.
  explicit DebugFolder(const std::filesystem::path& target);
  ~DebugFolder();  // removes what was not committed
  DebugFolder(const DebugFolder&) = delete;
  DebugFolder& operator=(const DebugFolder&) = delete;

  const std::filesystem::path& path() const { return incomplete_; }
  // Throws Error where something of the user's is in the way; all stays as it was then.
  void commit();

 private:
  // Gone with the process, however that ends.
  class Lock {
   public:
    // Waits, and says so, while another process has it. Throws Error.
    explicit Lock(const std::filesystem::path& folder);
    ~Lock();
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;

   private:
    int file_;
  };

  std::filesystem::path target_;
  std::filesystem::path incomplete_;  // in the target, so that both are on one disk, links or not
  bool made_target_;
  Lock lock_;
};

}  // namespace magik::transform

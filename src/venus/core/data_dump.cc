#include "venus/core/data_dump.h"

#include <cstdio>
#include <mutex>

#include "venus/core/environment.h"

namespace magik::rt {
namespace {

struct Folder {
  std::string nodes;  // as dump_index.json has them
  bool in_use = false;
};

struct Folders {
  std::mutex mutex;
  std::vector<Folder> list;

  // Never destroyed: clients free networks as late as they like.
  static Folders& instance() {
    static Folders& folders = *new Folders;
    return folders;
  }
};

void log_file(const std::string& path, const Shape& shape) {
  std::string dims;
  for (const int32_t dim : shape) dims += (dims.empty() ? "" : ",") + std::to_string(dim);
  std::fprintf(stderr, "Log: Data dumping to: %s--->shape:[%s]\n", path.c_str(), dims.c_str());
}

}  // namespace

bool data_dump_is_asked_for() {
  const std::string value = environment_variable("MAGIK_CPP_DUMPDATA", "false");
  return value != "0" && value != "false";
}

DataDumpFolder::DataDumpFolder(const Graph& graph) : index_(0) {
  const std::string nodes = dump_index_text(list_values(graph));
  Folders& folders = Folders::instance();
  const std::lock_guard<std::mutex> lock(folders.mutex);
  std::vector<Folder>& list = folders.list;
  while (index_ < list.size() && (list[index_].in_use || list[index_].nodes != nodes)) ++index_;
  if (index_ == list.size()) list.push_back({nodes, false});
  list[index_].in_use = true;
}

DataDumpFolder::~DataDumpFolder() {
  Folders& folders = Folders::instance();
  const std::lock_guard<std::mutex> lock(folders.mutex);
  folders.list[index_].in_use = false;
}

DumpOptions DataDumpFolder::options() const {
  DumpOptions options;
  options.directory = "./MAGIK_DATA_DUMP";
  if (index_ > 0) options.directory += "." + std::to_string(index_ + 1);
  options.runtime_names = true;
  options.written = log_file;
  return options;
}

}  // namespace magik::rt

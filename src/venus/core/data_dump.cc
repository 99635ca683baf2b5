#include "venus/core/data_dump.h"

#include <cstdio>

#include "venus/core/environment.h"

namespace magik::rt {
namespace {

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

DumpOptions data_dump_options() {
  DumpOptions options;
  options.directory = "./MAGIK_DATA_DUMP";
  options.runtime_names = true;
  options.written = log_file;
  return options;
}

}  // namespace magik::rt

#include "venus/api/data_dump.h"

#include <cstdio>
#include <cstdlib>
#include <string>

#include "venus/api/reported_dump.h"

namespace magik::api {
namespace {

void log_file(const std::string& path, const rt::Shape& shape) {
  std::string dims;
  for (const int32_t dim : shape) dims += (dims.empty() ? "" : ",") + std::to_string(dim);
  std::fprintf(stderr, "Log: Data dumping to: %s--->shape:[%s]\n", path.c_str(), dims.c_str());
}

}  // namespace

std::unique_ptr<rt::Observer> data_dump_from_environment() {
  const char* variable = std::getenv("MAGIK_CPP_DUMPDATA");
  const std::string value = variable != nullptr ? variable : "";
  if (value.empty() || value == "0" || value == "false") return nullptr;
  rt::DumpOptions options;
  options.directory = "./MAGIK_DATA_DUMP";
  options.runtime_names = true;
  options.written = log_file;
  return std::make_unique<ReportedDump>(options);
}

}  // namespace magik::api

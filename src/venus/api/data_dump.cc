#include "venus/api/data_dump.h"

#include "venus/api/reported_dump.h"
#include "venus/core/data_dump.h"

namespace magik::api {
namespace {

class DataDump : public ReportedDump {
 public:
  explicit DataDump(std::unique_ptr<rt::DataDumpFolder> folder)
      : ReportedDump(folder->options()), folder_(std::move(folder)) {}

 private:
  std::unique_ptr<rt::DataDumpFolder> folder_;
};

}  // namespace

std::unique_ptr<rt::Observer> data_dump_from_environment(const rt::Graph& graph) {
  if (!rt::data_dump_is_asked_for()) return nullptr;
  return std::make_unique<DataDump>(std::make_unique<rt::DataDumpFolder>(graph));
}

}  // namespace magik::api

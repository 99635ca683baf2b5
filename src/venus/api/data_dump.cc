#include "venus/api/data_dump.h"

#include "venus/api/reported_dump.h"
#include "venus/core/data_dump.h"

namespace magik::api {

std::unique_ptr<rt::Observer> data_dump_from_environment() {
  if (!rt::data_dump_is_asked_for()) return nullptr;
  return std::make_unique<ReportedDump>(rt::data_dump_options());
}

}  // namespace magik::api

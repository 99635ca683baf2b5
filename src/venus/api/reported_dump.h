// A dump of nodes whose errors go where those of the public interface go. The run itself succeeds all the same.
#pragma once

#include "venus/api/error.h"
#include "venus/core/dump.h"

namespace magik::api {

class ReportedDump : public rt::NodeDump {
 public:
  using NodeDump::NodeDump;
  void run_ends(const rt::Network&) override { report(take_status()); }
};

}  // namespace magik::api

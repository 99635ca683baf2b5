// libvenus.d.so: every run writes every node's output, weights and requantization parameters to files in the current
// folder, or in the one that VENUS_DEBUG_DIR names.
#include "venus/api/reported_dump.h"
#include "venus/core/environment.h"
#include "venus/flavours/flavour.h"

namespace magik::api {
namespace {

rt::DumpOptions dump_options() {
  rt::DumpOptions options;
  options.directory = rt::environment_variable("VENUS_DEBUG_DIR", ".");
  options.suffix = "_out";
  options.runtime_names = true;
  options.weights = true;
  options.shared = true;
  return options;
}

class DebugWatch : public Watch {
 public:
  void run_begins(const rt::Network& network) override { dump_.run_begins(network); }
  void node_done(const rt::Network& network, size_t node_index, double milliseconds) override {
    dump_.node_done(network, node_index, milliseconds);
  }
  void run_ends(const rt::Network& network) override { dump_.run_ends(network); }

 private:
  ReportedDump dump_{dump_options()};
};

}  // namespace

const char* flavour_name() { return "debug"; }

std::unique_ptr<Watch> watch_network(const std::string&) { return std::make_unique<DebugWatch>(); }

}  // namespace magik::api

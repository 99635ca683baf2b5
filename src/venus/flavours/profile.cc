// libvenus.p.so: times every node. Prints its tables on stderr when the network is freed (or after each run, see
// set_profiler_per_frame()), and for the runs until then when an input gets another size. VENUS_PROFILE_DOT names a
// file for the network as Graphviz, that of the last tables.
#include <cstdio>

#include "venus/api/error.h"
#include "venus/core/environment.h"
#include "venus/core/files.h"
#include "venus/flavours/flavour.h"
#include "venus/flavours/profiler.h"

namespace magik::api {
namespace {

constexpr size_t kWarmUps = 5;

class ProfileWatch : public Watch {
 public:
  ~ProfileWatch() override {
    guarded([&] {
      print();
      return rt::Status();
    });
  }

  void print_per_frame(bool status) override {
    if (status) print();  // the runs that came before
    per_frame_ = status;
  }

  void run_begins(const rt::Network& network) override {
    std::vector<rt::Shape> shapes;
    for (const rt::ValueId id : network.graph().inputs) shapes.push_back(network.tensor(id).shape);
    if (shapes != input_shapes_) print();
    input_shapes_ = shapes;
    profiler_.run_begins(network);
  }

  void node_done(const rt::Network& network, size_t node_index, double milliseconds) override {
    profiler_.node_done(network, node_index, milliseconds);
  }

  void run_ends(const rt::Network& network) override {
    profiler_.run_ends(network);
    if (per_frame_) print();
  }

 private:
  // Every run is told once.
  void print() {
    if (profiler_.runs() == 0) return;
    std::fputs(profiler_.tables().c_str(), stderr);
    if (const std::string path = rt::environment_variable("VENUS_PROFILE_DOT"); !path.empty()) {
      const std::string dot = profiler_.dot();
      report(rt::write_file(path, dot.data(), dot.size()));
    }
    profiler_.clear();
  }

  rt::Profiler profiler_{kWarmUps};
  std::vector<rt::Shape> input_shapes_;  // of the runs that were not printed yet
  bool per_frame_ = false;
};

}  // namespace

const char* flavour_name() { return "profile"; }

std::unique_ptr<Watch> watch_network(const std::string&) { return std::make_unique<ProfileWatch>(); }

}  // namespace magik::api

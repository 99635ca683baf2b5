// libvenus.m.so: keeps /tmp/nmem_memory.txt, or the file that VENUS_NMEM_FILE names, up to date: what memory the
// library uses, the most that it used, and the parts of each network. Written after a network's first run, whenever
// its memory changed, when it is freed, and when the program ends.
#include <algorithm>
#include <cstdlib>
#include <list>
#include <mutex>

#include "venus/api/error.h"
#include "venus/core/aligned_memory.h"
#include "venus/core/environment.h"
#include "venus/core/files.h"
#include "venus/flavours/flavour.h"
#include "venus/flavours/text_table.h"

namespace magik::api {
namespace {

struct Usage {
  std::string model;
  bool loaded = true;
  NetworkMemory now;
  uint64_t peak = 0;
  size_t times = 1;  // equal networks that were loaded and freed one after the other
};

std::string cell(uint64_t bytes) { return std::to_string(bytes); }

class Report {
 public:
  // Never destroyed: clients free networks as late as they like.
  static Report& instance() {
    static Report& report = *new Report;
    return report;
  }

  std::list<Usage>::iterator add(const std::string& model) {
    const std::lock_guard<std::mutex> lock(mutex_);
    usages_.push_back({model, true, {}, 0, 1});
    return std::prev(usages_.end());
  }

  void set(Usage& usage, const NetworkMemory& memory) {
    const std::lock_guard<std::mutex> lock(mutex_);
    usage.now = memory;
    usage.peak = std::max(usage.peak, memory.used());
  }

  // Equal networks share a line, so that the file does not grow with a program that loads again and again.
  void free(std::list<Usage>::iterator usage) {
    const std::lock_guard<std::mutex> lock(mutex_);
    usage->loaded = false;
    const auto same = std::find_if(usages_.begin(), usages_.end(), [&](const Usage& other) {
      return &other != &*usage && !other.loaded && other.model == usage->model && other.peak == usage->peak;
    });
    if (same == usages_.end()) return;
    same->times += usage->times;
    usages_.erase(usage);
  }

  void write() {
    const std::lock_guard<std::mutex> lock(mutex_);
    const rt::MemoryUse use = rt::memory_use();
    std::string text = "used " + cell(use.now) + " bytes\npeak " + cell(use.peak) + " bytes\n\n";
    rt::TextTable table({"network", "state", "times", "weights", "packed", "in+out", "forward", "used", "peak"});
    for (const Usage& usage : usages_) {
      table.add({usage.model, usage.loaded ? "loaded" : "freed", cell(usage.times), cell(usage.now.weights),
                 cell(usage.now.packed), cell(usage.now.tensors), cell(usage.now.forward),
                 cell(usage.loaded ? usage.now.used() : 0), cell(usage.peak)});
    }
    text += table.text();
    const std::string path = rt::environment_variable("VENUS_NMEM_FILE", "/tmp/nmem_memory.txt");
    report(rt::write_file(path, text.data(), text.size()));
  }

 private:
  Report() {
    std::atexit([] {
      guarded([] {
        instance().write();
        return rt::Status();
      });
    });
  }

  std::mutex mutex_;
  std::list<Usage> usages_;
};

class NmemWatch : public Watch {
 public:
  explicit NmemWatch(const std::string& model) : usage_(Report::instance().add(model)) {}

  ~NmemWatch() override {
    guarded([&] {
      Report::instance().free(usage_);
      Report::instance().write();
      return rt::Status();
    });
  }

  void memory_is(const NetworkMemory& memory) override { Report::instance().set(*usage_, memory); }

  void run_ends(const rt::Network&) override {
    const rt::MemoryUse use = rt::memory_use();
    if (use.now == written_.now && use.peak == written_.peak) return;
    Report::instance().write();
    written_ = use;
  }

 private:
  std::list<Usage>::iterator usage_;
  rt::MemoryUse written_;  // what the file tells
};

}  // namespace

const char* flavour_name() { return "nmem"; }

std::unique_ptr<Watch> watch_network(const std::string& model) { return std::make_unique<NmemWatch>(model); }

}  // namespace magik::api

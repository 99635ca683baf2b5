// Runs a model with libvenus on images or raw files.
#include <chrono>
#include <cstdio>

#include "run/arguments.h"
#include "run/inputs.h"
#include "run/outputs.h"
#include "run/report.h"
#include "run/self_test.h"
#include "venus/core/dump.h"
#include "venus/core/environment.h"
#include "venus/core/files.h"
#include "venus/core/model_file.h"
#include "venus/core/network.h"
#include "venus/flavours/profiler.h"

namespace magik::run {
namespace {

using Clock = std::chrono::steady_clock;
using rt::Status;

double milliseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

Status run_items(const std::vector<Item>& items, const Arguments& arguments, rt::Network& network, Summary& summary) {
  std::vector<std::string> labels;
  if (!arguments.labels.empty()) {
    rt::Result<std::vector<std::string>> read = read_labels(arguments.labels);
    if (!read.ok()) return read.take_status();
    labels = read.take();
    if (arguments.top > 0) warn_of_missing_labels(arguments.labels, labels.size(), network);
  }
  rt::Profiler profiler(0);  // --warmup runs are not observed
  for (size_t i = 0; i < items.size(); ++i) {
    MAGIK_RETURN_IF_ERROR(load_item(items[i], network));
    for (int n = 0; i == 0 && n < arguments.warmup; ++n) MAGIK_RETURN_IF_ERROR(network.run());
    std::vector<double> times;
    for (int n = 0; n < arguments.repeat; ++n) {
      const Clock::time_point start = Clock::now();
      MAGIK_RETURN_IF_ERROR(network.run(arguments.profile ? &profiler : nullptr));
      times.push_back(milliseconds_since(start));
    }
    summary.milliseconds.insert(summary.milliseconds.end(), times.begin(), times.end());
    const std::vector<OutputFloats> outputs = read_outputs(network, arguments.source_layout);
    print_item(items[i].file, median(times), outputs, static_cast<size_t>(arguments.top), labels, arguments.json);
    if (!arguments.save_outputs.empty()) {
      MAGIK_RETURN_IF_ERROR(save_outputs(arguments.save_outputs, items[i].file, outputs));
    }
  }
  if (!arguments.dump.empty()) {
    rt::DumpOptions options;
    options.directory = arguments.dump;
    rt::NodeDump dump(options);
    MAGIK_RETURN_IF_ERROR(network.run(&dump));
    MAGIK_RETURN_IF_ERROR(dump.take_status());
  }
  // JSON has stdout to itself.
  if (arguments.profile) std::fputs(profiler.tables().c_str(), arguments.json ? stderr : stdout);
  return {};
}

Status run(const std::vector<std::string>& words) {
  rt::Result<Arguments> parsed = parse_arguments(words);
  if (!parsed.ok()) return parsed.take_status();
  const Arguments& arguments = parsed.value();
  if (arguments.help) {
    std::fputs(help_text(), stdout);
    return {};
  }
  if (arguments.model.empty()) {
    print_all_kernels();
    return {};
  }
  rt::Result<rt::NetworkOptions> options = rt::options_from_environment(arguments.isa, arguments.threads);
  if (!options.ok()) return options.take_status();
  const Clock::time_point start = Clock::now();
  rt::Result<std::shared_ptr<const rt::Graph>> graph = rt::load_model_file(arguments.model);
  if (!graph.ok()) return graph.take_status();
  rt::Result<std::unique_ptr<rt::Network>> network = rt::Network::create(graph.take(), options.value());
  if (!network.ok()) return Status::error("%s: %s", arguments.model.c_str(), network.message().c_str());
  Summary summary;
  summary.load_milliseconds = milliseconds_since(start);
  if (arguments.list_kernels) {
    print_kernels(*network.value());
    return {};
  }
  if (arguments.self_test) return self_test(arguments.model, *network.value(), arguments.json);
  rt::Result<std::vector<Item>> items = make_items(network.value()->graph(), arguments);
  if (!items.ok()) return items.take_status();
  if (!arguments.save_outputs.empty()) {
    MAGIK_RETURN_IF_ERROR(check_result_files(items.value(), network.value()->graph()));
  }
  MAGIK_RETURN_IF_ERROR(run_items(items.value(), arguments, *network.value(), summary));
  print_summary(summary, *network.value(), arguments.json);
  return {};
}

}  // namespace
}  // namespace magik::run

int main(int argc, char** argv) {
  magik::rt::Status status = magik::run::run({argv + 1, argv + argc});
  if (status.ok()) status = magik::rt::flush_stdout();
  if (!status.ok()) std::fprintf(stderr, "ERROR: %s\n", status.message().c_str());
  return status.ok() ? 0 : 1;
}

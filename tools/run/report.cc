#include "run/report.h"

#include <sys/resource.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "venus/core/json_text.h"
#include "venus/core/operator.h"

namespace magik::run {
namespace {

// JSON has no infinities and no NaN.
std::string json_number(double number) {
  if (!std::isfinite(number)) return "null";
  char text[40];
  std::snprintf(text, sizeof text, "%.9g", number);
  return text;
}

std::string shape_text(const std::vector<int64_t>& shape, const char* separator) {
  std::string text;
  for (const int64_t dim : shape) text += (text.empty() ? "" : separator) + std::to_string(dim);
  return text;
}

std::string label_of(const std::vector<std::string>& labels, size_t index) {
  return index < labels.size() ? labels[index] : "";
}

std::string json_output(const OutputFloats& output, size_t top, const std::vector<std::string>& labels) {
  std::string text =
      "{\"name\": " + rt::json_text(output.name) + ", \"shape\": [" + shape_text(output.shape, ", ") + "]";
  const std::vector<ClassScore> best = best_classes(output, top);
  for (size_t i = 0; i < best.size(); ++i) {
    text += i == 0 ? ", \"top\": [" : ", ";
    text += "{\"class\": " + std::to_string(best[i].index) + ", \"score\": " + json_number(best[i].score);
    if (!labels.empty()) text += ", \"label\": " + rt::json_text(label_of(labels, best[i].index));
    text += i + 1 == best.size() ? "}]" : "}";
  }
  return text + "}";
}

long peak_rss_bytes() {
  struct rusage usage;
  return getrusage(RUSAGE_SELF, &usage) == 0 ? usage.ru_maxrss * 1024 : 0;
}

}  // namespace

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return (values[(values.size() - 1) / 2] + values[values.size() / 2]) / 2;
}

void warn_of_missing_labels(const std::string& file, size_t labels, const rt::Network& network) {
  for (const rt::ValueId id : network.graph().outputs) {
    const rt::Shape shape = network.tensor(id).shape;
    const size_t classes = class_count({shape.begin(), shape.end()});
    if (classes <= labels) continue;
    std::fprintf(stderr, "WARNING: %s has %zu labels for the %zu classes of %s, the others are printed without one\n",
                 file.c_str(), labels, classes, network.graph().values[static_cast<size_t>(id)].name.c_str());
  }
}

void print_item(const std::string& file, double milliseconds, const std::vector<OutputFloats>& outputs, size_t top,
                const std::vector<std::string>& labels, bool json) {
  if (json) {
    std::string text =
        "{\"file\": " + rt::json_text(file) + ", \"ms\": " + json_number(milliseconds) + ", \"outputs\": [";
    for (size_t i = 0; i < outputs.size(); ++i) text += (i == 0 ? "" : ", ") + json_output(outputs[i], top, labels);
    std::printf("%s]}\n", text.c_str());
    return;
  }
  std::printf("%s: %.3f ms\n", file.c_str(), milliseconds);
  for (const OutputFloats& output : outputs) {
    std::printf("  %s %s\n", output.name.c_str(), shape_text(output.shape, "x").c_str());
    for (const ClassScore& best : best_classes(output, top)) {
      std::printf("    %6zu %12.6f  %s\n", best.index, static_cast<double>(best.score),
                  label_of(labels, best.index).c_str());
    }
  }
}

void print_summary(const Summary& summary, const rt::Network& network, bool json) {
  const std::vector<double>& times = summary.milliseconds;
  double sum = 0;
  for (const double time : times) sum += time;
  const double mean = sum / static_cast<double>(std::max<size_t>(times.size(), 1));
  const double least = times.empty() ? 0 : *std::min_element(times.begin(), times.end());
  const double most = times.empty() ? 0 : *std::max_element(times.begin(), times.end());
  const char* format =
      json ? "{\"median_ms\": %.6g, \"min_ms\": %.6g, \"mean_ms\": %.6g, \"max_ms\": %.6g, \"load_ms\": %.6g, "
             "\"arena_bytes\": %zu, \"weight_bytes\": %zu, \"peak_rss_bytes\": %ld, \"threads\": %d, \"isa\": \"%s\"}\n"
           : "median %.3f ms, min %.3f, mean %.3f, max %.3f; load %.3f ms; arena %zu bytes, weights %zu, peak rss %ld; "
             "threads %d, %s\n";
  std::printf(format, median(times), least, mean, most, summary.load_milliseconds, network.arena_bytes(),
              network.weight_bytes(), peak_rss_bytes(), network.options().threads, rt::isa_name(network.options().isa));
}

void print_kernels(const rt::Network& network) {
  for (size_t i = 0; i < network.node_count(); ++i) {
    const rt::Node& node = network.graph().nodes[i];
    std::printf("%-28s %-20s %s\n", network.kernel_name(i), node.op.c_str(), node.name.c_str());
  }
}

void print_all_kernels() {
  for (const rt::KernelEntry& kernel : rt::kernel_list()) {
    std::printf("%-28s %-20s %-12s%s\n", kernel.name, kernel.op, rt::isa_name(kernel.isa),
                rt::cpu_has(kernel.isa) ? "" : "  (not on this CPU)");
  }
  for (const rt::Operator* op : rt::operator_list()) std::printf("%-28s %-20s reference\n", "reference", op->name);
}

}  // namespace magik::run

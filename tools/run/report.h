// What magik-run prints.
#pragma once

#include <cstdio>
#include <string>
#include <vector>

#include "run/outputs.h"
#include "venus/core/network.h"

namespace magik::run {

struct Summary {
  std::vector<double> milliseconds;  // of the counted runs
  double load_milliseconds = 0;
};

// On stderr: classes of these outputs that the labels' file has no name for.
void warn_of_missing_labels(const std::string& file, size_t labels, const rt::Network& network);
void print_item(const std::string& file, double milliseconds, const std::vector<OutputFloats>& outputs, size_t top,
                const std::vector<std::string>& labels, bool json);
void print_summary(const Summary& summary, const rt::Network& network, bool json);
void print_kernels(const rt::Network& network);
void print_all_kernels();

double median(std::vector<double> values);

}  // namespace magik::run

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

void print_item(const std::string& file, double milliseconds, const std::vector<OutputFloats>& outputs, size_t top,
                const std::vector<std::string>& labels, bool json);
void print_summary(const Summary& summary, const rt::Network& network, bool json);
void print_kernels(const rt::Network& network);
void print_all_kernels();

double median(std::vector<double> values);

}  // namespace magik::run

// Compares two dumps of a network value by value, in execution order, and says which node is to blame.
#pragma once

#include <string>
#include <vector>

#include "data_check/difference.h"
#include "data_check/dump_folder.h"
#include "venus/core/graph.h"

namespace magik::data_check {

enum class State {
  kEqual,
  kDiffers,
  kSizesDiffer,
  kNotCompared,  // neither or only one of the dumps has it, on purpose
};

struct Result {
  rt::DumpedValue value;  // type as in A's file
  size_t node = 0;        // its place in execution order, from 1; 0 for a network's input
  State state = State::kNotCompared;
  std::filesystem::path file_a, file_b;
  size_t bytes_a = 0, bytes_b = 0;
  Difference difference;
  bool weights_differ = false;  // as far as both dumps have them
  // What feeds it; values that are not dumped are replaced by what feeds those.
  std::vector<std::string> equal_inputs, different_inputs, unknown_inputs;

  bool off() const { return state == State::kDiffers || state == State::kSizesDiffer || weights_differ; }
};

struct Check {
  std::string order;          // where the order comes from
  bool knows_inputs = false;  // the order comes from a model or an index
  size_t nodes = 0;
  std::vector<Result> results;  // in execution order
  std::vector<std::string> only_in_a, only_in_b;

  size_t count(State state) const;
  bool all_equal() const;  // what both dumps have
};

// `model` may be null. Throws Error where a file cannot be read or the dumps have nothing in common.
Check check_dumps(const DumpFolder& a, const DumpFolder& b, const rt::Graph* model);

}  // namespace magik::data_check

// Times of a network's nodes over many runs, and the tables and picture that show them.
#pragma once

#include <limits>
#include <string>
#include <vector>

#include "venus/core/network.h"
#include "venus/flavours/node_work.h"

namespace magik::rt {

// Milliseconds of several runs.
struct Times {
  double sum = 0, max = 0, min = std::numeric_limits<double>::infinity(), last = 0;
  size_t count = 0;

  void add(double milliseconds);
  double average() const { return count == 0 ? 0 : sum / static_cast<double>(count); }
};

// Runs of one network at one input size; a run that does not reach the last node does not count.
class Profiler : public Observer {
 public:
  // The detailed table leaves out the first `warm_ups` runs where there are more.
  explicit Profiler(size_t warm_ups) : warm_ups_(warm_ups) {}

  void run_begins(const Network& network) override;
  void node_done(const Network& network, size_t node_index, double milliseconds) override;
  void run_ends(const Network& network) override;

  size_t runs() const { return runs_; }
  // The detailed table, a row for each node, and the concise one, a row for each type of operator, most time first:
  // docs/boards.md tells the columns. "" without runs.
  std::string tables() const;
  // The network with the nodes' times, for Graphviz; "" without runs.
  std::string dot() const;
  void clear();

 private:
  struct Type {
    std::string name;
    Times times;     // of all its nodes together
    double run = 0;  // in the run that is going on
    size_t nodes = 0;
    int64_t multiply_accumulates = 0;
    bool computes = false;  // it has multiply_accumulates
  };
  struct Edge {
    std::string from, to, shape;
  };

  void describe(const Network& network);
  size_t excluded() const { return runs_ > warm_ups_ ? warm_ups_ : 0; }
  const std::vector<Times>& shown() const { return excluded() > 0 ? after_warm_up_ : all_; }
  std::string detailed_table() const;
  std::string concise_table() const;

  size_t warm_ups_;
  size_t runs_ = 0;
  std::vector<double> run_;                 // by node: the run that is going on
  std::vector<Times> all_, after_warm_up_;  // by node
  // What was seen at the first run's end.
  std::vector<NodeWork> works_;       // by node
  std::vector<std::string> kernels_;  // by node
  std::vector<Type> types_;
  std::vector<size_t> type_of_;  // by node
  std::vector<std::string> inputs_;
  std::vector<Edge> edges_;
};

}  // namespace magik::rt

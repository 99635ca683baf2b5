#include "venus/flavours/profiler.h"

#include <algorithm>
#include <cstdio>

#include "venus/flavours/text_table.h"

namespace magik::rt {
namespace {

std::string fixed(double number, int decimals) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", decimals, number);
  return text;
}

std::string milliseconds_text(double milliseconds) { return fixed(milliseconds, 4); }

std::string percent_text(double part, double whole) { return fixed(whole > 0 ? 100 * part / whole : 0, 3); }

// All digits: one operation is 1e-9 of it.
std::string giga_operations(int64_t multiply_accumulates) {
  return fixed(2 * static_cast<double>(multiply_accumulates) / 1e9, 9);
}

double sum_of_averages(const std::vector<Times>& times) {
  double sum = 0;
  for (const Times& node : times) sum += node.average();
  return sum;
}

// A string of the DOT language.
std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '\n') {
      result += "\\n";
      continue;
    }
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + "\"";
}

}  // namespace

void Times::add(double milliseconds) {
  sum += milliseconds;
  max = std::max(max, milliseconds);
  min = std::min(min, milliseconds);
  last = milliseconds;
  ++count;
}

void Profiler::run_begins(const Network& network) { run_.assign(network.node_count(), 0.0); }

void Profiler::node_done(const Network&, size_t node_index, double milliseconds) { run_[node_index] = milliseconds; }

void Profiler::run_ends(const Network& network) {
  if (runs_++ == 0) describe(network);
  for (size_t i = 0; i < run_.size(); ++i) {
    all_[i].add(run_[i]);
    if (runs_ > warm_ups_) after_warm_up_[i].add(run_[i]);
    types_[type_of_[i]].run += run_[i];
  }
  for (Type& type : types_) {
    type.times.add(type.run);
    type.run = 0;
  }
}

void Profiler::clear() { *this = Profiler(warm_ups_); }

void Profiler::describe(const Network& network) {
  const Graph& graph = network.graph();
  works_ = work_of(network);
  all_.assign(works_.size(), Times());
  after_warm_up_ = all_;
  std::vector<std::string> producer(graph.values.size());
  for (const ValueId id : graph.inputs) {
    producer[static_cast<size_t>(id)] = "input" + std::to_string(inputs_.size());
    inputs_.push_back(graph.values[static_cast<size_t>(id)].name);
  }
  for (size_t i = 0; i < works_.size(); ++i) {
    const NodeWork& work = works_[i];
    kernels_.push_back(network.kernel_name(i));
    size_t t = 0;
    while (t < types_.size() && types_[t].name != work.type) ++t;
    if (t == types_.size()) types_.push_back({work.type, {}, 0, 0, 0, false});
    type_of_.push_back(t);
    ++types_[t].nodes;
    types_[t].computes |= work.multiply_accumulates.has_value();
    types_[t].multiply_accumulates += work.multiply_accumulates.value_or(0);
    const std::string name = "node" + std::to_string(i);
    for (const ValueId id : graph.nodes[i].inputs) {
      if (id == kNoValue || producer[static_cast<size_t>(id)].empty()) continue;
      edges_.push_back({producer[static_cast<size_t>(id)], name, shape_in_braces(network.tensor(id).shape)});
    }
    for (const ValueId id : graph.nodes[i].outputs) producer[static_cast<size_t>(id)] = name;
  }
}

std::string Profiler::tables() const {
  if (runs_ == 0) return "";
  return "[I/magik::venus]:\nTiming cycle = " + std::to_string(runs_) +
         "\n===== Detailed DispatchProfiler Summary: N/A, Exclude " + std::to_string(excluded()) + "warm-ups =====\n" +
         detailed_table() + "===== Concise Dispatch Profiler Summary: N/A, Exclude 0 warm-ups =====\n" +
         concise_table();
}

std::string Profiler::detailed_table() const {
  TextTable table({"LayerName", "OperatorType", "InputShape", "OutputShape", "FilterShape", "Stride", "Pad", "Dila",
                   "Avg(ms)", "Max(ms)", "Min(ms)", "Last(ms)", "Avg(%)", "GOPs", "BandWidth(MB)"});
  const std::vector<Times>& times = shown();
  const double total = sum_of_averages(times);
  for (size_t i = 0; i < works_.size(); ++i) {
    const NodeWork& work = works_[i];
    table.add({work.layer, work.type, work.inputs, work.outputs, work.filter, work.stride, work.pad, work.dilation,
               milliseconds_text(times[i].average()), milliseconds_text(times[i].max), milliseconds_text(times[i].min),
               milliseconds_text(times[i].last), percent_text(times[i].average(), total),
               work.multiply_accumulates ? giga_operations(*work.multiply_accumulates) : kNotApplicable,
               work.bytes ? fixed(static_cast<double>(*work.bytes) / 1e6, 6) : kNotApplicable});
  }
  return table.text();
}

std::string Profiler::concise_table() const {
  TextTable table({"OperatorType", "Avg(ms)", "Max(ms)", "Min(ms)", "Avg(%)", "GOPs", "CalledTimes"});
  std::vector<Type> types = types_;
  std::stable_sort(types.begin(), types.end(), [](const Type& a, const Type& b) { return a.times.sum > b.times.sum; });
  double total = 0;
  for (const Type& type : types) total += type.times.average();
  for (const Type& type : types) {
    table.add({type.name, milliseconds_text(type.times.average()), milliseconds_text(type.times.max),
               milliseconds_text(type.times.min), percent_text(type.times.average(), total),
               type.computes ? giga_operations(type.multiply_accumulates) : kNotApplicable,
               std::to_string(type.nodes)});
  }
  return table.text();
}

std::string Profiler::dot() const {
  if (runs_ == 0) return "";
  const std::vector<Times>& times = shown();
  const double total = sum_of_averages(times);
  double most = 0;
  for (const Times& node : times) most = std::max(most, node.average());
  std::string text = "digraph network {\n  node [shape=box, style=filled, fillcolor=white];\n";
  for (size_t i = 0; i < inputs_.size(); ++i) {
    text += "  input" + std::to_string(i) + " [shape=oval, label=" + quoted(inputs_[i]) + "];\n";
  }
  for (size_t i = 0; i < works_.size(); ++i) {
    const double average = times[i].average();
    const std::string label = works_[i].layer + "\n" + works_[i].type + ", " + kernels_[i] + "\n" + works_[i].outputs +
                              "\n" + milliseconds_text(average) + " ms, " + percent_text(average, total) + " %";
    // The more time, the redder.
    text += "  node" + std::to_string(i) + " [label=" + quoted(label) + ", fillcolor=\"0.05 " +
            fixed(most > 0 ? 0.8 * average / most : 0, 3) + " 1.0\"];\n";
  }
  for (const Edge& edge : edges_)
    text += "  " + edge.from + " -> " + edge.to + " [label=" + quoted(edge.shape) + "];\n";
  return text + "}\n";
}

}  // namespace magik::rt

#include "run/self_test.h"

#include <algorithm>
#include <cstdio>
#include <vector>

#include "venus/core/golden.h"
#include "venus/core/json_text.h"

namespace magik::run {
namespace {

using rt::Status;

// The nodes that are off and feed this one.
std::string wrong_inputs(const rt::Graph& graph, const rt::Node& node, const std::vector<size_t>& off) {
  std::string names;
  for (const size_t i : off) {
    const std::vector<rt::ValueId>& outputs = graph.nodes[i].outputs;
    const bool feeds = std::any_of(node.inputs.begin(), node.inputs.end(), [&](rt::ValueId input) {
      return std::find(outputs.begin(), outputs.end(), input) != outputs.end();
    });
    if (feeds) names += (names.empty() ? "" : ", ") + graph.nodes[i].name;
  }
  return names;
}

void print_text(const rt::Network& network, const std::vector<size_t>& off) {
  const rt::Graph& graph = network.graph();
  for (const size_t i : off) {
    const std::string wrong = wrong_inputs(graph, graph.nodes[i], off);
    std::printf("OFF: %s (%s, kernel %s): %s%s\n", graph.nodes[i].name.c_str(), graph.nodes[i].op.c_str(),
                network.kernel_name(i), wrong.empty() ? "its inputs are right" : "behind ", wrong.c_str());
  }
}

void print_json(const rt::Network& network, const std::vector<size_t>& off) {
  std::string names;
  for (const size_t i : off) names += (names.empty() ? "" : ", ") + rt::json_text(network.graph().nodes[i].name);
  std::printf("{\"nodes\": %zu, \"off\": [%s], \"isa\": \"%s\", \"threads\": %d}\n", network.node_count(),
              names.c_str(), rt::isa_name(network.options().isa), network.options().threads);
}

// "avx2 with 2 threads"
std::string place(const rt::Network& network) {
  const int threads = network.options().threads;
  return std::string(rt::isa_name(network.options().isa)) + " with " + std::to_string(threads) +
         (threads == 1 ? " thread" : " threads");
}

}  // namespace

Status self_test(const std::string& model, rt::Network& network, bool json) {
  if (network.graph().golden.empty()) {
    return Status::error(
        "%s: the model has no golden test; convert it again with --embed-golden, or take the .mgk "
        "that --save_quantize_model writes",
        model.c_str());
  }
  rt::Result<std::vector<size_t>> result = rt::nodes_off_golden(network);
  if (!result.ok()) return Status::error("%s: %s", model.c_str(), result.message().c_str());
  const std::vector<size_t>& off = result.value();
  if (json) {
    print_json(network, off);
  } else {
    print_text(network, off);
  }
  const std::string where = place(network);
  if (!off.empty()) {
    // Everything in front of the first one is right, and so are its inputs.
    const rt::Node& first = network.graph().nodes[off[0]];
    return Status::error(
        "%s: %zu of %zu nodes are off on %s; to blame is %s (%s, kernel %s): it is the first, and its "
        "inputs are right",
        model.c_str(), off.size(), network.node_count(), where.c_str(), first.name.c_str(), first.op.c_str(),
        network.kernel_name(off[0]));
  }
  if (!json) {
    std::printf("%s: self-test passed, all %zu nodes are right on %s\n", model.c_str(), network.node_count(),
                where.c_str());
  }
  return {};
}

}  // namespace magik::run

// Writes every node's bytes to files: magik-run --dump, MAGIK_CPP_DUMPDATA and the debug library (docs/data-check.md).
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "venus/core/dump_index.h"
#include "venus/core/network.h"

namespace magik::rt {

// The name that the runtime's dumps and profiles give a node: NODE_Quantize where it has quantized weights.
bool has_quantized_weights(const Graph& graph, const Node& node);
std::string runtime_name(const Graph& graph, const Node& node);

struct DumpOptions {
  std::string directory;       // made where it is missing; "." is the current one
  std::string suffix;          // NODE<suffix>.bin: "_out" for the debug library
  bool runtime_names = false;  // NODE_Quantize<suffix>.bin for nodes with quantized weights
  bool weights = false;        // for these nodes also NODE_Quantize_weight.bin and NODE_Quantize_bt.bin
  bool shared = false;         // other networks dump into the folder too: their files stay
  // Told of each file with a node's output, after it was written.
  std::function<void(const std::string& path, const Shape& shape)> written;
};

// Every value as NODE.bin: dense, logical channels. Inputs as input_data_shape_N_H_W_C.bin (INPUT_input_data_shape_...
// where there are several). The files of a run replace those of the run before, also those of another network unless
// the folder is shared; what no dump_index.json lists stays, except what a killed process left unfinished. The first
// error stops the dump and removes what the index lists and the index, in a shared folder only the index.
//
// NODE_bt.bin: int32 bias[C], float32 multiplier[C] (docs/quantization.md), for activations with slopes float32
// slope[C], and int32 zero points of input and output.
class NodeDump : public Observer {
 public:
  explicit NodeDump(DumpOptions options) : options_(std::move(options)) {}

  void run_begins(const Network& network) override;
  void node_done(const Network& network, size_t node_index, double milliseconds) override;

  Status take_status() { return std::move(status_); }

 private:
  Status begin(const Network& network);
  void stop(Status error);
  Status write_node(const Network& network, size_t node_index);
  Status write_weights(const Network& network, size_t node_index);
  Status write(const std::string& file, const std::vector<uint8_t>& bytes);
  std::string output_file(ValueId id) const { return stems_[static_cast<size_t>(id)] + options_.suffix + ".bin"; }
  std::string path_of(const std::string& file) const { return options_.directory + "/" + file; }

  DumpOptions options_;
  std::vector<std::string> stems_;  // by value, NODE or NODE_Quantize; empty for constants
  Status status_;
};

}  // namespace magik::rt

// dump_index.json, which every folder of node dumps has: what its files are, in execution order. magik-data-check walks
// the network with it, without the model.
//
//   {"values": [
//     {"name": "image", "op": "Input", "type": "uint8", "shape": [1, 8, 8, 1], "file": "input_data_shape_1_8_8_1.bin",
//      "inputs": []},
//     {"name": "relu0", "op": "Conv2D", "type": "uint8", "shape": [1, 8, 8, 16], "file": "relu0_Quantize_out.bin",
//      "inputs": ["image"]}
//   ]}
#pragma once

#include <string>
#include <vector>

#include "venus/core/graph.h"

namespace magik::rt {

constexpr char kDumpIndexFile[] = "dump_index.json";
constexpr char kInputOp[] = "Input";  // stands for the operator of a network's input

struct DumpedValue {
  std::string name;  // of the node; of the value where the node has several outputs
  std::string op;
  ElementType type = ElementType::kNone;
  Shape shape;
  std::string file;                 // relative to the folder; empty: not dumped
  std::vector<std::string> inputs;  // names of the values, without constants
};

// Every input of the network, then every node's outputs, as the graph has them; `file` stays empty.
std::vector<DumpedValue> list_values(const Graph& graph);
// The value that each entry of list_values() is.
std::vector<ValueId> listed_ids(const Graph& graph);

std::string dump_index_text(const std::vector<DumpedValue>& values);

// NODE of NODE.bin: `/` becomes `_`.
std::string file_stem(const std::string& name);

}  // namespace magik::rt

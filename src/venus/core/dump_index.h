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

#include <set>
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

// The files that a dump_index.json of this text lists, each as json_text() has it.
std::set<std::string> listed_files(const std::string& index_text);

// NODE of NODE.bin: `/` becomes `_`, and the end of an over-long name becomes a checksum.
std::string file_stem(const std::string& name);
// `stem`, with `.2` and so on behind it where it is in `taken`; the result is taken then.
std::string unique_stem(std::set<std::string>& taken, const std::string& stem);
// The stems of a whole network, as list_values() has it: no two nodes have the same, nor have two inputs. Every writer
// and reader of dumps takes them from here.
std::vector<std::string> file_stems(const std::vector<DumpedValue>& values);

}  // namespace magik::rt

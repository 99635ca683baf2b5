#include "venus/core/dump.h"

#include <dirent.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <set>

#include "venus/core/files.h"
#include "venus/core/json_text.h"
#include "venus/core/tensor_bytes.h"
#include "venus/ops/conv2d_params.h"

namespace magik::rt {
namespace {

const Value& value_of(const Graph& graph, ValueId id) { return graph.values[static_cast<size_t>(id)]; }

std::string input_stem(const std::string& prefix, const Shape& shape) {
  std::string stem = prefix + "input_data_shape";
  for (const int32_t dim : shape) stem += "_" + std::to_string(dim);
  return stem;
}

std::string read_index(const std::string& directory) {
  std::ifstream file(directory + "/" + kDumpIndexFile, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// temporary_name() of a process that is gone: it was killed while it wrote.
bool is_leftover(const char* name) {
  int process = 0, end = 0;
  return std::sscanf(name, ".magik.%d.%*u.tmp%n", &process, &end) == 1 && end > 0 && name[end] == '\0' &&
         kill(process, 0) != 0 && errno == ESRCH;
}

// The files that are in `listed`, which has them as an index does, and leftovers.
void remove_files(const std::string& directory, const std::set<std::string>& listed) {
  std::vector<std::string> files;
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(opendir(directory.c_str()), closedir);
  while (const dirent* entry = folder != nullptr ? readdir(folder.get()) : nullptr) {
    if (listed.count(json_text(entry->d_name)) != 0 || is_leftover(entry->d_name)) files.emplace_back(entry->d_name);
  }
  const std::string prefix = directory + "/";
  for (const std::string& file : files) unlink((prefix + file).c_str());
}

void remove_dump(const std::string& directory) {
  std::set<std::string> files = listed_files(read_index(directory));
  files.insert(json_text(kDumpIndexFile));
  remove_files(directory, files);
}

template <typename T>
void append(std::vector<uint8_t>& bytes, const T* first, size_t count) {
  const auto* from = reinterpret_cast<const uint8_t*>(first);
  bytes.insert(bytes.end(), from, from + count * sizeof(T));
}

std::vector<uint8_t> requantization_bytes(const Conv2DParams& params, const NodeTensors& tensors) {
  const auto channels = static_cast<size_t>(params.out_channels);
  std::vector<uint8_t> bytes;
  const std::vector<int32_t> no_bias(channels, 0);
  append(bytes, params.bias_q != nullptr ? params.bias_q : no_bias.data(), channels);
  append(bytes, params.multiplier.data(), params.multiplier.size());
  append(bytes, params.slope.data(), params.slope.size());
  const Tensor& y = tensors.outputs[0];
  const int32_t zero_points[] = {params.x_zero_point, y.quantized() ? y.zero_point() : 0};
  append(bytes, zero_points, 2);
  return bytes;
}

}  // namespace

bool has_quantized_weights(const Graph& graph, const Node& node) {
  if (node.op != "Conv2D" && node.op != "MatMul") return false;
  const Value& weight = value_of(graph, node.inputs[Conv2DParams::kWeight]);
  return weight.is_constant() && weight.type == ElementType::kInt8 && weight.quantization.enabled();
}

std::string runtime_name(const Graph& graph, const Node& node) {
  return has_quantized_weights(graph, node) ? node.name + "_Quantize" : node.name;
}

void NodeDump::run_begins(const Network& network) {
  status_ = {};
  stop(begin(network));
}

void NodeDump::node_done(const Network& network, size_t node_index, double) {
  if (status_.ok()) stop(write_node(network, node_index));
}

void NodeDump::stop(Status error) {
  if (error.ok()) return;
  if (options_.shared) {
    unlink(path_of(kDumpIndexFile).c_str());  // the files may be another network's
  } else {
    remove_dump(options_.directory);
  }
  status_ = std::move(error);
}

Status NodeDump::begin(const Network& network) {
  const Graph& graph = network.graph();
  std::vector<DumpedValue> values = list_values(graph);
  const std::vector<ValueId> ids = listed_ids(graph);
  const std::vector<std::string> stems = file_stems(values);
  std::set<std::string> weighted, taken;
  for (const Node& node : graph.nodes) {
    if (has_quantized_weights(graph, node)) weighted.insert(node.name);
  }
  stems_.assign(graph.values.size(), "");
  for (size_t i = 0; i < values.size(); ++i) {
    DumpedValue& value = values[i];
    value.shape = network.tensor(ids[i]).shape;  // a reshape may have changed it
    const bool is_input = i < graph.inputs.size();
    const char* quantize = options_.runtime_names && weighted.count(value.name) != 0 ? "_Quantize" : "";
    const std::string prefix = graph.inputs.size() == 1 ? "" : stems[i] + "_";
    std::string& stem = stems_[static_cast<size_t>(ids[i])];
    stem = unique_stem(taken, is_input ? input_stem(prefix, value.shape) : stems[i] + quantize);
    value.file = is_input ? stem + ".bin" : output_file(ids[i]);
  }
  MAGIK_RETURN_IF_ERROR(make_directory(options_.directory));
  const std::string index = dump_index_text(values);
  if (!options_.shared) {
    const std::string earlier = read_index(options_.directory);
    remove_files(options_.directory, index != earlier ? listed_files(earlier) : std::set<std::string>());
  }
  MAGIK_RETURN_IF_ERROR(write_file(path_of(kDumpIndexFile), index.data(), index.size()));
  for (const ValueId id : graph.inputs) {
    MAGIK_RETURN_IF_ERROR(write(stems_[static_cast<size_t>(id)] + ".bin", dense_bytes(network.tensor(id))));
  }
  return {};
}

Status NodeDump::write_node(const Network& network, size_t node_index) {
  const Graph& graph = network.graph();
  const Node& node = graph.nodes[node_index];
  for (const ValueId id : node.outputs) {
    const std::string file = output_file(id);
    const Tensor tensor = network.tensor(id);
    MAGIK_RETURN_IF_ERROR(write(file, dense_bytes(tensor)));
    if (options_.written) options_.written(path_of(file), tensor.shape);
  }
  return options_.weights && has_quantized_weights(graph, node) ? write_weights(network, node_index) : Status();
}

Status NodeDump::write_weights(const Network& network, size_t node_index) {
  const NodeTensors& tensors = network.node_tensors(node_index);
  const std::string& stem = stems_[static_cast<size_t>(tensors.node->outputs[0])];
  Result<Conv2DParams> params = make_conv2d_params(tensors);
  if (!params.ok()) return params.take_status();
  MAGIK_RETURN_IF_ERROR(write(stem + "_weight.bin", dense_bytes(tensors.inputs[Conv2DParams::kWeight])));
  return write(stem + "_bt.bin", requantization_bytes(params.value(), tensors));
}

Status NodeDump::write(const std::string& file, const std::vector<uint8_t>& bytes) {
  return write_file(path_of(file), bytes.data(), bytes.size());
}

}  // namespace magik::rt

#include "venus/core/golden.h"

#include "venus/core/model_header.h"
#include "venus/core/tensor_bytes.h"

namespace magik::rt {
namespace {

class Checksums : public Observer {
 public:
  void node_done(const Network& network, size_t node_index, double) override {
    std::vector<uint8_t> bytes;
    for (const ValueId id : network.graph().nodes[node_index].outputs) {
      const std::vector<uint8_t> output = dense_bytes(network.tensor(id));
      bytes.insert(bytes.end(), output.begin(), output.end());
    }
    of_nodes.push_back(model_checksum(bytes.data(), bytes.size()));
  }

  std::vector<uint64_t> of_nodes;
};

Status feed_golden_input(const Network& network) {
  const Graph& graph = network.graph();
  if (graph.golden.empty()) return Status::error("the model has no golden test");
  for (size_t i = 0; i < graph.inputs.size(); ++i) {
    const Shape& stored = graph.values[static_cast<size_t>(graph.inputs[i])].shape;
    const Tensor input = network.input(i);
    if (input.shape != stored) {
      return Status::error("the golden test is for input %zu of shape %s, it has %s", i, stored.text().c_str(),
                           input.shape.text().c_str());
    }
    copy_to_tensor(graph.golden.inputs[i].data, input);
  }
  return {};
}

}  // namespace

Result<Golden> record_golden(Network& network) {
  Golden golden;
  for (size_t i = 0; i < network.graph().inputs.size(); ++i) {
    const std::vector<uint8_t> bytes = dense_bytes(network.input(i));
    golden.inputs.push_back(Constant::copy_of(bytes.data(), bytes.size()));
  }
  Checksums checksums;
  MAGIK_RETURN_IF_ERROR(network.run(&checksums));
  golden.node_checksums = std::move(checksums.of_nodes);
  return golden;
}

Result<std::vector<size_t>> nodes_off_golden(Network& network) {
  MAGIK_RETURN_IF_ERROR(feed_golden_input(network));
  Checksums checksums;
  MAGIK_RETURN_IF_ERROR(network.run(&checksums));
  std::vector<size_t> off;
  for (size_t i = 0; i < network.node_count(); ++i) {
    if (checksums.of_nodes[i] != network.graph().golden.node_checksums[i]) off.push_back(i);
  }
  return off;
}

}  // namespace magik::rt

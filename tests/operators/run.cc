#include "operators/run.h"

#include <algorithm>

#include "venus/core/tensor_bytes.h"

namespace magik::check {
namespace {

// Later nodes may overwrite a value's memory: it is read as soon as its node is done.
class Recorder : public rt::Observer {
 public:
  explicit Recorder(CaseRun& run) : run_(run) {}
  void node_done(const rt::Network& network, size_t index, double) override {
    const rt::Node& node = network.graph().nodes[index];
    const std::string kernel = network.kernel_name(index);
    run_.kernels.push_back({node.op, kernel});
    for (size_t i = 0; i < node.outputs.size(); ++i) {
      const std::string& name = network.graph().values[static_cast<size_t>(node.outputs[i])].name;
      run_.values.push_back({name, kernel, rt::dense_bytes(network.node_tensors(index).outputs[i])});
    }
  }

 private:
  CaseRun& run_;
};

}  // namespace

Result<CaseRun> run_case(const Case& item, const rt::NetworkOptions& options) {
  Result<std::unique_ptr<rt::Network>> created = rt::Network::create(item.graph, options);
  if (!created.ok()) return Status::error("%s: %s", item.name.c_str(), created.message().c_str());
  rt::Network& network = *created.value();
  CaseRun run;
  for (size_t i = 0; i < item.inputs.size(); ++i) {
    OwnedTensor input = item.inputs[i];
    rt::copy_to_tensor(rt::dense_bytes(input.view()).data(), network.input(i));
  }
  for (size_t i = 0; i < item.graph->values.size(); ++i) {
    const rt::ValueId id = static_cast<rt::ValueId>(i);
    const bool is_input = std::count(item.graph->inputs.begin(), item.graph->inputs.end(), id) != 0;
    if (!is_input && !item.graph->values[i].is_constant()) continue;
    run.values.push_back({item.graph->values[i].name, "", rt::dense_bytes(network.tensor(id))});
  }
  Recorder recorder(run);
  if (const Status status = network.run(&recorder); !status.ok()) {
    return Status::error("%s: %s", item.name.c_str(), status.message().c_str());
  }
  return run;
}

}  // namespace magik::check

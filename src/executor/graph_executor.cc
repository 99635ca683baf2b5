#include "graph_executor.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <exception>

#include "executor/tensor_state.h"
#include "executor/values.h"
#include "transform/data/image.h"
#include "transform/data/resize.h"
#include "venus/core/data_dump.h"
#include "venus/core/environment.h"
#include "venus/core/model_file.h"
#include "venus/core/network.h"
#include "venus/core/tensor_bytes.h"
#include "venus/core/version.h"

namespace magik::transformkit::magikexecutor {
namespace {

using rt::Graph;
using rt::Result;
using rt::Status;
using rt::ValueId;

const rt::Value& value_of(const Graph& graph, ValueId id) { return graph.values[static_cast<size_t>(id)]; }

std::vector<std::string> names_of(const Graph& graph, const std::vector<ValueId>& ids) {
  std::vector<std::string> names;
  for (const ValueId id : ids) names.push_back(value_of(graph, id).name);
  return names;
}

bool contains(const std::vector<ValueId>& ids, ValueId id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

Status no_such(const char* what, const std::string& name, const std::vector<std::string>& known) {
  std::string list;
  for (const std::string& other : known) list += (list.empty() ? "'" : ", '") + other + "'";
  return Status::error("there is no %s '%s', the network has %s", what, name.c_str(), list.c_str());
}

std::vector<int> shape_of(const rt::Tensor& tensor) { return {tensor.shape.begin(), tensor.shape.end()}; }

}  // namespace

struct GraphExecutor::Impl {
  using Views = std::map<ValueId, Tensor>;

  std::shared_ptr<const Graph> graph;  // null where the model could not be loaded
  std::unique_ptr<rt::Network> network;
  std::string load_error, error;
  bool inplace = true;
  bool dump = rt::data_dump_is_asked_for();
  std::unique_ptr<rt::DataDumpFolder> dump_folder;  // from the first dump on
  bool ran = false;                                 // the network's values are results
  bool failed = false;                              // the last work()
  std::vector<std::unique_ptr<Tensor>> inputs;      // as they were set
  Views nodes, outputs;                             // handed out; each work() fills them again

  // Runs `body`, which returns a Status; logs and keeps an error.
  template <typename Body>
  bool guarded(const Body& body) noexcept {
    try {
      const Status status = body();
      return status.ok() || fail(status.message());
    } catch (const std::exception& failure) {
      return fail(failure.what());
    }
  }
  bool fail(const std::string& message) {
    error = message;
    std::fprintf(stderr, "ERROR(magikexecutor): %s\n", message.c_str());
    return false;
  }

  Status load(const std::string& path);
  Status make_network();
  Status check_results() const;
  Result<size_t> find_input(const std::string& name) const;
  Result<ValueId> find_value(const std::string& name) const;
  Result<size_t> find_node(const std::string& name) const;
  Status set_input(const std::string& name, const Tensor* tensor);
  Status set_image(const std::string& name, const std::string& path);
  Status reshape_to_inputs();
  Status write_input(size_t index);
  Status work(const std::vector<std::string>& from, const std::string& to);
  Status run_nodes(size_t first, size_t last);
  bool readable(ValueId id) const;
  void show_node(ValueId id, Tensor& tensor) const;
  void show_output(ValueId id, Tensor& tensor) const;
  Result<Tensor*> node_tensor(const std::string& name);
  Result<Tensor*> output_tensor(const std::string& name);
};

Status GraphExecutor::Impl::load(const std::string& path) {
  Result<std::shared_ptr<const Graph>> loaded = rt::load_model_file(path);
  if (!loaded.ok()) return loaded.take_status();
  graph = loaded.take();
  inputs.resize(graph->inputs.size());
  Status status = make_network();
  if (!status.ok()) graph.reset();
  return status;
}

Status GraphExecutor::Impl::make_network() {
  if (!graph) return Status::error("%s", load_error.c_str());
  if (network) return {};
  Result<rt::NetworkOptions> options = rt::options_from_environment();
  if (!options.ok()) return options.take_status();
  options.value().keep_all_values = !inplace;
  Result<std::unique_ptr<rt::Network>> made = rt::Network::create(graph, options.value());
  if (!made.ok()) return made.take_status();
  network = made.take();
  ran = false;
  return {};
}

Result<size_t> GraphExecutor::Impl::find_input(const std::string& name) const {
  if (!graph) return Status::error("%s", load_error.c_str());
  const std::vector<std::string> names = names_of(*graph, graph->inputs);
  if (name.empty() && names.size() == 1) return size_t{0};
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return no_such("input", name, names);
  return static_cast<size_t>(found - names.begin());
}

// By the value's name, which is also that of its node, or the name of its dump.
Result<ValueId> GraphExecutor::Impl::find_value(const std::string& name) const {
  if (!graph) return Status::error("%s", load_error.c_str());
  for (size_t id = 0; id < graph->values.size(); ++id) {
    const rt::Value& value = graph->values[id];
    if (value.name == name && !value.is_constant()) return static_cast<ValueId>(id);
  }
  for (const rt::Node& node : graph->nodes) {
    if (rt::runtime_name(*graph, node) == name) return node.outputs.front();
  }
  return Status::error("there is no node '%s'", name.c_str());
}

Result<size_t> GraphExecutor::Impl::find_node(const std::string& name) const {
  Result<ValueId> id = find_value(name);
  if (!id.ok()) return id.take_status();
  for (size_t i = 0; i < graph->nodes.size(); ++i) {
    if (contains(graph->nodes[i].outputs, id.value())) return i;
  }
  return Status::error("'%s' is an input, not a node", name.c_str());
}

Status GraphExecutor::Impl::set_input(const std::string& name, const Tensor* tensor) {
  Result<size_t> index = find_input(name);
  if (!index.ok()) return index.take_status();
  if (tensor == nullptr) return Status::error("input '%s': the tensor is null", name.c_str());
  const rt::Value& value = value_of(*graph, graph->inputs[index.value()]);
  MAGIK_RETURN_IF_ERROR(check_input(*tensor, value, graph->preprocessing[index.value()]));
  inputs[index.value()] = std::make_unique<Tensor>(*tensor);
  return {};
}

Status GraphExecutor::Impl::set_image(const std::string& name, const std::string& path) {
  Result<size_t> index = find_input(name);
  if (!index.ok()) return index.take_status();
  MAGIK_RETURN_IF_ERROR(make_network());
  const rt::Preprocessing& preprocessing = graph->preprocessing[index.value()];
  const rt::Shape shape = network->input(index.value()).shape;
  if (preprocessing.kind != rt::InputKind::kPixels || shape.rank() != 4) {
    return Status::error("input '%s' takes numbers, not images", name.c_str());
  }
  const transform::Image photo =
      transform::fit_image(transform::convert_color(transform::load_image(path), shape[3] == 1 ? "GRAY" : "RGB"),
                           shape[2], shape[1], preprocessing.resize);
  Tensor pixels({shape.begin(), shape.end()}, Tensor::DT_UINT8);
  if (pixels.get_ptr() == nullptr) return Status::error("input '%s': no memory for the image", name.c_str());
  for (int n = 0; n < shape[0]; ++n) {  // a batch is filled with the one image
    std::memcpy(static_cast<uint8_t*>(pixels.get_mutable_ptr()) + static_cast<size_t>(n) * photo.pixels.size(),
                photo.pixels.data(), photo.pixels.size());
  }
  return set_input(name, &pixels);
}

Status GraphExecutor::Impl::reshape_to_inputs() {
  std::vector<rt::Shape> shapes;
  for (size_t i = 0; i < inputs.size(); ++i) {
    const rt::Value& value = value_of(*graph, graph->inputs[i]);
    if (!inputs[i]) return Status::error("input '%s' was not set: call set_input()", value.name.c_str());
    MAGIK_RETURN_IF_ERROR(check_input(*inputs[i], value, graph->preprocessing[i]));
    const std::vector<int> dims = inputs[i]->shape();
    shapes.emplace_back(dims.begin(), dims.end());
  }
  return shapes == network->input_shapes() ? Status() : network->reshape_inputs(shapes);
}

Status GraphExecutor::Impl::write_input(size_t index) {
  rt::Value value = value_of(*graph, graph->inputs[index]);
  value.shape = network->input(index).shape;
  Result<std::vector<uint8_t>> bytes = input_bytes(*inputs[index], value, graph->preprocessing[index]);
  if (!bytes.ok()) return bytes.take_status();
  rt::copy_to_tensor(bytes.value().data(), network->input(index));
  return {};
}

Status GraphExecutor::Impl::work(const std::vector<std::string>& from, const std::string& to) {
  MAGIK_RETURN_IF_ERROR(make_network());
  size_t first = 0, last = graph->nodes.size();
  if (from.empty()) {
    Status status = reshape_to_inputs();
    if (!status.ok()) {
      network.reset();  // it may have been done by half
      return status;
    }
    for (size_t i = 0; i < inputs.size(); ++i) MAGIK_RETURN_IF_ERROR(write_input(i));
  } else {
    if (inplace || !ran) {
      return Status::error("work() from a node needs the results of an earlier work() after set_inplace(false)");
    }
    first = last;
    for (const std::string& name : from) {
      Result<size_t> node = find_node(name);
      if (!node.ok()) return node.take_status();
      first = std::min(first, node.value());
    }
  }
  if (!to.empty()) {
    Result<size_t> node = find_node(to);
    if (!node.ok()) return node.take_status();
    last = node.value() + 1;
    if (last <= first) return Status::error("node '%s' comes before the nodes to start from", to.c_str());
  }
  MAGIK_RETURN_IF_ERROR(run_nodes(first, last));
  ran = true;
  for (auto& view : nodes) {
    if (readable(view.first)) show_node(view.first, view.second);
  }
  for (auto& view : outputs) show_output(view.first, view.second);
  return {};
}

Status GraphExecutor::Impl::run_nodes(size_t first, size_t last) {
  if (!dump || first != 0) return network->run_nodes(first, last);
  if (!dump_folder) dump_folder = std::make_unique<rt::DataDumpFolder>(*graph);
  rt::NodeDump dumper(dump_folder->options());
  MAGIK_RETURN_IF_ERROR(network->run_nodes(first, last, &dumper));
  return dumper.take_status();
}

bool GraphExecutor::Impl::readable(ValueId id) const {
  return !inplace || contains(graph->inputs, id) || contains(graph->outputs, id);
}

void GraphExecutor::Impl::show_node(ValueId id, Tensor& tensor) const {
  const rt::Tensor value = network->tensor(id);
  tensor.reshape(shape_of(value));
  tensor.state_->quantization = *value.quantization;
  if (!ran || tensor.get_ptr() == nullptr) return;
  const std::vector<uint8_t> bytes = rt::dense_bytes(value);
  std::memcpy(tensor.get_mutable_ptr(), bytes.data(), bytes.size());
}

void GraphExecutor::Impl::show_output(ValueId id, Tensor& tensor) const {
  const rt::Tensor value = network->tensor(id);
  tensor.reshape(shape_of(value));
  if (!ran || tensor.get_ptr() == nullptr) return;
  const std::vector<float> floats =
      real_values(rt::dense_bytes(value).data(), value.type, static_cast<size_t>(value.elements()),
                  static_cast<size_t>(value.shape.back()), *value.quantization);
  std::memcpy(tensor.get_mutable_ptr(), floats.data(), floats.size() * sizeof(float));
}

// Results of an earlier work() would pass for those of the one that failed.
Status GraphExecutor::Impl::check_results() const {
  return failed ? Status::error("there are no results: the last run failed") : Status();
}

Result<Tensor*> GraphExecutor::Impl::node_tensor(const std::string& name) {
  Result<ValueId> id = find_value(name);
  if (!id.ok()) return id.take_status();
  MAGIK_RETURN_IF_ERROR(check_results());
  if (!readable(id.value())) {
    return Status::error("node '%s' shares its memory with others: call set_inplace(false) before work()",
                         name.c_str());
  }
  MAGIK_RETURN_IF_ERROR(make_network());
  auto view = nodes.find(id.value());
  if (view == nodes.end()) {
    Tensor tensor({0}, data_type_of(value_of(*graph, id.value()).type));
    tensor.set_name(name);
    view = nodes.emplace(id.value(), tensor).first;
  }
  show_node(id.value(), view->second);
  return &view->second;
}

Result<Tensor*> GraphExecutor::Impl::output_tensor(const std::string& name) {
  Result<ValueId> id = find_value(name);
  if (graph && (!id.ok() || !contains(graph->outputs, id.value()))) {
    return no_such("output", name, names_of(*graph, graph->outputs));
  }
  MAGIK_RETURN_IF_ERROR(make_network());
  MAGIK_RETURN_IF_ERROR(check_results());
  auto view = outputs.find(id.value());
  if (view == outputs.end()) {
    Tensor tensor({0}, Tensor::DT_FLOAT);
    tensor.set_name(name);
    view = outputs.emplace(id.value(), tensor).first;
    show_output(id.value(), view->second);
  }
  return &view->second;
}

GraphExecutor::GraphExecutor(const std::string& mgk_path, DEVICE) : impl_(new Impl) {
  std::fprintf(stderr, "INFO(magikexecutor): magik executor version:%s built:%s:CPU\n",
               rt::version_with_revision().c_str(), rt::build_date().c_str());
  if (!impl_->guarded([&] { return impl_->load(mgk_path); })) impl_->load_error = impl_->error;
}

GraphExecutor::~GraphExecutor() = default;

void GraphExecutor::set_inplace(bool inplace) {
  if (impl_->inplace == inplace) return;
  impl_->inplace = inplace;
  impl_->network.reset();
}

void GraphExecutor::set_dump(bool dump) { impl_->dump = dump; }

std::vector<std::string> GraphExecutor::get_input_names() const {
  return impl_->graph ? names_of(*impl_->graph, impl_->graph->inputs) : std::vector<std::string>();
}

std::vector<std::string> GraphExecutor::get_output_names() const {
  if (!impl_->graph) return {};
  std::vector<std::string> names = names_of(*impl_->graph, impl_->graph->outputs);
  std::sort(names.begin(), names.end());
  return names;
}

bool GraphExecutor::set_input(const Tensor* tensor) { return set_input(tensor ? tensor->name() : "", tensor); }

bool GraphExecutor::set_input(const std::string& name, const Tensor* tensor) {
  return impl_->guarded([&] { return impl_->set_input(name, tensor); });
}

bool GraphExecutor::set_inputs(const std::map<std::string, Tensor*>& tensors) {
  bool all_set = true;
  for (const auto& tensor : tensors) all_set = set_input(tensor.first, tensor.second) && all_set;
  return all_set;
}

bool GraphExecutor::set_input_image(const std::string& name, const std::string& path) {
  return impl_->guarded([&] { return impl_->set_image(name, path); });
}

bool GraphExecutor::work(const std::vector<std::string>& from, const std::string& to) {
  impl_->failed = !impl_->guarded([&] { return impl_->work(from, to); });
  return !impl_->failed;
}

const Tensor* GraphExecutor::get_node_tensor(const std::string& name) const {
  Tensor* tensor = nullptr;
  impl_->guarded([&]() -> Status {
    Result<Tensor*> found = impl_->node_tensor(name);
    if (!found.ok()) return found.take_status();
    tensor = found.value();
    return {};
  });
  return tensor;
}

const Tensor* GraphExecutor::get_output_tensor(const std::string& name) const {
  return const_cast<GraphExecutor*>(this)->get_mutable_output_tensor(name);
}

Tensor* GraphExecutor::get_mutable_output_tensor(const std::string& name) {
  Tensor* tensor = nullptr;
  impl_->guarded([&]() -> Status {
    Result<Tensor*> found = impl_->output_tensor(name);
    if (!found.ok()) return found.take_status();
    tensor = found.value();
    return {};
  });
  return tensor;
}

std::vector<float> GraphExecutor::get_node_float_data(const Tensor* tensor) const {
  std::vector<float> values;
  impl_->guarded([&]() -> Status {
    if (tensor == nullptr) return Status::error("get_node_float_data: the tensor is null");
    const rt::ElementType type = element_type_of(tensor->data_type());
    if (type == rt::ElementType::kNone) {
      return Status::error("get_node_float_data: the tensor has the data type %d", tensor->data_type());
    }
    const size_t channels = tensor->dims() == 0 ? 1 : static_cast<size_t>(tensor->shape().back());
    if (tensor->get_ptr() == nullptr) return {};
    values = real_values(tensor->get_ptr(), type, static_cast<size_t>(tensor->total()), channels,
                         tensor->state_->quantization);
    return {};
  });
  return values;
}

std::string GraphExecutor::error() const { return impl_->error; }

}  // namespace magik::transformkit::magikexecutor

#include "venus/api/loaded_network.h"

#include <algorithm>
#include <atomic>
#include <cstring>

#include "venus/api/data_dump.h"
#include "venus/api/nv12.h"
#include "venus/core/environment.h"

namespace magik::api {
namespace {

using rt::ElementType;
using rt::Result;
using rt::Status;
using venus::ChannelLayout;
using venus::shape_t;
using venus::ShareMemoryMode;

constexpr int kMostSteps = 8;

std::atomic<int> default_threads{0};  // 0: not set

venus::DataType public_type(ElementType type) {
  switch (type) {
    case ElementType::kFloat32:
      return venus::DataType::FP32;
    case ElementType::kInt32:
      return venus::DataType::INT32;
    case ElementType::kUint8:
      return venus::DataType::UINT8;
    case ElementType::kUint16:
      return venus::DataType::UINT16;
    case ElementType::kInt8:
      return venus::DataType::INT8;
    case ElementType::kBool:
      return venus::DataType::BOOL;
    case ElementType::kNone:
      break;
  }
  return venus::DataType::NONE;
}

shape_t public_shape(const rt::Shape& shape) { return shape_t(shape.begin(), shape.end()); }

ChannelLayout layout_of(const rt::Preprocessing& preprocessing, bool nv12) {
  if (preprocessing.kind != rt::InputKind::kPixels) return ChannelLayout::FP;
  if (nv12) return ChannelLayout::NV12;
  if (preprocessing.color == "GRAY") return ChannelLayout::GRAY;
  return preprocessing.color == "BGR" ? ChannelLayout::BGRA : ChannelLayout::RGBA;
}

// Dense floats of a tensor of any type.
template <typename T>
void to_floats(const rt::Tensor& tensor, float* to) {
  const rt::Quantization& q = *tensor.quantization;
  const int64_t channels = tensor.shape.back();
  for (int64_t row = 0; row < tensor.rows(); ++row) {
    const T* from = static_cast<const T*>(tensor.data) + row * tensor.pitch;
    for (int64_t c = 0; c < channels; ++c) {
      const size_t i = q.scale.size() == static_cast<size_t>(channels) ? static_cast<size_t>(c) : 0;
      *to++ = q.enabled() ? static_cast<float>(static_cast<int32_t>(from[c]) - q.zero_point[i]) * q.scale[i]
                          : static_cast<float>(from[c]);
    }
  }
}

class InputTensor : public TensorData {
 public:
  InputTensor(std::shared_ptr<LoadedNetwork> network, size_t index) : network_(std::move(network)), index_(index) {}
  shape_t shape() const override { return network_->input_shape(index_); }
  venus::DataType type() const override { return network_->input_type(index_); }
  void* memory() override { return network_->input_memory(index_); }
  uint64_t room() const override { return network_->input_room(index_); }
  Status reshape(const shape_t& shape) override { return network_->reshape_input(index_, shape); }
  Status set_data(void* data, size_t bytes) override { return network_->set_input_data(index_, data, bytes); }

 private:
  std::shared_ptr<LoadedNetwork> network_;
  size_t index_;
};

class OutputTensor : public TensorData {
 public:
  OutputTensor(std::shared_ptr<LoadedNetwork> network, size_t index) : network_(std::move(network)), index_(index) {}
  shape_t shape() const override { return network_->output_shape(index_); }
  venus::DataType type() const override { return venus::DataType::FP32; }
  void* memory() override { return network_->output_memory(index_); }
  uint64_t room() const override { return network_->output_room(index_); }
  Status reshape(const shape_t&) override { return Status::error("an output cannot be reshaped"); }
  Status set_data(void*, size_t) override { return Status::error("an output's memory cannot be set"); }

 private:
  std::shared_ptr<LoadedNetwork> network_;
  size_t index_;
};

}  // namespace

void set_default_threads(int threads) { default_threads = threads; }

TensorHandle input_tensor(std::shared_ptr<LoadedNetwork> network, size_t input) {
  return std::make_shared<InputTensor>(std::move(network), input);
}

TensorHandle output_tensor(std::shared_ptr<LoadedNetwork> network, size_t output) {
  return std::make_shared<OutputTensor>(std::move(network), output);
}

Result<std::shared_ptr<LoadedNetwork>> LoadedNetwork::create(std::shared_ptr<const rt::Graph> graph,
                                                             const std::string& name, venus::TensorFormat format,
                                                             ShareMemoryMode mode) {
  Result<rt::NetworkOptions> options = rt::options_from_environment();
  if (!options.ok()) return options.take_status();
  options.value().external_arena = true;
  if (default_threads != 0) options.value().threads = default_threads;
  Result<std::unique_ptr<rt::Network>> network = rt::Network::create(std::move(graph), options.value());
  if (!network.ok()) return network.take_status();
  std::shared_ptr<LoadedNetwork> loaded(new LoadedNetwork(network.take(), format, mode));
  for (size_t i = 0; i < loaded->inputs_.size(); ++i) {
    if (!loaded->inputs_[i].nv12) continue;
    Result<rt::Shape> shape = loaded->network_shape(i, loaded->input_shape(i));
    if (!shape.ok()) return shape.take_status();
  }
  MAGIK_RETURN_IF_ERROR(loaded->provide_buffers());
  if (mode != ShareMemoryMode::SET_FROM_EXTERNAL) MAGIK_RETURN_IF_ERROR(loaded->provide_memory());
  loaded->watch(name);
  return loaded;
}

LoadedNetwork::LoadedNetwork(std::unique_ptr<rt::Network> network, venus::TensorFormat format, ShareMemoryMode mode)
    : network_(std::move(network)), mode_(mode), inputs_(graph().inputs.size()), outputs_(graph().outputs.size()) {
  for (size_t i = 0; i < inputs_.size(); ++i) {
    const rt::Preprocessing& preprocessing = graph().preprocessing[i];
    inputs_[i].pixels = preprocessing.kind == rt::InputKind::kPixels;
    inputs_[i].nv12 = inputs_[i].pixels && format == venus::TensorFormat::NV12;
    inputs_[i].layout = layout_of(preprocessing, inputs_[i].nv12);
  }
  find_steps();
  if (mode == ShareMemoryMode::SHARE_ONE_THREAD) {
    thread_local const std::shared_ptr<SharedArena> arena = std::make_shared<SharedArena>();
    shared_arena_ = arena;
  }
}

// Binds the arena that the mode asks for. Cheap where it is bound already: every run does it, because another network
// of the thread may have made the shared arena grow.
Status LoadedNetwork::provide_memory() {
  const uint64_t bytes = std::max<uint64_t>(network_->arena_bytes(), rt::kAlignment);
  void* arena = external_arena_;
  if (mode_ == ShareMemoryMode::SET_FROM_EXTERNAL) {
    if (arena == nullptr || external_bytes_ < network_->arena_bytes()) {
      return Status::error("the network needs %llu bytes of forward memory: call set_forward_memory()",
                           static_cast<unsigned long long>(bytes));
    }
  } else {
    Buffer& buffer = shared_arena_ ? shared_arena_->buffer : own_arena_;
    if (buffer.size() < bytes && !buffer.allocate(bytes)) {
      return Status::error("no memory for %llu bytes of forward memory", static_cast<unsigned long long>(bytes));
    }
    arena = buffer.data();
  }
  if (arena == bound_arena_) return {};
  MAGIK_RETURN_IF_ERROR(network_->set_arena(arena));
  bound_arena_ = arena;
  return {};
}

// NV12 frames and float copies of outputs, for the current shapes.
Status LoadedNetwork::provide_buffers() {
  for (size_t i = 0; i < inputs_.size(); ++i) {
    const uint64_t bytes = inputs_[i].nv12 ? input_bytes(i) : 0;
    if (inputs_[i].frame.size() != bytes && !inputs_[i].frame.allocate(bytes)) return Status::error("no memory");
  }
  for (size_t i = 0; i < outputs_.size(); ++i) {
    const rt::Tensor tensor = network_->output(i);
    const uint64_t bytes = needs_floats(tensor) ? 4 * static_cast<uint64_t>(tensor.elements()) : 0;
    if (outputs_[i].floats.size() != bytes && !outputs_[i].floats.allocate(bytes)) return Status::error("no memory");
  }
  return {};
}

bool LoadedNetwork::needs_floats(const rt::Tensor& tensor) const {
  return tensor.type != ElementType::kFloat32 || !tensor.dense();
}

Status LoadedNetwork::set_memory(void* memory) {
  if (mode_ != ShareMemoryMode::SET_FROM_EXTERNAL) {
    return Status::error("set_forward_memory: the network was not created with ShareMemoryMode::SET_FROM_EXTERNAL");
  }
  if (memory == nullptr || !rt::is_aligned(memory)) {
    return Status::error("set_forward_memory: the memory must be 64-byte aligned, as nmem_memalign(64, size) gives it");
  }
  external_arena_ = memory;
  external_bytes_ = network_->arena_bytes();
  return provide_memory();
}

void LoadedNetwork::free_memory() {
  const Status unbound = network_->set_arena(nullptr);
  static_cast<void>(unbound.ok());  // taking the arena away always works
  bound_arena_ = nullptr;
  external_arena_ = nullptr;
  own_arena_.clear();
}

shape_t LoadedNetwork::input_shape(size_t input) const {
  const Input& state = inputs_[input];
  if (!state.refused_reason.empty()) return state.refused_shape;
  shape_t shape = public_shape(network_->input(input).shape);
  if (state.nv12) {
    shape.back() = 1;
  } else if (state.pixels && shape.back() == 3) {
    shape.back() = 4;
  }
  return shape;
}

venus::DataType LoadedNetwork::input_type(size_t input) const { return public_type(network_->input(input).type); }

uint64_t LoadedNetwork::input_bytes(size_t input) const {
  const rt::Tensor tensor = network_->input(input);
  if (inputs_[input].nv12) {
    return static_cast<uint64_t>(tensor.shape.elements(0, tensor.shape.rank() - 1)) * 3 / 2;
  }
  return static_cast<uint64_t>(tensor.rows() * tensor.pitch) * rt::element_size(tensor.type);
}

void* LoadedNetwork::input_memory(size_t input) {
  Input& state = inputs_[input];
  if (!state.refused_reason.empty()) return state.refused.data();
  if (state.client_data) return state.client_data;
  if (!provide_inputs().ok()) return nullptr;
  return state.nv12 ? state.frame.data() : network_->input(input).data;
}

uint64_t LoadedNetwork::input_room(size_t input) const {
  const Input& state = inputs_[input];
  return state.refused_reason.empty() ? input_bytes(input) : state.refused.size();
}

void LoadedNetwork::free_inputs() {
  network_->free_inputs();
  for (Input& input : inputs_) input.frame.clear();
}

Status LoadedNetwork::provide_inputs() {
  MAGIK_RETURN_IF_ERROR(network_->provide_inputs());
  return provide_buffers();
}

Result<rt::Shape> LoadedNetwork::network_shape(size_t input, const shape_t& shape) const {
  const rt::Shape current = network_->input(input).shape;
  const Input& state = inputs_[input];
  rt::Shape result(shape.begin(), shape.end());
  if (!state.pixels || current.rank() != 4) return result;
  const char* name = graph().values[static_cast<size_t>(graph().inputs[input])].name.c_str();
  if (shape.size() != 4) return Status::error("input '%s': expected a shape {1, h, w, c}", name);
  const int32_t channels = current[3] == 3 ? 4 : current[3];
  if (state.nv12 ? shape[1] % 2 != 0 || shape[2] % 2 != 0 : shape[3] != channels) {
    return state.nv12 ? Status::error("input '%s': NV12 frames have an even height and width", name)
                      : Status::error("input '%s': its pixels have %d bytes, not %d", name, static_cast<int>(channels),
                                      static_cast<int>(shape[3]));
  }
  result[3] = current[3];
  return result;
}

Status LoadedNetwork::reshape_input(size_t input, const shape_t& shape) {
  Input& state = inputs_[input];
  Result<rt::Shape> wanted = network_shape(input, shape);
  if (wanted.ok() && state.refused_reason.empty() && wanted.value() == network_->input(input).shape) return {};
  state.client_data = nullptr;
  state.refused_reason.clear();
  Status status = wanted.ok() ? reshape_network(input, wanted.value()) : wanted.take_status();
  const bool others_may_mend_it = wanted.ok() && !status.ok() && inputs_.size() > 1;
  bound_arena_ = nullptr;
  next_step_ = 0;
  state.refused.clear();
  if (status.ok()) status = provide_buffers();
  if (status.ok() && mode_ != ShareMemoryMode::SET_FROM_EXTERNAL) status = provide_memory();
  if (status.ok()) {
    tell_memory();
    return status;
  }
  // Clients write their data without looking at errors: it needs a place. The next run() fails.
  state.refused_reason = status.message();
  state.refused_shape = shape;
  Result<int64_t> elements = count_elements(shape);
  if (elements.ok()) state.refused.allocate(4 * static_cast<uint64_t>(elements.value()));
  return others_may_mend_it ? Status() : std::move(status);
}

// Sizes of inputs may belong together, and clients reshape one after the other: shapes that were refused are tried
// again.
Status LoadedNetwork::reshape_network(size_t input, const rt::Shape& shape) {
  std::vector<rt::Shape> shapes = network_->input_shapes();
  shapes[input] = shape;
  std::vector<Input*> retried;
  for (size_t i = 0; i < inputs_.size(); ++i) {
    if (inputs_[i].refused_reason.empty()) continue;
    Result<rt::Shape> refused = network_shape(i, inputs_[i].refused_shape);
    if (!refused.ok()) continue;
    shapes[i] = refused.take();
    retried.push_back(&inputs_[i]);
  }
  if (retried.empty() || !network_->reshape_inputs(shapes).ok()) return network_->reshape_input(input, shape);
  for (Input* accepted : retried) {
    accepted->refused_reason.clear();
    accepted->client_data = accepted->refused.data();  // the client may have written there, or be about to
  }
  return {};
}

Status LoadedNetwork::set_input_data(size_t input, void* data, size_t bytes) {
  if (data == nullptr) return Status::error("set_data: the address is null");
  if (!inputs_[input].refused_reason.empty()) {
    return Status::error("set_data: the last reshape failed: %s", inputs_[input].refused_reason.c_str());
  }
  if (bytes < input_bytes(input)) {
    return Status::error("set_data: the input needs %llu bytes, not %zu",
                         static_cast<unsigned long long>(input_bytes(input)), bytes);
  }
  inputs_[input].client_data = data;
  return {};
}

shape_t LoadedNetwork::output_shape(size_t output) const { return public_shape(network_->output(output).shape); }

void* LoadedNetwork::output_memory(size_t output) {
  const rt::Tensor tensor = network_->output(output);
  return needs_floats(tensor) ? outputs_[output].floats.data() : tensor.data;
}

uint64_t LoadedNetwork::output_room(size_t output) const {
  return sizeof(float) * static_cast<uint64_t>(network_->output(output).shape.elements());
}

void LoadedNetwork::read_inputs() {
  for (size_t i = 0; i < inputs_.size(); ++i) {
    const Input& state = inputs_[i];
    const rt::Tensor tensor = network_->input(i);
    if (state.nv12) {
      const void* frames = state.client_data ? state.client_data : state.frame.data();
      const int height = tensor.shape[1], width = tensor.shape[2];
      const PixelOrder order = tensor.shape.back() == 1                  ? PixelOrder::kGray
                               : graph().preprocessing[i].color == "BGR" ? PixelOrder::kBgra
                                                                         : PixelOrder::kRgba;
      for (int n = 0; n < tensor.shape[0]; ++n) {
        const ptrdiff_t pixels = static_cast<ptrdiff_t>(n) * height * width;
        nv12_to_pixels(static_cast<const uint8_t*>(frames) + pixels * 3 / 2, width, height, order,
                       tensor.as<uint8_t>() + pixels * tensor.pitch);
      }
    } else if (state.client_data) {
      std::memcpy(tensor.data, state.client_data, static_cast<size_t>(input_bytes(i)));
    }
  }
}

void LoadedNetwork::write_output(size_t output) {
  const rt::Tensor tensor = network_->output(output);
  if (!needs_floats(tensor)) return;
  auto* to = reinterpret_cast<float*>(outputs_[output].floats.data());
  switch (tensor.type) {
    case ElementType::kFloat32:
      return to_floats<float>(tensor, to);
    case ElementType::kInt32:
      return to_floats<int32_t>(tensor, to);
    case ElementType::kUint16:
      return to_floats<uint16_t>(tensor, to);
    case ElementType::kInt8:
      return to_floats<int8_t>(tensor, to);
    case ElementType::kUint8:
    case ElementType::kBool:
      return to_floats<uint8_t>(tensor, to);
    case ElementType::kNone:
      break;
  }
}

Status LoadedNetwork::run() {
  next_step_ = 0;
  for (int i = 0; i < steps(); ++i) MAGIK_RETURN_IF_ERROR(run_step());
  return {};
}

int LoadedNetwork::steps() const { return static_cast<int>(std::clamp<size_t>(network_->node_count(), 1, kMostSteps)); }

size_t LoadedNetwork::first_node(int step) const {
  return network_->node_count() * static_cast<size_t>(step) / static_cast<size_t>(steps());
}

Status LoadedNetwork::run_step() {
  for (const Input& input : inputs_) {
    if (!input.refused_reason.empty()) return Status::error("%s", input.refused_reason.c_str());
  }
  MAGIK_RETURN_IF_ERROR(provide_memory());
  MAGIK_RETURN_IF_ERROR(provide_inputs());
  const int step = next_step_;
  if (step == 0) {
    tell_memory();
    read_inputs();
  }
  MAGIK_RETURN_IF_ERROR(network_->run_nodes(first_node(step), first_node(step + 1), observers_.get()));
  next_step_ = (step + 1) % steps();
  for (size_t i = 0; i < outputs_.size(); ++i) {
    if (outputs_[i].step == step) write_output(i);
  }
  return {};
}

void LoadedNetwork::watch(const std::string& name) {
  std::unique_ptr<Watch> watch = watch_network(name);
  watch_ = watch.get();
  observers_.add(std::move(watch));
  observers_.add(data_dump_from_environment(graph()));
  tell_memory();
}

void LoadedNetwork::tell_memory() {
  if (watch_ == nullptr) return;
  NetworkMemory memory;
  memory.weights = network_->weight_bytes();
  memory.packed = network_->packed_bytes();
  memory.tensors = network_->tensor_bytes();
  memory.forward = network_->arena_bytes();
  for (const Input& input : inputs_) memory.tensors += input.frame.size();
  for (const Output& output : outputs_) memory.tensors += output.floats.size();
  watch_->memory_is(memory);
}

void LoadedNetwork::print_profile_per_frame(bool status) {
  if (watch_ != nullptr) watch_->print_per_frame(status);
}

void LoadedNetwork::find_steps() {
  for (int step = 0; step < steps(); ++step) {
    for (size_t n = first_node(step); n < first_node(step + 1); ++n) {
      const std::vector<rt::ValueId>& made = graph().nodes[n].outputs;
      for (size_t i = 0; i < outputs_.size(); ++i) {
        if (std::find(made.begin(), made.end(), graph().outputs[i]) != made.end()) outputs_[i].step = step;
      }
    }
  }
}

}  // namespace magik::api

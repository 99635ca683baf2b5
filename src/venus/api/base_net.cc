#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "common/common_inf.h"
#include "venus/api/error.h"
#include "venus/api/loaded_network.h"
#include "venus/api/start_up.h"
#include "venus/core/model_file.h"

namespace magik::api {
namespace {

using rt::Result;
using rt::Status;
using venus::ChannelLayout;
using venus::Tensor;

// A copy: clients free their memory when they like.
Result<std::shared_ptr<const rt::Graph>> load_from_memory(const char* memory, size_t offset) {
  alignas(64) char header[rt::kHeaderBytes];
  std::memcpy(header, memory + offset, sizeof header);
  Result<size_t> length = rt::model_length(header);
  if (!length.ok()) return length.take_status();
  auto buffer = std::make_shared<Buffer>();
  if (!buffer->allocate(length.value())) return Status::error("no memory for a model of %zu bytes", length.value());
  std::memcpy(buffer->data(), memory + offset, length.value());
  return rt::parse_model(buffer->data(), length.value(), buffer);
}

Status check_modes(venus::TensorFormat format, venus::ShareMemoryMode mode) {
  if (format != venus::TensorFormat::NHWC && format != venus::TensorFormat::NV12) {
    return Status::error("net_create: unknown TensorFormat %d", static_cast<int>(format));
  }
  if (mode < venus::ShareMemoryMode::DEFAULT || mode > venus::ShareMemoryMode::SMART_REUSE_MEM) {
    return Status::error("net_create: unknown ShareMemoryMode %d", static_cast<int>(mode));
  }
  return {};
}

Result<std::shared_ptr<LoadedNetwork>> load(const char* path_or_memory, bool memory_model, int offset,
                                            venus::TensorFormat format, venus::ShareMemoryMode mode) {
  MAGIK_RETURN_IF_ERROR(check_modes(format, mode));
  if (path_or_memory == nullptr) return Status::error("load_model: the path or memory is null");
  if (offset < 0) return Status::error("load_model: start_off is %d", offset);
  const std::string name = memory_model ? "memory" : path_or_memory;
  auto graph = memory_model ? load_from_memory(path_or_memory, static_cast<size_t>(offset))
                            : rt::load_model_file(path_or_memory, static_cast<size_t>(offset));
  if (!graph.ok()) return graph.take_status();
  return LoadedNetwork::create(graph.take(), name, format, mode);
}

// Every member works without a network too: load_model() may have failed, and clients may not have looked.
class Net : public venus::BaseNet {
 public:
  Net(venus::TensorFormat format, venus::ShareMemoryMode mode) : format_(format), mode_(mode) {}

  int load_model(const char* path_or_memory, bool memory_model, int start_off) override {
    network_.reset();
    return guarded([&]() -> Status {
      auto network = load(path_or_memory, memory_model, start_off, format_, mode_);
      if (!network.ok()) return network.take_status();
      network_ = network.take();
      network_->print_profile_per_frame(profiler_per_frame_);
      const rt::Graph& graph = network_->graph();
      std::fprintf(stderr, "INFO(magik): model version:%s.%s\n", graph.converter_version.c_str(), graph.soc.c_str());
      return {};
    });
  }

  int get_forward_memory_size(size_t& memory_size) override {
    memory_size = 0;
    return with_network([&] {
      memory_size = network_->memory_bytes();
      return Status();
    });
  }
  int set_forward_memory(void* memory) override {
    return with_network([&] { return network_->set_memory(memory); });
  }
  int free_forward_memory() override {
    return with_network([&] {
      network_->free_memory();
      return Status();
    });
  }
  int free_inputs_memory() override {
    return with_network([&] {
      network_->free_inputs();
      return Status();
    });
  }
  void set_internal_mm_status(bool status) override { internal_mm_status_ = status; }
  bool get_internal_mm_status() override { return internal_mm_status_; }
  void set_profiler_per_frame(bool status) override {
    profiler_per_frame_ = status;
    guarded([&] {
      if (network_) network_->print_profile_per_frame(status);
      return Status();
    });
  }

  std::unique_ptr<Tensor> get_input(int index) override {
    std::unique_ptr<Tensor> tensor;
    with_network([&]() -> Status {
      if (index < 0 || static_cast<size_t>(index) >= network_->input_count()) {
        return Status::error("get_input: there is no input %d, the network has %zu", index, network_->input_count());
      }
      tensor = make_tensor(input_tensor(network_, static_cast<size_t>(index)));
      return {};
    });
    return tensor ? std::move(tensor) : stand_in_tensor();
  }
  std::unique_ptr<Tensor> get_input_by_name(std::string& name) override {
    const int index = find_input(name);
    return index < 0 ? stand_in_tensor() : get_input(index);
  }
  std::vector<std::string> get_input_names() override {
    return names([&] { return network_->graph().inputs; });
  }

  std::unique_ptr<const Tensor> get_output(int index) override {
    std::unique_ptr<Tensor> tensor;
    with_network([&]() -> Status {
      if (index < 0 || static_cast<size_t>(index) >= network_->output_count()) {
        return Status::error("get_output: there is no output %d, the network has %zu", index, network_->output_count());
      }
      tensor = make_tensor(output_tensor(network_, static_cast<size_t>(index)));
      return {};
    });
    return tensor ? std::move(tensor) : stand_in_tensor();
  }
  std::unique_ptr<const Tensor> get_output_by_name(std::string& name) override {
    int index = -1;
    with_network([&] { return find("output", network_->graph().outputs, name, index); });
    return index < 0 ? stand_in_tensor() : get_output(index);
  }
  std::vector<std::string> get_output_names() override {
    return names([&] { return network_->graph().outputs; });
  }
  std::vector<std::string> get_output_names_step(int step) override {
    std::vector<std::string> result;
    with_network([&]() -> Status {
      if (step < 0 || step >= network_->steps()) {
        return Status::error("get_output_names_step: there is no step %d, the network has %d", step, network_->steps());
      }
      const std::vector<std::string> all = get_output_names();
      for (size_t i = 0; i < all.size(); ++i) {
        if (network_->step_of_output(i) == step) result.push_back(all[i]);
      }
      return {};
    });
    return result;
  }

  ChannelLayout get_input_channel_layout(std::string& name) override {
    const int index = find_input(name);
    return index < 0 ? ChannelLayout::NONE : network_->layout(static_cast<size_t>(index));
  }
  void set_input_channel_layout(std::string name, ChannelLayout layout) override {
    const int index = find_input(name);
    if (index < 0) return;
    if (layout < ChannelLayout::NONE || layout > ChannelLayout::FP) {
      report(Status::error("set_input_channel_layout: unknown ChannelLayout %d", static_cast<int>(layout)));
      return;
    }
    network_->layout(static_cast<size_t>(index)) = layout;
  }

  int run() override {
    return with_network([&] { return network_->run(); });
  }
  int steps() override {
    int count = 0;
    with_network([&] {
      count = network_->steps();
      return Status();
    });
    return count;
  }
  int run_step() override {
    return with_network([&] { return network_->run_step(); });
  }

 private:
  template <typename Body>
  int with_network(const Body& body) {
    return guarded([&]() -> Status {
      if (!network_) return Status::error("the network has no model: load_model() was not called or failed");
      return body();
    });
  }

  // Names of the values that `ids` gives.
  template <typename Ids>
  std::vector<std::string> names(const Ids& ids) {
    std::vector<std::string> result;
    with_network([&] {
      for (const rt::ValueId id : ids()) result.push_back(network_->graph().values[static_cast<size_t>(id)].name);
      return Status();
    });
    return result;
  }
  Status find(const char* kind, const std::vector<rt::ValueId>& ids, const std::string& name, int& index) const {
    for (size_t i = 0; i < ids.size(); ++i) {
      if (network_->graph().values[static_cast<size_t>(ids[i])].name != name) continue;
      index = static_cast<int>(i);
      return {};
    }
    return Status::error("the network has no %s '%s'", kind, name.c_str());
  }
  // -1, reported, where no input has the name.
  int find_input(const std::string& name) {
    int index = -1;
    with_network([&] { return find("input", network_->graph().inputs, name, index); });
    return index;
  }

  venus::TensorFormat format_;
  venus::ShareMemoryMode mode_;
  bool internal_mm_status_ = true;
  bool profiler_per_frame_ = false;
  std::shared_ptr<LoadedNetwork> network_;
};

}  // namespace
}  // namespace magik::api

namespace magik {
namespace venus {

BaseNet::~BaseNet() = default;

std::unique_ptr<BaseNet> net_create(TensorFormat input_data_fmt, ShareMemoryMode smem_mode) {
  api::print_version_once();
  api::report(
      api::check_modes(input_data_fmt, smem_mode));  // clients use the network unchecked: load_model() fails too
  return std::make_unique<api::Net>(input_data_fmt, smem_mode);
}

}  // namespace venus
}  // namespace magik

#include "tensor.h"

#include <algorithm>
#include <climits>
#include <cstdint>
#include <cstring>

#include "executor/tensor_state.h"

namespace magik::transformkit::magikexecutor {
namespace {

int element_bytes(Tensor::DataType type) {
  switch (type) {
    case Tensor::DT_FLOAT:
    case Tensor::DT_INT32:
    case Tensor::DT_UINT32:
      return 4;
    case Tensor::DT_INT16:
    case Tensor::DT_UINT16:
      return 2;
    case Tensor::DT_UINT8:
    case Tensor::DT_INT8:
      return 1;
    case Tensor::DT_UNDEFINED:
      break;
  }
  return 0;
}

// 0 for shapes whose bytes do not fit an int.
int count_elements(const std::vector<int>& shape, Tensor::DataType type) {
  int64_t count = 1;
  for (const int dim : shape) {
    if (dim <= 0) return 0;
    count *= dim;
    if (count * std::max(1, element_bytes(type)) > INT_MAX) return 0;
  }
  return static_cast<int>(count);
}

}  // namespace

// NOLINTNEXTLINE(performance-unnecessary-value-param): the vendor's signature
Tensor::Tensor(const std::vector<int>& shape, DataType type, void* buffer, std::string)
    : state_(std::make_shared<State>()) {
  state_->type = type;
  state_->external = buffer != nullptr;
  state_->data = buffer;
  reshape(shape);
}

void Tensor::set_name(const std::string& name) { state_->name = name; }
std::string Tensor::name() const { return state_->name; }
std::vector<int> Tensor::shape() const { return state_->shape; }
int Tensor::dims() const { return static_cast<int>(state_->shape.size()); }
int Tensor::total() const { return count_elements(state_->shape, state_->type); }
int Tensor::byte_size() const { return total() * element_bytes(state_->type); }
Tensor::DataType Tensor::data_type() const { return state_->type; }
const void* Tensor::get_ptr() const { return state_->data; }
void* Tensor::get_mutable_ptr() { return state_->data; }

void Tensor::reshape(const std::vector<int>& shape) {
  State& state = *state_;
  state.shape = shape;
  if (state.external) return;
  const auto bytes = static_cast<size_t>(byte_size());
  if (bytes > state.own_bytes) {
    state.own = rt::allocate_aligned(bytes);
    state.own_bytes = state.own ? bytes : 0;
    if (state.own) std::memset(state.own.get(), 0, bytes);
  }
  state.data = bytes != 0 && bytes <= state.own_bytes ? state.own.get() : nullptr;
}

}  // namespace magik::transformkit::magikexecutor

#include "core/tensor.h"

#include <cstring>

#include "venus/api/error.h"
#include "venus/api/memory.h"
#include "venus/api/tensor_data.h"
#include "venus/core/types.h"

namespace magik::api {
namespace {

using rt::Status;
using venus::shape_t;

class ClientTensor : public TensorData {
 public:
  // Owns its memory.
  explicit ClientTensor(const shape_t& shape) { report(ClientTensor::reshape(shape)); }
  // Shows the client's.
  ClientTensor(void* data, size_t bytes) {
    if (report(borrow(data, bytes)) == 0) shape_ = {static_cast<int32_t>(bytes)};
  }

  shape_t shape() const override { return shape_; }
  venus::DataType type() const override { return venus::DataType::AUTO; }
  void* memory() override { return borrowed_ ? borrowed_ : buffer_.data(); }
  uint64_t room() const override { return borrowed_ ? borrowed_bytes_ : buffer_.size(); }

  Status reshape(const shape_t& shape) override {
    rt::Result<int64_t> elements = count_elements(shape);
    if (!elements.ok()) return elements.take_status();
    if (elements.value() == 0) return Status::error("a shape has the dimension 0, expected at least 1");
    // Clients store floats and bytes alike, and up to 64 bytes in the smallest tensor. What the client's own memory
    // holds is the client's matter.
    const uint64_t bytes = rt::align_up(4 * static_cast<uint64_t>(elements.value()));
    if (!borrowed_ && bytes > buffer_.size() && !buffer_.allocate(bytes)) {
      return Status::error("no memory for a tensor of %llu bytes", static_cast<unsigned long long>(bytes));
    }
    shape_ = shape;
    return {};
  }

  Status set_data(void* data, size_t bytes) override { return borrow(data, bytes); }

  void free_data() override {
    borrowed_ = nullptr;
    buffer_.clear();
  }

 private:
  Status borrow(void* data, size_t bytes) {
    if (data == nullptr) return Status::error("the memory for a tensor is null");
    if (bytes == 0 || bytes > INT32_MAX) {
      return Status::error("the memory for a tensor has %zu bytes, expected 1 to %d", bytes, INT32_MAX);
    }
    borrowed_ = data;
    borrowed_bytes_ = bytes;
    buffer_.clear();
    return {};
  }

  shape_t shape_;
  Buffer buffer_;
  void* borrowed_ = nullptr;
  size_t borrowed_bytes_ = 0;
};

TensorHandle* handle_of(void* tsx) { return static_cast<TensorHandle*>(tsx); }

// Null where there was no memory for it.
void* new_handle(TensorHandle data) noexcept { return new (std::nothrow) TensorHandle(std::move(data)); }

// Another handle of the same data; null for null.
void* copy_handle(void* tsx) { return tsx ? new_handle(*handle_of(tsx)) : nullptr; }

template <typename... Arguments>
void* new_client_tensor(Arguments&&... arguments) noexcept {
  void* handle = nullptr;
  guarded([&] {
    handle = new_handle(std::make_shared<ClientTensor>(arguments...));
    return Status();
  });
  return handle;
}

TensorData* data_of(void* tsx) { return tsx ? handle_of(tsx)->get() : nullptr; }

Status reshape(void* tsx, const shape_t& shape) {
  TensorData* data = data_of(tsx);
  return data ? data->reshape(shape) : Status::error("reshape: the tensor has no data");
}

}  // namespace

uint64_t room_of(const venus::Tensor& tensor) {
  const TensorData* data = data_of(tensor.get_tsx());
  return data ? data->room() : 0;
}

rt::Result<float*> floats_of(const venus::Tensor& tensor, uint64_t count, const char* what) {
  auto* data = tensor.mudata<float>();
  if (data == nullptr) return Status::error("%s has no memory", what);
  if (reinterpret_cast<uintptr_t>(data) % sizeof(float) != 0) return Status::error("%s is misaligned", what);
  const uint64_t room = room_of(tensor);
  if (room / sizeof(float) < count) {
    return Status::error("%s has room for %llu bytes, expected %llu floats", what,
                         static_cast<unsigned long long>(room), static_cast<unsigned long long>(count));
  }
  return data;
}

rt::Result<int64_t> count_elements(const shape_t& shape) {
  int64_t elements = 1;
  for (const int32_t dim : shape) {
    if (dim < 0) return Status::error("a shape has the dimension %d", static_cast<int>(dim));
    elements *= dim;
    if (elements > rt::kMaxElements) return Status::error("a shape has more than 2^31 elements");
  }
  return elements;
}

std::unique_ptr<venus::Tensor> stand_in_tensor() { return std::make_unique<venus::Tensor>(shape_t{1, 1, 1, 1}); }

std::unique_ptr<venus::Tensor> make_tensor(TensorHandle data) {
  return std::make_unique<venus::Tensor>(static_cast<void*>(&data));
}

}  // namespace magik::api

namespace magik {
namespace venus {

using api::data_of;

Tensor::Tensor(shape_t shape, TensorFormat) : tsx_(api::new_client_tensor(shape)) {}
Tensor::Tensor(std::initializer_list<int32_t> shape, TensorFormat) : tsx_(api::new_client_tensor(shape_t(shape))) {}
Tensor::Tensor(void* data, size_t bytes, TensorFormat) : tsx_(api::new_client_tensor(data, bytes)) {}
Tensor::Tensor(void* tsx) : tsx_(api::copy_handle(tsx)) {
  if (tsx == nullptr) api::report(rt::Status::error("Tensor: the handle is null"));
}
Tensor::Tensor(const void* tsx) : Tensor(const_cast<void*>(tsx)) {}
Tensor::Tensor(const Tensor& other) : tsx_(api::copy_handle(other.tsx_)) {}

Tensor& Tensor::operator=(const Tensor& other) {
  if (this == &other) return *this;
  delete api::handle_of(tsx_);
  tsx_ = api::copy_handle(other.tsx_);
  return *this;
}

Tensor::~Tensor() { delete api::handle_of(tsx_); }

shape_t Tensor::shape() const {
  const api::TensorData* data = data_of(tsx_);
  return data ? data->shape() : shape_t();
}

DataType Tensor::data_type() const {
  const api::TensorData* data = data_of(tsx_);
  return data ? data->type() : DataType::NONE;
}

void Tensor::reshape(shape_t& shape) const {
  api::guarded([&] { return api::reshape(tsx_, shape); });
}

void Tensor::reshape(std::initializer_list<int32_t> shape) const {
  api::guarded([&] { return api::reshape(tsx_, shape_t(shape)); });
}

void Tensor::free_data() const {
  if (api::TensorData* data = data_of(tsx_)) data->free_data();
}

int Tensor::set_data(void* memory, size_t bytes) {
  api::TensorData* data = data_of(tsx_);
  if (!data) return api::report(rt::Status::error("set_data: the tensor has no data"));
  return api::guarded([&] { return data->set_data(memory, bytes); });
}

void* Tensor::get_tsx() const { return tsx_; }

int Tensor::step(int dim) const {
  const shape_t shape = this->shape();
  if (dim < 0 || dim >= static_cast<int>(shape.size())) {
    return api::report(rt::Status::error("step: there is no dimension %d, the tensor has %zu", dim, shape.size()));
  }
  int64_t elements = 1;
  for (size_t i = static_cast<size_t>(dim) + 1; i < shape.size(); ++i) elements *= shape[i];
  return static_cast<int>(elements);
}

void* Tensor::raw() const {
  api::TensorData* data = data_of(tsx_);
  return data ? data->memory() : nullptr;
}

}  // namespace venus
}  // namespace magik

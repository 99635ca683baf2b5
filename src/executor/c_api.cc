#include "c_api.h"

#include <cstring>
#include <new>
#include <vector>

#include "graph_executor.h"

namespace executor = magik::transformkit::magikexecutor;
using executor::Tensor;

struct MagikExecutor {
  explicit MagikExecutor(const char* path) : executor(path) {
    inputs = executor.get_input_names();
    outputs = executor.get_output_names();
    error = executor.error();
  }

  // 0, or -1 with the executor's error.
  int result(bool ok) {
    if (!ok) error = executor.error();
    return ok ? 0 : -1;
  }
  int fail(const char* message) {
    error = message;
    return -1;
  }

  executor::GraphExecutor executor;
  std::vector<std::string> inputs, outputs;
  std::string error;
  bool ran = false;
};

namespace {

constexpr int kMostDims = 8;

// Runs `body`, which returns an int: no exception leaves the library. Only memory can be short here.
template <typename Body>
int guarded(MagikExecutor* executor, const Body& body) noexcept {
  try {
    return body();
  } catch (const std::bad_alloc&) {
    return executor->fail("no memory");
  }
}

const char* name_at(const std::vector<std::string>& names, int index) {
  return index >= 0 && index < static_cast<int>(names.size()) ? names[static_cast<size_t>(index)].c_str() : nullptr;
}

}  // namespace

MagikExecutor* magik_executor_create(const char* path, int dump) {
  try {
    auto* made = new MagikExecutor(path ? path : "");
    if (dump) made->executor.set_dump(true);
    return made;
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

void magik_executor_destroy(MagikExecutor* executor) { delete executor; }

const char* magik_executor_error(const MagikExecutor* executor) { return executor->error.c_str(); }

const char* magik_executor_input_name(const MagikExecutor* executor, int index) {
  return name_at(executor->inputs, index);
}

const char* magik_executor_output_name(const MagikExecutor* executor, int index) {
  return name_at(executor->outputs, index);
}

int magik_executor_set_input(MagikExecutor* executor, const char* name, const int* shape, int dims, int type,
                             const void* elements) {
  if (name == nullptr || shape == nullptr || elements == nullptr || dims < 0 || dims > kMostDims) {
    return executor->fail("magik_executor_set_input: a null pointer, or not 0 to 8 dimensions");
  }
  return guarded(executor, [&] {
    Tensor tensor({shape, shape + dims}, static_cast<Tensor::DataType>(type));
    if (tensor.get_ptr() != nullptr) {
      std::memcpy(tensor.get_mutable_ptr(), elements, static_cast<size_t>(tensor.byte_size()));
    }
    return executor->result(executor->executor.set_input(name, &tensor));
  });
}

int magik_executor_run(MagikExecutor* executor) {
  return guarded(executor, [&] {
    const int result = executor->result(executor->executor.work());
    executor->ran = executor->ran || result == 0;
    return result;
  });
}

const float* magik_executor_output(MagikExecutor* executor, const char* name, int* shape, int* dims) {
  const void* elements = nullptr;
  guarded(executor, [&] {
    const Tensor* tensor = executor->executor.get_output_tensor(name ? name : "");
    if (tensor == nullptr) return executor->result(false);
    if (!executor->ran) return executor->fail("there are no outputs before the first run()");
    const std::vector<int> of_tensor = tensor->shape();
    std::memcpy(shape, of_tensor.data(), of_tensor.size() * sizeof(int));
    *dims = tensor->dims();
    elements = tensor->get_ptr();
    return 0;
  });
  return static_cast<const float*>(elements);
}

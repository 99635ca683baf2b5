// An ONNX file in memory and the conversion of its tensors, including those stored in other files.
#pragma once

#include <string>

#include "transform/error.h"
#include "transform/frontends/onnx/onnx_proto.h"
#include "venus/core/operator.h"

namespace magik::transform {

// Something that this frontend does not translate; the driver collects these and reports all at once.
class Unsupported : public Error {
 public:
  using Error::Error;
};

template <typename... Args>
[[noreturn]] void unsupported(fmt::format_string<Args...> format, Args&&... args) {
  throw Unsupported(fmt::format(format, std::forward<Args>(args)...));
}

struct OnnxModel {
  std::string path;
  onnx::ModelProto proto;

  const onnx::GraphProto& graph() const { return proto.graph(); }
  int opset() const;  // of the standard domain
};

// Opsets of the standard domain that the translators know.
constexpr int kMinOpset = 7, kMaxOpset = 23;

// Reads a model and checks what the importer relies on. Throws Error.
OnnxModel load_onnx(const std::string& path);

bool is_standard_domain(const std::string& domain);

// The graph's element type for an ONNX type: all floats are float32, all integers int32. Unsupported for the rest.
rt::ElementType element_type_of(int onnx_type);
std::string onnx_type_name(int onnx_type);

// A tensor's shape and elements in the graph's types (integers saturate). `model_path` tells the folder of external
// data. Throws Error where data and shape disagree.
rt::HostTensor tensor_of(const onnx::TensorProto& tensor, const std::string& model_path);

}  // namespace magik::transform

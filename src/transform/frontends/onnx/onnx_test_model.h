// For tests: builds small ONNX models, imports and evaluates them.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "transform/error.h"
#include "transform/frontends/frontend.h"
#include "transform/frontends/onnx/onnx_proto.h"
#include "transform/passes/graph_test_util.h"

namespace magik::transform::test {

using Dims = std::vector<int64_t>;
using Floats = std::vector<float>;

// A node whose attributes are being set.
class OnnxTestNode {
 public:
  explicit OnnxTestNode(onnx::NodeProto* proto) : proto_(proto) {}
  OnnxTestNode& set(const char* name, int64_t value) {
    add(name, onnx::AttributeProto::INT)->set_i(value);
    return *this;
  }
  OnnxTestNode& set(const char* name, int value) { return set(name, static_cast<int64_t>(value)); }
  OnnxTestNode& set(const char* name, float value) {
    add(name, onnx::AttributeProto::FLOAT)->set_f(value);
    return *this;
  }
  OnnxTestNode& set(const char* name, const char* value) {
    add(name, onnx::AttributeProto::STRING)->set_s(value);
    return *this;
  }
  OnnxTestNode& set(const char* name, const Dims& values) {
    auto* a = add(name, onnx::AttributeProto::INTS);
    for (int64_t v : values) a->add_ints(v);
    return *this;
  }
  OnnxTestNode& set(const char* name, const Floats& values) {
    auto* a = add(name, onnx::AttributeProto::FLOATS);
    for (float v : values) a->add_floats(v);
    return *this;
  }
  OnnxTestNode& set(const char* name, const onnx::TensorProto& value) {
    *add(name, onnx::AttributeProto::TENSOR)->mutable_t() = value;
    return *this;
  }
  OnnxTestNode& named(const char* name) {
    proto_->set_name(name);
    return *this;
  }
  OnnxTestNode& domain(const char* domain) {
    proto_->set_domain(domain);
    return *this;
  }

 private:
  onnx::AttributeProto* add(const char* name, onnx::AttributeProto::AttributeType type) {
    auto* a = proto_->add_attribute();
    a->set_name(name);
    a->set_type(type);
    return a;
  }
  onnx::NodeProto* proto_;
};

class OnnxTestModel {
 public:
  onnx::ModelProto proto;

  explicit OnnxTestModel(int opset = 13) {
    proto.set_ir_version(7);
    proto.add_opset_import()->set_version(opset);
  }
  onnx::GraphProto& graph() { return *proto.mutable_graph(); }

  // -1 stands for a dynamic dimension.
  OnnxTestModel& input(const std::string& name, const Dims& dims, int type = onnx::TensorProto::FLOAT) {
    describe(graph().add_input(), name, dims, type);
    return *this;
  }
  OnnxTestModel& value_info(const std::string& name, const Dims& dims, int type = onnx::TensorProto::FLOAT) {
    describe(graph().add_value_info(), name, dims, type);
    return *this;
  }
  OnnxTestModel& output(const std::string& name) {
    graph().add_output()->set_name(name);
    return *this;
  }
  OnnxTestModel& floats(const std::string& name, const Dims& dims, const Floats& values) {
    *graph().add_initializer() = float_tensor(name, dims, values);
    return *this;
  }
  OnnxTestModel& ints(const std::string& name, const Dims& dims, const Dims& values) {
    auto* tensor = graph().add_initializer();
    tensor->set_name(name);
    tensor->set_data_type(onnx::TensorProto::INT64);
    for (int64_t d : dims) tensor->add_dims(d);
    for (int64_t v : values) tensor->add_int64_data(v);
    return *this;
  }
  OnnxTestModel& ints(const std::string& name, const Dims& values) {
    return ints(name, {static_cast<int64_t>(values.size())}, values);
  }
  OnnxTestNode node(const std::string& op, const std::vector<std::string>& inputs,
                    const std::vector<std::string>& outputs) {
    auto* node = graph().add_node();
    node->set_op_type(op);
    for (const auto& name : inputs) node->add_input(name);
    for (const auto& name : outputs) node->add_output(name);
    return OnnxTestNode(node);
  }

  static onnx::TensorProto float_tensor(const std::string& name, const Dims& dims, const Floats& values) {
    onnx::TensorProto tensor;
    tensor.set_name(name);
    tensor.set_data_type(onnx::TensorProto::FLOAT);
    for (int64_t d : dims) tensor.add_dims(d);
    for (float v : values) tensor.add_float_data(v);
    return tensor;
  }

  // Written to a file of this test's own.
  std::string save() const { return save_bytes(proto.SerializeAsString()); }
  static std::string save_bytes(const std::string& bytes, const std::string& suffix = ".onnx") {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    std::string name = fmt::format("{}_{}{}", info->test_suite_name(), info->name(), suffix);
    for (char& c : name) c = c == '/' ? '_' : c;
    const std::string path = (std::filesystem::path(testing::TempDir()) / name).string();
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }

 private:
  static void describe(onnx::ValueInfoProto* info, const std::string& name, const Dims& dims, int type) {
    info->set_name(name);
    auto* tensor = info->mutable_type()->mutable_tensor_type();
    tensor->set_elem_type(type);
    tensor->mutable_shape();
    for (int64_t d : dims) {
      auto* dim = tensor->mutable_shape()->add_dim();
      if (d < 0) {
        dim->set_dim_param("n");
      } else {
        dim->set_dim_value(d);
      }
    }
  }
};

inline rt::Graph import_test_model(const OnnxTestModel& model, const ImportOptions& options = {}) {
  return import_model(model.save(), options);
}

// The message of the Error that importing throws; empty where it throws none.
inline std::string import_error(const std::string& path, const ImportOptions& options = {}) {
  try {
    import_model(path, options);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}
inline std::string import_error(const OnnxTestModel& model, const ImportOptions& options = {}) {
  return import_error(model.save(), options);
}

inline rt::HostTensor host_floats(const rt::Shape& shape, const Floats& values) {
  return {rt::ElementType::kFloat32, shape, constant_of(values)};
}

// Imports a model with one float input and returns its first output's elements.
inline Floats run_test_model(const OnnxTestModel& model, const Floats& input) {
  const rt::Graph graph = import_test_model(model);
  const auto outputs = evaluate(graph, {host_floats(value_of(graph, graph.inputs[0]).shape, input)});
  const float* first = outputs[0].data.as<float>();
  return {first, first + outputs[0].shape.elements()};
}

}  // namespace magik::transform::test

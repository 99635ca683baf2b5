// For tests of passes: graphs with random data, and running them node by node on the reference kernels.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "transform/error.h"
#include "transform/ir/graph_builder.h"
#include "transform/passes/rewrite.h"
#include "venus/core/operator.h"

namespace magik::transform::test {

// Attributes in one expression: Attrs().set("axis", 1).set("mode", "edge").
class Attrs {
 public:
  template <typename T>
  Attrs set(const char* name, T value) && {
    attributes_.set(name, std::move(value));
    return std::move(*this);
  }
  Attrs ints(const char* name, std::vector<int64_t> value) && { return std::move(*this).set(name, std::move(value)); }
  operator rt::Attributes() const { return attributes_; }  // NOLINT(google-explicit-constructor)

 private:
  rt::Attributes attributes_;
};

// Builds graphs as frontends do: image operators between Permutes.
class NetBuilder : public GraphBuilder {
 public:
  explicit NetBuilder(unsigned seed = 1) : random_(seed) {}

  rt::ValueId image(const std::string& name, const rt::Shape& nchw) {
    return input(name, rt::ElementType::kFloat32, nchw);
  }
  std::vector<float> random_floats(int64_t count, float low = -1.0f, float high = 1.0f) {
    std::uniform_real_distribution<float> distribution(low, high);
    std::vector<float> values(static_cast<size_t>(count));
    for (float& value : values) value = distribution(random_);
    return values;
  }
  rt::ValueId random_constant(const std::string& name, const rt::Shape& shape, float low = -1.0f, float high = 1.0f) {
    return constant_floats(name, shape, random_floats(shape.elements(), low, high));
  }
  int random_int(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }

  rt::ValueId permute(rt::ValueId x, const Permutation& perm, const std::string& name) {
    return add("Permute", {x}, Attrs().ints("perm", perm), name);
  }
  // The NCHW value of an image operator whose first input is the NCHW value x.
  rt::ValueId image_op(const std::string& op, rt::ValueId x, std::vector<rt::ValueId> others, rt::Attributes attributes,
                       const std::string& name) {
    others.insert(others.begin(), permute(x, kToNhwc, value(x).name + "/nhwc"));
    const rt::ValueId y = add(op, others, std::move(attributes), name);
    set_source_axes(y, {0, 2, 3, 1});
    return permute(y, kToNchw, name + "/source_layout");
  }
  rt::ValueId conv(rt::ValueId x, int channels, int kernel, const std::string& name, int stride = 1, int group = 1,
                   bool bias = true) {
    const int64_t pad = kernel / 2;
    const rt::Shape weight = {channels, kernel, kernel, shape(x)[1] / group};
    const float bound = 1.0f / std::sqrt(static_cast<float>(weight.elements() / channels));
    std::vector<rt::ValueId> others = {random_constant(name + ".weight", weight, -bound, bound)};
    if (bias) others.push_back(random_constant(name + ".bias", {channels}));
    return image_op("Conv2D", x, others,
                    Attrs().ints("pads", {pad, pad, pad, pad}).ints("strides", {stride, stride}).set("group", group),
                    name);
  }
  rt::ValueId batch_norm(rt::ValueId x, const std::string& name) {
    const int32_t channels = shape(x)[1];
    return image_op(
        "BatchNormScale", x,
        {random_constant(name + ".scale", {channels}, 0.5f, 1.5f), random_constant(name + ".b", {channels})}, {}, name);
  }
  rt::ValueId unary(const std::string& op, rt::ValueId x, const std::string& name, rt::Attributes attributes = {}) {
    return add(op, {x}, std::move(attributes), name);
  }
  rt::ValueId scalar(float value) { return constant_floats("scalar", {}, {value}); }

 private:
  std::mt19937 random_;
};

inline rt::HostTensor random_tensor(rt::ElementType type, const rt::Shape& shape, std::mt19937& random) {
  rt::HostTensor tensor{type, shape, {}};
  const auto count = static_cast<size_t>(shape.elements());
  if (type == rt::ElementType::kUint8) {
    std::vector<uint8_t> pixels(count);
    for (uint8_t& pixel : pixels) pixel = static_cast<uint8_t>(random() % 256);
    tensor.data = rt::Constant::copy_of(pixels.data(), count);
  } else {
    std::vector<float> values(count);
    for (float& value : values) value = std::uniform_real_distribution<float>(-1.0f, 1.0f)(random);
    tensor.data = rt::Constant::copy_of(values.data(), count);
  }
  return tensor;
}

inline std::vector<rt::HostTensor> evaluate(const rt::Graph& graph, const std::vector<rt::HostTensor>& inputs) {
  std::map<rt::ValueId, rt::HostTensor> values;
  for (size_t i = 0; i < inputs.size(); ++i) values[graph.inputs[i]] = inputs[i];
  const auto lookup = [&](rt::ValueId id) -> rt::HostTensor {
    if (id == rt::kNoValue) return {};
    const rt::Value& value = value_of(graph, id);
    if (value.is_constant()) return {value.type, value.shape, value.constant};
    if (values.count(id) == 0) fail("'{}' is read before it is computed", value.name);
    return values.at(id);
  };
  for (const rt::Node& node : graph.nodes) {
    std::vector<rt::HostTensor> operands;
    for (const rt::ValueId id : node.inputs) operands.push_back(lookup(id));
    // Pixels have scale 1 and zero point 0: the real values are the same numbers.
    if (operands[0].type == rt::ElementType::kUint8) {
      std::vector<float> pixels(operands[0].data.as<uint8_t>(),
                                operands[0].data.as<uint8_t>() + operands[0].shape.elements());
      operands[0] = {rt::ElementType::kFloat32, operands[0].shape, constant_of(pixels)};
    }
    std::vector<rt::HostTensor> results = check(rt::evaluate_node(node, operands));
    for (size_t i = 0; i < results.size(); ++i) values[node.outputs[i]] = results[i];
  }
  std::vector<rt::HostTensor> outputs;
  for (const rt::ValueId id : graph.outputs) outputs.push_back(lookup(id));
  return outputs;
}

inline rt::HostTensor permute_tensor(const rt::HostTensor& tensor, const Permutation& perm) {
  rt::Node node;
  node.op = "Permute";
  node.inputs = node.outputs = {0};
  node.attributes.set("perm", perm);
  return check(rt::evaluate_node(node, {tensor}))[0];
}

// The tensor of a value in the source's order of axes.
inline rt::HostTensor in_source_layout(const rt::Value& value, const rt::HostTensor& tensor) {
  if (value.source_axes.empty()) return tensor;
  return permute_tensor(tensor, inverse(Permutation(value.source_axes.begin(), value.source_axes.end())));
}

// Both graphs give the same outputs, in the source's layout, for the same random inputs; names of outputs are equal.
inline void expect_same_outputs(const rt::Graph& before, const rt::Graph& after, float tolerance = 1e-5f) {
  std::mt19937 random(7);
  std::vector<rt::HostTensor> inputs_before, inputs_after;
  for (size_t i = 0; i < before.inputs.size(); ++i) {
    const rt::Value& old_input = value_of(before, before.inputs[i]);
    const rt::Value& new_input = value_of(after, after.inputs[i]);
    inputs_before.push_back(random_tensor(old_input.type, old_input.shape, random));
    rt::HostTensor source = in_source_layout(old_input, inputs_before.back());
    if (!new_input.source_axes.empty()) {
      source = permute_tensor(source, Permutation(new_input.source_axes.begin(), new_input.source_axes.end()));
    }
    inputs_after.push_back(source);
  }
  const std::vector<rt::HostTensor> expected = evaluate(before, inputs_before), actual = evaluate(after, inputs_after);
  ASSERT_EQ(expected.size(), actual.size());
  for (size_t i = 0; i < expected.size(); ++i) {
    const rt::Value& old_output = value_of(before, before.outputs[i]);
    const rt::Value& new_output = value_of(after, after.outputs[i]);
    EXPECT_EQ(source_name(old_output.name), new_output.name);
    const rt::HostTensor a = in_source_layout(old_output, expected[i]), b = in_source_layout(new_output, actual[i]);
    ASSERT_EQ(a.shape.text(), b.shape.text()) << new_output.name;
    ASSERT_EQ(new_output.shape.text(), actual[i].shape.text()) << new_output.name;
    ASSERT_EQ(a.type, b.type) << new_output.name;
    for (int64_t k = 0; k < a.shape.elements(); ++k) {
      if (a.type == rt::ElementType::kFloat32) {
        const float x = a.data.as<float>()[k], y = b.data.as<float>()[k];
        ASSERT_LE(std::fabs(x - y), tolerance * std::max(1.0f, std::fabs(x))) << new_output.name << " element " << k;
      } else if (a.type == rt::ElementType::kInt32) {
        ASSERT_EQ(a.data.as<int32_t>()[k], b.data.as<int32_t>()[k]) << new_output.name << " element " << k;
      }
    }
  }
}

inline std::vector<std::string> node_names(const rt::Graph& graph) {
  std::vector<std::string> names;
  for (const rt::Node& node : graph.nodes) names.push_back(node.name);
  return names;
}
inline std::vector<std::string> operators(const rt::Graph& graph) {
  std::vector<std::string> names;
  for (const rt::Node& node : graph.nodes) names.push_back(node.op);
  return names;
}
inline int count_of(const rt::Graph& graph, const std::string& op) {
  return static_cast<int>(
      std::count_if(graph.nodes.begin(), graph.nodes.end(), [&](const rt::Node& node) { return node.op == op; }));
}

}  // namespace magik::transform::test

// How one ONNX node becomes nodes of the graph: the view that translators have of it, and the registry of translators.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "transform/frontends/onnx/onnx_model.h"
#include "transform/ir/graph_builder.h"

namespace magik::transform {

using rt::ValueId;
using Ints = std::vector<int64_t>;
using Floats = std::vector<float>;

// What grows while a model is imported. ONNX tensors are values in the source's layout (NCHW).
struct OnnxState {
  const OnnxModel* model = nullptr;
  GraphBuilder builder;
  std::unordered_map<std::string, ValueId> values;
  std::unordered_map<ValueId, ValueId> channels_last;  // the same tensor with the channels on the last axis
  std::unordered_set<std::string> read;                // tensors that some needed node or output reads
};

// Attributes from name-value pairs: attributes("axis", 1, "keepdims", 0).
template <typename... Pairs>
rt::Attributes attributes(Pairs&&... pairs);

class OnnxNode {
 public:
  OnnxNode(OnnxState& state, const onnx::NodeProto& proto) : state_(state), proto_(proto) {}

  GraphBuilder& builder() { return state_.builder; }
  int opset() const { return state_.model->opset(); }
  const std::string& op() const { return proto_.op_type(); }
  const std::string& model_path() const { return state_.model->path; }
  // For messages: the node's name, or its first output where it has none.
  std::string name() const;

  // Inputs. Optional ones that are left out are kNoValue in optional_input() and an error in input().
  size_t input_count() const { return static_cast<size_t>(proto_.input_size()); }
  bool has_input(size_t index) const;
  ValueId input(size_t index) const;
  ValueId optional_input(size_t index) const { return has_input(index) ? input(index) : rt::kNoValue; }
  rt::Shape shape(ValueId id) const { return state_.builder.shape(id); }
  int rank(ValueId id) const { return shape(id).rank(); }
  // An input whose elements have to be known now; Unsupported where they are not.
  Ints constant_ints(size_t index) const;
  Floats constant_floats(size_t index) const;

  // Attributes; a wrong type is an error.
  bool has(const char* name) const;
  int64_t integer(const char* name, int64_t otherwise) const;
  float number(const char* name, float otherwise) const;
  std::string text(const char* name, const char* otherwise) const;
  Ints integers(const char* name, const Ints& otherwise = {}) const;
  Floats numbers(const char* name) const;
  const onnx::TensorProto* tensor(const char* name) const;  // null where absent
  // A list of integers that older opsets have as an attribute and newer ones as an input; nothing where absent.
  std::optional<Ints> integers_or_input(const char* name, size_t input_index) const;
  // The axis counted from the front; an error unless in 0..rank-1 (0..rank where `end_allowed`).
  int64_t axis(int64_t value, int rank, bool end_allowed = false) const;
  Ints axes(Ints values, int rank) const;

  // Outputs.
  size_t output_count() const { return static_cast<size_t>(proto_.output_size()); }
  std::string output_name(size_t index = 0) const;
  bool is_read(size_t index) const;  // somebody needs this output
  void set_output(size_t index, ValueId id);
  // The name of a helper value: the output's with "/suffix".
  std::string helper(const std::string& suffix) const { return output_name() + "/" + suffix; }

  // Adds the node that yields the first output.
  void emit(const char* op, const std::vector<ValueId>& inputs, rt::Attributes attributes = {});
  // Adds a node whose result only this translator uses.
  ValueId emit_helper(const std::string& suffix, const char* op, const std::vector<ValueId>& inputs,
                      rt::Attributes attributes = {});
  ValueId scalar(const std::string& suffix, float value);

  // The value with axis 1, the channels, moved last; made once a value.
  ValueId channels_last(ValueId id);
  // Adds an image operator's node, named after the first output, and the Permute back to the source's layout. Returns
  // that value in the source's layout.
  ValueId emit_channels_last(const char* op, const std::vector<ValueId>& inputs, rt::Attributes attributes = {});

  template <typename... Args>
  [[noreturn]] void fail(fmt::format_string<Args...> format, Args&&... args) const {
    throw Error(fmt::format("node '{}' ({}): {}", name(), op(), fmt::format(format, std::forward<Args>(args)...)));
  }

 private:
  const onnx::AttributeProto* attribute(const char* name, onnx::AttributeProto::AttributeType type) const;

  OnnxState& state_;
  const onnx::NodeProto& proto_;
};

// Reads the node and sets its outputs. Throws Unsupported, or Error where the model is invalid.
using Translator = void (*)(OnnxNode&);

struct OnnxOp {
  const char* name;
  Translator translate;
};

// One list per family; each is a file ops_FAMILY.cc.
std::span<const OnnxOp> activation_ops();
std::span<const OnnxOp> arithmetic_ops();
std::span<const OnnxOp> constant_ops();
std::span<const OnnxOp> image_ops();
std::span<const OnnxOp> matrix_ops();
std::span<const OnnxOp> movement_ops();
std::span<const OnnxOp> reduction_ops();
std::span<const OnnxOp> resize_ops();
std::span<const OnnxOp> shape_ops();

// Null where the operator is not known.
Translator find_translator(const onnx::NodeProto& node);

namespace internal {
inline void set_all(rt::Attributes&) {}
template <typename Value, typename... Rest>
void set_all(rt::Attributes& attributes, const char* name, Value&& value, Rest&&... rest) {
  attributes.set(name, std::forward<Value>(value));
  set_all(attributes, std::forward<Rest>(rest)...);
}
}  // namespace internal

template <typename... Pairs>
rt::Attributes attributes(Pairs&&... pairs) {
  rt::Attributes result;
  internal::set_all(result, std::forward<Pairs>(pairs)...);
  return result;
}

}  // namespace magik::transform

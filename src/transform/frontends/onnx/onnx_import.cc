// The driver: finds the part of the model between INPUT and OUTPUT, fixes the shapes of its inputs, and has its nodes
// translated in order. Nodes outside that part are not even looked at.
#include "transform/frontends/onnx/onnx_import.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "transform/cli/log.h"
#include "transform/error.h"
#include "transform/frontends/onnx/onnx_ops.h"
#include "transform/ir/graph_edit.h"
#include "transform/text/closest.h"
#include "transform/text/counted.h"

namespace magik::transform {
namespace {

// A declared tensor type: -1 for dynamic dimensions.
struct Declared {
  int type = onnx::TensorProto::FLOAT;
  std::optional<Ints> dims;  // absent where even the rank is unknown

  bool is_fixed() const { return dims && std::count(dims->begin(), dims->end(), -1) == 0; }
  std::string text() const {
    std::vector<std::string> list;
    for (int64_t dim : dims.value_or(Ints())) list.push_back(dim < 0 ? "?" : std::to_string(dim));
    return fmt::format("[{}]", fmt::join(list, ","));
  }
};

Declared declared_of(const onnx::ValueInfoProto& info) {
  Declared declared;
  const auto& tensor = info.type().tensor_type();
  if (tensor.elem_type() != 0) declared.type = tensor.elem_type();
  if (!tensor.has_shape()) return declared;
  declared.dims.emplace();
  // Some exporters write 0 for "unknown".
  for (const auto& dim : tensor.shape().dim()) declared.dims->push_back(dim.dim_value() > 0 ? dim.dim_value() : -1);
  return declared;
}

std::string node_name(const onnx::NodeProto& node) {
  return node.name().empty() && node.output_size() > 0 ? node.output(0) : node.name();
}

class OnnxImporter {
 public:
  OnnxImporter(const OnnxModel& model, const ImportOptions& options) : model_(model), options_(options) {}

  rt::Graph run() {
    index_model();
    resolve_names();
    find_needed();
    declare_inputs();
    translate_nodes();
    return finish();
  }

 private:
  const onnx::GraphProto& graph() const { return model_.graph(); }
  const onnx::NodeProto& node(int index) const { return graph().node(index); }

  void index_model() {
    for (const auto& tensor : graph().initializer()) initializers_[tensor.name()] = &tensor;
    for (const auto& info : graph().value_info()) declared_[info.name()] = declared_of(info);
    for (const auto& info : graph().output()) declared_[info.name()] = declared_of(info);
    for (const auto& info : graph().input()) {
      if (initializers_.count(info.name()) > 0) continue;  // up to IR version 3 weights are inputs too
      declared_[info.name()] = declared_of(info);
      model_inputs_.push_back(info.name());
    }
    for (int i = 0; i < graph().node_size(); ++i) {
      for (const std::string& output : node(i).output()) {
        if (output.empty()) continue;
        if (!producer_.emplace(output, i).second) fail("'{}': two nodes produce '{}'", model_.path, output);
      }
    }
  }

  bool is_model_input(const std::string& tensor) const {
    return std::find(model_inputs_.begin(), model_inputs_.end(), tensor) != model_inputs_.end();
  }

  // The tensor that a config's name means: a tensor, or the first output of a node.
  std::string tensor_named(const std::string& name, const char* key) const {
    if (producer_.count(name) > 0 || is_model_input(name)) return name;
    if (initializers_.count(name) > 0) fail_setting("{} '{}' is a constant of the model", key, name);
    for (const auto& n : graph().node()) {
      if (n.name() == name && n.output_size() > 0) return n.output(0);
    }
    std::vector<std::string> candidates = model_inputs_;
    for (const auto& n : graph().node()) {
      candidates.insert(candidates.end(), n.output().begin(), n.output().end());
      if (!n.name().empty()) candidates.push_back(n.name());
    }
    fail_setting("{} '{}' is no tensor or node of '{}'{}", key, name, model_.path, did_you_mean(name, candidates));
  }

  void resolve_names() {
    const auto add = [](std::vector<std::string>& list, const std::string& tensor, const char* key) {
      if (std::find(list.begin(), list.end(), tensor) != list.end()) fail_setting("{} lists '{}' twice", key, tensor);
      list.push_back(tensor);
    };
    for (const std::string& name : options_.inputs) add(listed_inputs_, tensor_named(name, "INPUT"), "INPUT");
    for (const std::string& name : options_.outputs) {
      const std::string tensor = tensor_named(name, "OUTPUT");
      if (is_listed_input(tensor)) fail_setting("OUTPUT '{}' is also an INPUT", name);
      if (is_model_input(tensor))
        fail_setting("OUTPUT '{}' is an input of '{}': no node computes it", name, model_.path);
      add(outputs_, tensor, "OUTPUT");
    }
    if (!options_.outputs.empty()) return;
    for (const auto& info : graph().output()) {
      if (is_listed_input(info.name())) {
        fail_setting(
            "INPUT '{}' is an output of '{}', which no node is left to compute: cut before it, or name other "
            "tensors in OUTPUT",
            info.name(), model_.path);
      }
      if (std::find(outputs_.begin(), outputs_.end(), info.name()) != outputs_.end()) {
        fail("'{}' lists its output '{}' twice", model_.path, info.name());
      }
      outputs_.push_back(info.name());
    }
    if (outputs_.empty()) fail("'{}' has no outputs: name some in OUTPUT", model_.path);
  }

  bool is_listed_input(const std::string& tensor) const {
    return std::find(listed_inputs_.begin(), listed_inputs_.end(), tensor) != listed_inputs_.end();
  }

  // Whether a needed tensor comes from a node that is to be translated. Fails where it comes from nowhere.
  bool comes_from_node(const std::string& tensor, const std::string& reader) {
    state_.read.insert(tensor);
    if (is_listed_input(tensor)) return false;
    if (producer_.count(tensor) > 0) return true;
    if (initializers_.count(tensor) == 0 && !is_model_input(tensor)) {
      fail("'{}': {} reads '{}', which nothing produces", model_.path, reader, tensor);
    }
    return false;
  }

  // Marks the nodes between inputs and outputs, then orders them: as in the file where that is valid already.
  void find_needed() {
    std::vector<int> todo;
    std::vector<bool> needed(static_cast<size_t>(graph().node_size()), false);
    const auto need = [&](const std::string& tensor, const std::string& reader) {
      if (!comes_from_node(tensor, reader)) return;
      const int i = producer_.at(tensor);
      if (!needed[static_cast<size_t>(i)]) todo.push_back(i);
      needed[static_cast<size_t>(i)] = true;
    };
    for (const std::string& output : outputs_) need(output, "the list of outputs");
    while (!todo.empty()) {
      const onnx::NodeProto& n = node(todo.back());
      todo.pop_back();
      for (const std::string& input : n.input()) {
        if (!input.empty()) need(input, fmt::format("node '{}' ({})", node_name(n), n.op_type()));
      }
    }
    for (const std::string& input : listed_inputs_) {
      if (state_.read.count(input) == 0) fail_setting("INPUT '{}' leads to none of the outputs", input);
    }
    for (int i = 0; i < graph().node_size(); ++i) {
      if (needed[static_cast<size_t>(i)]) order_from(i);
    }
  }

  // Depth first through a node's producers, on a stack of our own: a chain may have any length.
  void order_from(int root) {
    visits_.resize(static_cast<size_t>(graph().node_size()), Visit::kNone);
    if (visits_[static_cast<size_t>(root)] == Visit::kDone) return;
    std::vector<std::pair<int, int>> stack{{root, 0}};  // node, its next input
    visits_[static_cast<size_t>(root)] = Visit::kOpen;
    while (!stack.empty()) {
      auto& [current, next_input] = stack.back();
      const onnx::NodeProto& n = node(current);
      if (next_input == n.input_size()) {
        visits_[static_cast<size_t>(current)] = Visit::kDone;
        order_.push_back(current);
        stack.pop_back();
        continue;
      }
      const std::string& input = n.input(next_input++);
      const auto producer = producer_.find(input);
      if (producer == producer_.end() || is_listed_input(input)) continue;
      Visit& visit = visits_[static_cast<size_t>(producer->second)];
      if (visit == Visit::kOpen) {
        fail("'{}': node '{}' ({}) is part of a cycle", model_.path, node_name(n), n.op_type());
      }
      if (visit == Visit::kDone) continue;
      visit = Visit::kOpen;
      stack.emplace_back(producer->second, 0);
    }
  }

  // Listed inputs first, then those of the model that are needed too.
  void declare_inputs() {
    state_.model = &model_;
    const bool explicit_list = !listed_inputs_.empty();
    const std::vector<std::string>& positions = explicit_list ? listed_inputs_ : model_inputs_;
    if (options_.shapes.size() > positions.size()) {
      fail_setting("{} has {} for {}", options_.shape_setting, counted(options_.shapes.size(), "shape"),
                   counted(positions.size(), "input"));
    }
    for (size_t i = 0; i < positions.size(); ++i) {
      const Ints* shape = nullptr;
      if (i < options_.shapes.size()) {
        shape = &options_.shapes[i];
      } else if (explicit_list && !options_.shapes.empty()) {
        shape = &options_.shapes.back();
      }
      if (state_.read.count(positions[i]) > 0) declare_input(positions[i], shape);
    }
    for (const std::string& name : model_inputs_) {
      if (state_.read.count(name) > 0 && state_.values.count(name) == 0) declare_input(name, nullptr);
    }
  }

  void declare_input(const std::string& name, const Ints* given) {
    Declared declared = declared_.count(name) > 0 ? declared_.at(name) : Declared{};
    if (given != nullptr) {
      check_given_shape(name, *given, declared);
      declared.dims = *given;
    } else if (is_model_input(name)) {
      fix_dynamic_axes(name, declared);
    } else {
      infer_cut_tensors();
      if (const auto inferred = inferred_.find(name); inferred != inferred_.end()) {
        state_.values[name] = state_.builder.input(name, inferred->second.type, inferred->second.shape);
        return;
      }
      if (!declared.is_fixed()) {
        fail_setting("INPUT '{}' needs an INPUT_SHAPE: its shape cannot be inferred ({})", name, inference_error_);
      }
    }
    try {
      state_.values[name] = add_input(name, declared);
    } catch (const Error& error) {
      fail("input '{}' {}: {}", name, declared.text(), error.what());
    }
  }

  ValueId add_input(const std::string& name, const Declared& declared) {
    const Ints& dims = *declared.dims;
    if (dims.size() > static_cast<size_t>(rt::kMaxRank)) {
      unsupported("{} axes, at most {} are supported", dims.size(), rt::kMaxRank);
    }
    for (int64_t dim : dims) {
      if (dim >= rt::kMaxElements) unsupported("a dimension of {} is too large", dim);
    }
    return state_.builder.input(name, element_type_of(declared.type), rt::Shape(dims.begin(), dims.end()));
  }

  void check_given_shape(const std::string& name, const Ints& given, const Declared& declared) const {
    const std::string text = fmt::format("{} [{}] of '{}'", options_.shape_setting, fmt::join(given, ","), name);
    for (int64_t dim : given) {
      if (dim < 1) fail_setting("{}: {} is not a size, expected 1 or more", text, dim);
    }
    if (!is_model_input(name) || !declared.dims) return;
    const Ints& dims = *declared.dims;
    if (dims.size() != given.size()) {
      fail_setting("{} has {}, the model's input has {}: {}", text, counted(given.size(), "axis", "axes"), dims.size(),
                   declared.text());
    }
    // Batch and spatial axes may differ from the model's: everything behind them is inferred again.
    if (dims.size() > 1 && dims[1] > 0 && dims[1] != given[1]) {
      fail_setting("{} has {} at axis 1, the model's input {} is fixed to {}", text, given[1], declared.text(),
                   dims[1]);
    }
  }

  void fix_dynamic_axes(const std::string& name, Declared& declared) const {
    if (!declared.dims) fail_setting("input '{}' has no shape in the model: set {}", name, options_.shape_setting);
    for (size_t axis = 0; axis < declared.dims->size(); ++axis) {
      int64_t& dim = (*declared.dims)[axis];
      if (dim > 0) continue;
      if (axis > 0)
        fail_setting("input '{}' has dynamic axes, {}: set {}", name, declared.text(), options_.shape_setting);
      MAGIK_LOG_INFO("input '{}' has a dynamic batch, taken as 1", name);
      dim = 1;
    }
  }

  // Types and shapes of the tensors at which INPUT cuts, from the model's own inputs on.
  void infer_cut_tensors() {
    if (!std::exchange(inference_done_, true)) {
      ImportOptions whole;
      for (const std::string& name : listed_inputs_) {
        if (!is_model_input(name)) whole.outputs.push_back(name);
      }
      try {
        OnnxImporter importer(model_, whole);
        const rt::Graph inferred = importer.run();
        for (size_t i = 0; i < whole.outputs.size(); ++i) {
          inferred_[whole.outputs[i]] = info_of(inferred, inferred.outputs[i]);
        }
      } catch (const Error& error) {
        inference_error_ = error.what();
      }
    }
  }

  void translate_nodes() {
    for (int i : order_) {
      try {
        translate(node(i));
      } catch (const Unsupported& problem) {
        problems_.push_back(problem_line(node(i), problem.what()));
        stand_in_for_outputs(node(i));
      }
    }
    if (problems_.empty()) return;
    fail("'{}' needs what is not supported; cut it with INPUT and OUTPUT, or export it differently:\n{}", model_.path,
         fmt::join(problems_, "\n"));
  }

  void translate(const onnx::NodeProto& n) {
    const Translator translator = find_translator(n);
    if (translator == nullptr) unsupported("unknown operator");
    for (const std::string& input : n.input()) {
      if (!make_known(input)) return;  // comes out of a node that failed
    }
    OnnxNode view(state_, n);
    translator(view);
    for (const std::string& output : n.output()) {
      if (state_.read.count(output) > 0 && state_.values.count(output) == 0) unsupported("the output '{}'", output);
    }
  }

  // Makes an initializer a value when it is first read. False where the tensor has no value.
  bool make_known(const std::string& name) {
    if (name.empty() || state_.values.count(name) > 0) return true;
    const auto found = initializers_.find(name);
    if (found == initializers_.end()) return false;
    rt::HostTensor tensor = tensor_of(*found->second, model_.path);
    state_.values[name] = state_.builder.constant(name, tensor.type, tensor.shape, std::move(tensor.data));
    return true;
  }

  std::string problem_line(const onnx::NodeProto& n, const std::string& reason) const {
    std::string opset = fmt::format("opset {}", model_.opset());
    if (!is_standard_domain(n.domain())) opset = fmt::format("domain {}", n.domain());
    return fmt::format("  {} '{}' ({}): {}", n.op_type(), node_name(n), opset, reason);
  }

  // Behind a node that failed, checking goes on with the types that the model declares, so that one run of the
  // converter tells everything that is missing.
  void stand_in_for_outputs(const onnx::NodeProto& n) {
    for (const std::string& output : n.output()) {
      const auto declared = declared_.find(output);
      if (declared == declared_.end() || !declared->second.is_fixed()) continue;
      try {
        state_.values[output] = add_input(output, declared->second);
      } catch (const Error&) {  // of a type or size that we cannot stand in for
      }
    }
  }

  rt::Graph finish() {
    for (const std::string& name : outputs_) {
      make_known(name);  // an output may be an initializer
      const ValueId id = state_.values.at(name);
      if (state_.builder.is_constant(id))
        fail("output '{}' does not depend on any input: leave it out of OUTPUT", name);
      state_.builder.output(id);
    }
    rt::Graph result = state_.builder.take();
    remove_dead(result);
    return result;
  }

  enum class Visit : uint8_t { kNone, kOpen, kDone };

  const OnnxModel& model_;
  const ImportOptions& options_;

  std::unordered_map<std::string, const onnx::TensorProto*> initializers_;
  std::unordered_map<std::string, Declared> declared_;
  std::unordered_map<std::string, int> producer_;
  std::vector<std::string> model_inputs_;  // without initializers
  std::vector<std::string> listed_inputs_, outputs_;

  std::vector<Visit> visits_;
  std::vector<int> order_;

  bool inference_done_ = false;
  std::unordered_map<std::string, rt::ValueInfo> inferred_;
  std::string inference_error_;

  OnnxState state_;
  std::vector<std::string> problems_;
};

}  // namespace

rt::Graph import_onnx(const std::string& path, const ImportOptions& options) {
  const OnnxModel model = load_onnx(path);
  return OnnxImporter(model, options).run();
}

}  // namespace magik::transform

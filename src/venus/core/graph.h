// The network in memory: the runtime loads a model file into it, the converter builds, rewrites and saves it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "venus/core/types.h"

namespace magik::rt {

// Typed attributes of a node. Lookups of absent names give the caller's default; a hostile model's attribute of another
// type counts as absent, so operators validate what they need in infer().
class Attributes {
 public:
  using Data = std::variant<std::vector<int64_t>, std::vector<float>, std::string>;

  bool has(const std::string& name) const { return find(name) != nullptr; }
  int64_t integer(const char* name, int64_t otherwise) const;
  float number(const char* name, float otherwise) const;
  std::string text(const char* name, const char* otherwise = "") const;
  std::vector<int64_t> integers(const char* name, std::vector<int64_t> otherwise = {}) const;
  std::vector<float> numbers(const char* name, std::vector<float> otherwise = {}) const;

  void set(const std::string& name, int64_t value) { put(name, std::vector<int64_t>{value}); }
  void set(const std::string& name, int value) { put(name, std::vector<int64_t>{value}); }
  void set(const std::string& name, float value) { put(name, std::vector<float>{value}); }
  void set(const std::string& name, std::string value) { put(name, std::move(value)); }
  void set(const std::string& name, const char* value) { put(name, std::string(value)); }
  void set(const std::string& name, std::vector<int64_t> value) { put(name, std::move(value)); }
  void set(const std::string& name, std::vector<float> value) { put(name, std::move(value)); }
  void put(const std::string& name, Data value);
  void erase(const std::string& name);

  const std::vector<std::pair<std::string, Data>>& entries() const { return entries_; }  // sorted by name

 private:
  const Data* find(const std::string& name) const;
  std::vector<std::pair<std::string, Data>> entries_;
};

// Bytes of a constant: owned, or pointing into a loaded file that `owner` keeps alive. Immutable once shared.
struct Constant {
  const void* data = nullptr;
  size_t bytes = 0;
  std::shared_ptr<const void> owner;

  explicit operator bool() const { return data != nullptr; }
  template <typename T>
  const T* as() const {
    return static_cast<const T*>(data);
  }
  template <typename T>
  static Constant copy_of(const T* first, size_t count) {
    return copy_bytes(first, count * sizeof(T));
  }
  static Constant copy_bytes(const void* data, size_t bytes);  // 64-byte aligned; bytes 0 gives a non-null constant
};

using ValueId = int32_t;
constexpr ValueId kNoValue = -1;  // an optional input that is left out

struct Value {
  std::string name;
  ElementType type = ElementType::kNone;
  Shape shape;                       // as stored: image-like values are NHWC
  std::vector<uint8_t> source_axes;  // stored axis i is the source's axis source_axes[i]; empty: the same order
  Quantization quantization;
  Constant constant;  // set for weights and other constants

  bool is_constant() const { return static_cast<bool>(constant); }
};

struct Node {
  std::string op;
  int version = 1;
  std::string name;
  std::vector<ValueId> inputs;
  std::vector<ValueId> outputs;
  Attributes attributes;
};

enum class InputKind : uint8_t { kFloat = 0, kPixels = 1 };

struct Preprocessing {
  InputKind kind = InputKind::kFloat;
  std::string color;   // "RGB", "BGR", "GRAY"; empty for float inputs
  std::string resize;  // "STRETCH", "LETTERBOX", "CENTER_CROP"
  std::vector<float> mean, normal;
};

// One input and what every node makes of it (core/golden.h).
struct Golden {
  std::vector<Constant> inputs;          // dense bytes, one entry for each input of the graph
  std::vector<uint64_t> node_checksums;  // one for each node: model_checksum() over the dense bytes of its outputs

  bool empty() const { return inputs.empty() && node_checksums.empty(); }
};

// Nodes are in execution order; every value has at most one producer (SSA).
struct Graph {
  std::string soc;
  std::string converter_version;
  std::vector<Value> values;
  std::vector<Node> nodes;
  std::vector<ValueId> inputs;
  std::vector<ValueId> outputs;
  std::vector<Preprocessing> preprocessing;  // one for each input
  Golden golden;                             // empty: the model has none

  ValueId add_value(Value value) {
    values.push_back(std::move(value));
    return static_cast<ValueId>(values.size()) - 1;
  }
};

}  // namespace magik::rt

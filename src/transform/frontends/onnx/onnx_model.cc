#include "transform/frontends/onnx/onnx_model.h"

#include <fmt/ranges.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <map>
#include <utility>
#include <vector>

namespace magik::transform {
namespace {

using onnx::TensorProto;

size_t stored_size(int type) {
  switch (type) {
    case TensorProto::BOOL:
    case TensorProto::INT8:
    case TensorProto::UINT8:
      return 1;
    case TensorProto::INT16:
    case TensorProto::UINT16:
    case TensorProto::FLOAT16:
    case TensorProto::BFLOAT16:
      return 2;
    case TensorProto::FLOAT:
    case TensorProto::INT32:
    case TensorProto::UINT32:
      return 4;
    default:
      return 8;
  }
}

float float_of_half(uint16_t half) {
  const uint32_t sign = static_cast<uint32_t>(half & 0x8000u) << 16;
  const uint32_t exponent = (half >> 10) & 31u, fraction = half & 1023u;
  if (exponent == 0) {  // zero or subnormal: fraction * 2^-24
    const float magnitude = static_cast<float>(fraction) * 0x1p-24f;
    return std::bit_cast<float>(std::bit_cast<uint32_t>(magnitude) | sign);
  }
  const uint32_t wide = exponent == 31 ? 255u : exponent + 112u;
  return std::bit_cast<float>(sign | wide << 23 | fraction << 13);
}

float float_of_bfloat16(uint16_t bits) { return std::bit_cast<float>(static_cast<uint32_t>(bits) << 16); }

template <typename Int>
int32_t saturated(Int value) {
  using Limits = std::numeric_limits<int32_t>;
  if (std::cmp_less(value, Limits::min())) return Limits::min();
  if (std::cmp_greater(value, Limits::max())) return Limits::max();
  return static_cast<int32_t>(value);
}

uint64_t parse_number(const std::string& tensor, const std::string& key, const std::string& text) {
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) {
    fail("tensor '{}': external data has {} '{}', expected a number of bytes", tensor, key, text);
  }
  return number;
}

// The bytes of a tensor that lies in another file beside the model.
std::string read_external(const TensorProto& tensor, const std::string& model_path, size_t bytes) {
  std::map<std::string, std::string> entries;
  for (const auto& entry : tensor.external_data()) entries[entry.key()] = entry.value();

  const std::filesystem::path location = entries["location"];
  const bool leaves_folder = std::find(location.begin(), location.end(), "..") != location.end();
  if (location.empty() || location.is_absolute() || leaves_folder) {
    fail("tensor '{}': external data at '{}', expected a file in the model's folder", tensor.name(), location.string());
  }
  const std::string path = (std::filesystem::path(model_path).parent_path() / location).string();
  const uint64_t offset = entries.count("offset") ? parse_number(tensor.name(), "offset", entries["offset"]) : 0;
  const uint64_t length = entries.count("length") ? parse_number(tensor.name(), "length", entries["length"]) : bytes;
  if (length != bytes) {
    fail("tensor '{}': external data of {} bytes, its shape needs {}", tensor.name(), length, bytes);
  }
  std::error_code error;
  const uint64_t available = std::filesystem::file_size(path, error);
  if (error) fail("tensor '{}': cannot read its data from '{}': {}", tensor.name(), path, error.message());
  if (offset > available || length > available - offset) {
    fail("tensor '{}': needs bytes {}..{} of '{}', which has only {}", tensor.name(), offset, offset + length, path,
         available);
  }
  std::string data(bytes, '\0');
  std::ifstream file(path, std::ios::binary);
  file.seekg(static_cast<std::streamoff>(offset));
  file.read(data.data(), static_cast<std::streamsize>(bytes));
  if (!file) fail("tensor '{}': cannot read {} bytes at {} of '{}'", tensor.name(), bytes, offset, path);
  return data;
}

// Converts `count` elements, stored as `Stored` in raw bytes or as any number type in a protobuf field.
template <typename Stored, typename Field, typename Convert>
auto convert_all(const TensorProto& tensor, const std::string& raw, const Field& field, size_t count, Convert convert) {
  std::vector<decltype(convert(Stored{}))> values(count);
  if (!raw.empty()) {
    for (size_t i = 0; i < count; ++i) {
      Stored stored;
      std::memcpy(&stored, raw.data() + i * sizeof(Stored), sizeof(Stored));
      values[i] = convert(stored);
    }
    return values;
  }
  if (static_cast<size_t>(field.size()) != count) {
    fail("tensor '{}' has {} elements, its shape needs {}", tensor.name(), field.size(), count);
  }
  for (size_t i = 0; i < count; ++i) values[i] = convert(static_cast<Stored>(field[static_cast<int>(i)]));
  return values;
}

template <typename T>
rt::Constant constant_from(const std::vector<T>& values) {
  return rt::Constant::copy_of(values.data(), values.size());
}

rt::Constant convert_data(const TensorProto& t, const std::string& raw, size_t n) {
  const auto to_float = [](auto x) { return static_cast<float>(x); };
  const auto to_int = [](auto x) { return saturated(x); };
  switch (t.data_type()) {
    case TensorProto::FLOAT:
      return constant_from(convert_all<float>(t, raw, t.float_data(), n, to_float));
    case TensorProto::DOUBLE:
      return constant_from(convert_all<double>(t, raw, t.double_data(), n, to_float));
    case TensorProto::FLOAT16:
      return constant_from(convert_all<uint16_t>(t, raw, t.int32_data(), n, float_of_half));
    case TensorProto::BFLOAT16:
      return constant_from(convert_all<uint16_t>(t, raw, t.int32_data(), n, float_of_bfloat16));
    case TensorProto::INT8:
      return constant_from(convert_all<int8_t>(t, raw, t.int32_data(), n, to_int));
    case TensorProto::UINT8:
      return constant_from(convert_all<uint8_t>(t, raw, t.int32_data(), n, to_int));
    case TensorProto::INT16:
      return constant_from(convert_all<int16_t>(t, raw, t.int32_data(), n, to_int));
    case TensorProto::UINT16:
      return constant_from(convert_all<uint16_t>(t, raw, t.int32_data(), n, to_int));
    case TensorProto::INT32:
      return constant_from(convert_all<int32_t>(t, raw, t.int32_data(), n, to_int));
    case TensorProto::UINT32:
      return constant_from(convert_all<uint32_t>(t, raw, t.uint64_data(), n, to_int));
    case TensorProto::INT64:
      return constant_from(convert_all<int64_t>(t, raw, t.int64_data(), n, to_int));
    case TensorProto::UINT64:
      return constant_from(convert_all<uint64_t>(t, raw, t.uint64_data(), n, to_int));
    case TensorProto::BOOL:
      return constant_from(
          convert_all<uint8_t>(t, raw, t.int32_data(), n, [](uint8_t x) { return static_cast<uint8_t>(x != 0); }));
    default:
      unsupported("tensors of type {} are not supported", onnx_type_name(t.data_type()));
  }
}

}  // namespace

bool is_standard_domain(const std::string& domain) { return domain.empty() || domain == "ai.onnx"; }

int OnnxModel::opset() const {
  for (const auto& set : proto.opset_import()) {
    if (is_standard_domain(set.domain())) return static_cast<int>(set.version());
  }
  return 1;
}

OnnxModel load_onnx(const std::string& path) {
  OnnxModel model;
  model.path = path;
  std::ifstream file(path, std::ios::binary);
  if (!file) fail("cannot open '{}': {}", path, std::strerror(errno));
  google::protobuf::io::IstreamInputStream stream(&file);
  google::protobuf::io::CodedInputStream coded(&stream);
  coded.SetTotalBytesLimit(std::numeric_limits<int>::max());
  if (!model.proto.ParseFromCodedStream(&coded) || !coded.ConsumedEntireMessage()) {
    fail("'{}' is not a whole ONNX model: it is cut off or damaged near byte {}", path, coded.CurrentPosition());
  }
  if (model.graph().node_size() == 0) fail("'{}' is not an ONNX model: it has no graph with nodes", path);
  if (model.opset() < kMinOpset || model.opset() > kMaxOpset) {
    fail("'{}' is of ONNX opset {}, expected {} to {}: export it again with an opset in this range", path,
         model.opset(), kMinOpset, kMaxOpset);
  }
  return model;
}

std::string onnx_type_name(int type) {
  if (TensorProto::DataType_IsValid(type)) return TensorProto::DataType_Name(static_cast<TensorProto::DataType>(type));
  return fmt::format("number {}", type);
}

rt::ElementType element_type_of(int type) {
  switch (type) {
    case TensorProto::FLOAT:
    case TensorProto::DOUBLE:
    case TensorProto::FLOAT16:
    case TensorProto::BFLOAT16:
      return rt::ElementType::kFloat32;
    case TensorProto::INT8:
    case TensorProto::UINT8:
    case TensorProto::INT16:
    case TensorProto::UINT16:
    case TensorProto::INT32:
    case TensorProto::UINT32:
    case TensorProto::INT64:
    case TensorProto::UINT64:
      return rt::ElementType::kInt32;
    case TensorProto::BOOL:
      return rt::ElementType::kBool;
    default:
      unsupported("tensors of type {} are not supported", onnx_type_name(type));
  }
}

rt::HostTensor tensor_of(const TensorProto& tensor, const std::string& model_path) {
  rt::HostTensor result;
  result.type = element_type_of(tensor.data_type());
  if (tensor.dims_size() > rt::kMaxRank) {
    unsupported("tensor '{}' has {} axes, at most {} are supported", tensor.name(), tensor.dims_size(), rt::kMaxRank);
  }
  int64_t count = 1;
  for (int64_t dim : tensor.dims()) {
    // Dimensions stay below 2^31, so a product of two cannot overflow before it is checked.
    if (dim < 0 || dim >= rt::kMaxElements || (count *= dim) >= rt::kMaxElements) {
      fail("tensor '{}' has the shape [{}], which is too large or negative", tensor.name(),
           fmt::join(tensor.dims(), ","));
    }
    result.shape.push_back(static_cast<int32_t>(dim));
  }
  const size_t bytes = static_cast<size_t>(count) * stored_size(tensor.data_type());
  std::string external;
  const std::string* raw = &tensor.raw_data();
  if (tensor.data_location() == TensorProto::EXTERNAL) {
    external = read_external(tensor, model_path, bytes);
    raw = &external;
  }
  if (!raw->empty() && raw->size() != bytes) {
    fail("tensor '{}' has {} bytes of data, {} elements of {} need {}", tensor.name(), raw->size(), count,
         onnx_type_name(tensor.data_type()), bytes);
  }
  result.data = convert_data(tensor, *raw, static_cast<size_t>(count));
  return result;
}

}  // namespace magik::transform

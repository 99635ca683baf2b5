#include <cstring>

#include "venus/core/aligned_memory.h"
#include "venus/core/model_file.h"
#include "venus/core/model_flatbuffer.h"
#include "venus/core/model_header.h"

namespace magik::rt {
namespace {

using flatbuffers::FlatBufferBuilder;
using flatbuffers::Offset;
using flatbuffers::Vector;

template <typename T>
Offset<Vector<T>> list(FlatBufferBuilder& builder, const std::vector<T>& items) {
  return items.empty() ? Offset<Vector<T>>() : builder.CreateVector(items);
}

Offset<flatbuffers::String> text(FlatBufferBuilder& builder, const std::string& text) {
  return text.empty() ? Offset<flatbuffers::String>() : builder.CreateString(text);
}

Offset<fb::Quantization> write(FlatBufferBuilder& builder, const Quantization& q) {
  if (q == Quantization()) return {};
  const auto scale = list(builder, q.scale);
  const auto zero_point = list(builder, q.zero_point);
  return fb::CreateQuantization(builder, static_cast<uint8_t>(q.bits), scale, zero_point, q.axis);
}

Offset<fb::Value> write(FlatBufferBuilder& builder, const Value& value, uint64_t constant_offset) {
  const auto name = text(builder, value.name);
  const auto shape = list(builder, std::vector<int32_t>(value.shape.begin(), value.shape.end()));
  const auto source_axes = list(builder, value.source_axes);
  const auto quantization = write(builder, value.quantization);
  return fb::CreateValue(builder, name, static_cast<fb::ElementType>(value.type), shape, source_axes, quantization,
                         constant_offset, value.constant.bytes, fb::ConstantLayout_Plain);
}

// The list that gives an attribute its type is written even where it is empty.
Offset<fb::Attribute> write(FlatBufferBuilder& builder, const std::string& name, const Attributes::Data& data) {
  const auto name_offset = text(builder, name);
  if (const auto* ints = std::get_if<std::vector<int64_t>>(&data)) {
    const auto offset = builder.CreateVector(*ints);
    return fb::CreateAttribute(builder, name_offset, offset);
  }
  if (const auto* floats = std::get_if<std::vector<float>>(&data)) {
    const auto offset = builder.CreateVector(*floats);
    return fb::CreateAttribute(builder, name_offset, 0, offset);
  }
  const auto offset = builder.CreateString(std::get<std::string>(data));
  return fb::CreateAttribute(builder, name_offset, 0, 0, offset);
}

Offset<fb::Node> write(FlatBufferBuilder& builder, const Node& node) {
  const auto op = text(builder, node.op);
  const auto name = text(builder, node.name);
  const auto inputs = list(builder, node.inputs);
  const auto outputs = list(builder, node.outputs);
  std::vector<Offset<fb::Attribute>> attributes;
  for (const auto& entry : node.attributes.entries()) attributes.push_back(write(builder, entry.first, entry.second));
  return fb::CreateNode(builder, op, static_cast<uint8_t>(node.version), name, inputs, outputs,
                        list(builder, attributes));
}

Offset<fb::Preprocessing> write(FlatBufferBuilder& builder, ValueId value, const Preprocessing& preprocessing) {
  const auto color = text(builder, preprocessing.color);
  const auto resize = text(builder, preprocessing.resize);
  const auto mean = list(builder, preprocessing.mean);
  const auto normal = list(builder, preprocessing.normal);
  return fb::CreatePreprocessing(builder, value, static_cast<fb::InputKind>(preprocessing.kind), color, resize, mean,
                                 normal);
}

Offset<fb::Golden> write(FlatBufferBuilder& builder, const Golden& golden, const uint64_t* input_offsets) {
  if (golden.empty()) return {};
  std::vector<Offset<fb::GoldenInput>> inputs;
  for (size_t i = 0; i < golden.inputs.size(); ++i) {
    inputs.push_back(fb::CreateGoldenInput(builder, input_offsets[i], golden.inputs[i].bytes));
  }
  const auto inputs_offset = list(builder, inputs);
  return fb::CreateGolden(builder, inputs_offset, list(builder, golden.node_checksums));
}

void write(FlatBufferBuilder& builder, const Graph& graph, const std::vector<uint64_t>& offsets) {
  builder.Clear();
  std::vector<Offset<fb::Value>> values;
  for (size_t i = 0; i < graph.values.size(); ++i) {
    values.push_back(write(builder, graph.values[i], offsets[i]));
  }
  std::vector<Offset<fb::Node>> nodes;
  for (const Node& node : graph.nodes) nodes.push_back(write(builder, node));
  std::vector<Offset<fb::Preprocessing>> preprocessing;
  for (size_t i = 0; i < graph.preprocessing.size(); ++i) {
    preprocessing.push_back(write(builder, graph.inputs[i], graph.preprocessing[i]));
  }
  const auto golden = write(builder, graph.golden, offsets.data() + graph.values.size());
  const auto soc = text(builder, graph.soc);
  const auto version = text(builder, graph.converter_version);
  const auto values_offset = list(builder, values);
  const auto nodes_offset = list(builder, nodes);
  const auto inputs = list(builder, graph.inputs);
  const auto outputs = list(builder, graph.outputs);
  const auto preprocessing_offset = list(builder, preprocessing);
  builder.Finish(fb::CreateModel(builder, soc, version, values_offset, nodes_offset, inputs, outputs,
                                 preprocessing_offset, golden));
}

// Offsets in a weight section that starts at `begin`: of each value (0 where it is no constant), then of each golden
// input; the section's end comes last.
std::vector<uint64_t> place_bytes(const Graph& graph, uint64_t begin) {
  std::vector<uint64_t> offsets;
  for (const Value& value : graph.values) {
    offsets.push_back(value.is_constant() ? begin : 0);
    if (value.is_constant()) begin += align_up(value.constant.bytes);
  }
  for (const Constant& input : graph.golden.inputs) {
    offsets.push_back(begin);
    begin += align_up(input.bytes);
  }
  offsets.push_back(begin);
  return offsets;
}

}  // namespace

std::vector<uint8_t> serialize_model(const Graph& graph) {
  // The FlatBuffer's size does not depend on the offsets in it, so a first pass finds out where the weights start.
  FlatBufferBuilder builder;
  write(builder, graph, place_bytes(graph, kHeaderBytes));
  const uint64_t weights_offset = align_up(kHeaderBytes + builder.GetSize());
  const std::vector<uint64_t> offsets = place_bytes(graph, weights_offset);
  write(builder, graph, offsets);

  std::vector<uint8_t> file(static_cast<size_t>(offsets.back()));
  std::memcpy(file.data() + kHeaderBytes, builder.GetBufferPointer(), builder.GetSize());
  const auto copy = [&](const Constant& constant, uint64_t offset) {
    if (constant.bytes > 0) std::memcpy(file.data() + offset, constant.data, constant.bytes);
  };
  const size_t values = graph.values.size();
  for (size_t i = 0; i < values; ++i) copy(graph.values[i].constant, offsets[i]);
  for (size_t i = 0; i < graph.golden.inputs.size(); ++i) copy(graph.golden.inputs[i], offsets[values + i]);
  ModelHeader header = {};
  std::memcpy(header.magic, kMagic, sizeof kMagic);
  header.version = kFormatVersion;
  header.total_bytes = file.size();
  header.flatbuffer_bytes = builder.GetSize();
  header.weights_offset = weights_offset;
  header.checksum = model_checksum(file.data() + kHeaderBytes, file.size() - kHeaderBytes);
  std::memcpy(file.data(), &header, sizeof header);
  return file;
}

}  // namespace magik::rt

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "venus/core/aligned_memory.h"
#include "venus/core/graph_check.h"
#include "venus/core/model_file.h"
#include "venus/core/model_flatbuffer.h"
#include "venus/core/model_header.h"

namespace magik::rt {
namespace {

using ull = unsigned long long;

// Magic, version and total length, which have to be right before anything else is read.
Status check_header(const ModelHeader& header) {
  if (std::memcmp(header.magic, kMagic, sizeof kMagic) != 0) {
    return Status::error("not a Magik model: byte 0 is not \"MGK1\"");
  }
  if (header.version == 0 || header.version > kFormatVersion) {
    return Status::error(
        "model format version %u at byte 4, this library reads 1 to %u; convert the model again or "
        "update the library",
        header.version, kFormatVersion);
  }
  if (header.total_bytes < kHeaderBytes || header.total_bytes > PTRDIFF_MAX) {
    return Status::error("broken model: impossible length %llu at byte 8", static_cast<ull>(header.total_bytes));
  }
  return {};
}

// The sections' places and the checksum; `data` has header.total_bytes.
Status check_sections(const ModelHeader& header, const uint8_t* data) {
  if (header.flatbuffer_bytes > header.total_bytes - kHeaderBytes ||
      header.flatbuffer_bytes >= FLATBUFFERS_MAX_BUFFER_SIZE) {
    return Status::error("broken model: a graph of %llu bytes (byte 16) does not fit a file of %llu",
                         static_cast<ull>(header.flatbuffer_bytes), static_cast<ull>(header.total_bytes));
  }
  if (header.weights_offset % kAlignment != 0 || header.weights_offset < kHeaderBytes + header.flatbuffer_bytes ||
      header.weights_offset > header.total_bytes) {
    return Status::error("broken model: weights cannot start at %llu (byte 24)",
                         static_cast<ull>(header.weights_offset));
  }
  for (size_t i = 0; i < sizeof header.zero; ++i) {
    if (header.zero[i] != 0)
      return Status::error("broken model: byte %zu is not zero", offsetof(ModelHeader, zero) + i);
  }
  const uint64_t sum = model_checksum(data + kHeaderBytes, static_cast<size_t>(header.total_bytes) - kHeaderBytes);
  if (sum != header.checksum) {
    return Status::error("damaged model: checksum %016llx, expected %016llx (byte 32); copy the file again",
                         static_cast<ull>(sum), static_cast<ull>(header.checksum));
  }
  return {};
}

std::string text(const flatbuffers::String* text) { return text ? text->str() : std::string(); }

// Copies bytes: the verifier leaves open whether the elements of a hostile file are aligned.
template <typename T>
std::vector<T> list(const flatbuffers::Vector<T>* items) {
  std::vector<T> copy(items ? items->size() : 0);
  if (!copy.empty()) std::memcpy(copy.data(), items->Data(), copy.size() * sizeof(T));
  return copy;
}

// Converts the verified FlatBuffer to a Graph. Only what the Graph cannot express is checked here, the rest by
// check_graph().
class GraphReader {
 public:
  GraphReader(const ModelHeader& header, const uint8_t* data, std::shared_ptr<const void> owner)
      : header_(header), data_(data), owner_(std::move(owner)) {}

  Status read(const fb::Model& model, Graph& graph) const {
    graph.soc = text(model.soc());
    graph.converter_version = text(model.converter_version());
    graph.inputs = list(model.inputs());
    graph.outputs = list(model.outputs());
    for (uint32_t i = 0; model.values() && i < model.values()->size(); ++i) {
      Value value;
      if (const Status status = read(*model.values()->Get(i), value); !status.ok()) {
        return Status::error("value %u '%s': %s", i, value.name.c_str(), status.message().c_str());
      }
      graph.values.push_back(std::move(value));
    }
    for (uint32_t i = 0; model.nodes() && i < model.nodes()->size(); ++i) {
      Node node;
      if (const Status status = read(*model.nodes()->Get(i), node); !status.ok()) {
        return Status::error("node %u '%s': %s", i, node.name.c_str(), status.message().c_str());
      }
      graph.nodes.push_back(std::move(node));
    }
    for (uint32_t i = 0; model.preprocessing() && i < model.preprocessing()->size(); ++i) {
      const fb::Preprocessing& source = *model.preprocessing()->Get(i);
      if (i < graph.inputs.size() && source.value() != graph.inputs[i]) {
        return Status::error("preprocessing %u is for value %d, but input %u is value %d", i, source.value(), i,
                             graph.inputs[i]);
      }
      graph.preprocessing.push_back({static_cast<InputKind>(source.kind()), text(source.color()), text(source.resize()),
                                     list(source.mean()), list(source.normal())});
    }
    return model.golden() ? read(*model.golden(), graph.golden) : Status();
  }

 private:
  Status read(const fb::Value& source, Value& value) const {
    value.name = text(source.name());
    value.type = static_cast<ElementType>(source.type());
    const std::vector<int32_t> dims = list(source.shape());
    if (dims.size() > kMaxRank) return Status::error("rank %zu, expected 0 to %d", dims.size(), kMaxRank);
    value.shape = Shape(dims.begin(), dims.end());
    value.source_axes = list(source.source_axes());
    if (const fb::Quantization* q = source.quantization()) {
      value.quantization.bits = q->bits();
      value.quantization.scale = list(q->scale());
      value.quantization.zero_point = list(q->zero_point());
      value.quantization.axis = q->axis();
    }
    return read_constant(source, value);
  }

  Status read_constant(const fb::Value& source, Value& value) const {
    const uint64_t offset = source.constant_offset(), bytes = source.constant_bytes();
    if (offset == 0 && bytes == 0) return {};
    if (source.constant_layout() != fb::ConstantLayout_Plain) {
      return Status::error("constant layout %d is unknown to this library; update the library",
                           static_cast<int>(source.constant_layout()));
    }
    return read_bytes(offset, bytes, value.constant);
  }

  Status read_bytes(uint64_t offset, uint64_t bytes, Constant& constant) const {
    if (offset % kAlignment != 0) {
      return Status::error("the constant starts at byte %llu, not a multiple of %zu", static_cast<ull>(offset),
                           kAlignment);
    }
    if (offset < header_.weights_offset || offset > header_.total_bytes || bytes > header_.total_bytes - offset) {
      return Status::error("a constant of %llu bytes at byte %llu is outside of the weights, bytes %llu to %llu",
                           static_cast<ull>(bytes), static_cast<ull>(offset), static_cast<ull>(header_.weights_offset),
                           static_cast<ull>(header_.total_bytes));
    }
    constant = {data_ + offset, static_cast<size_t>(bytes), owner_};
    return {};
  }

  Status read(const fb::Golden& source, Golden& golden) const {
    for (uint32_t i = 0; source.inputs() && i < source.inputs()->size(); ++i) {
      const fb::GoldenInput& input = *source.inputs()->Get(i);
      Constant constant;
      if (const Status status = read_bytes(input.offset(), input.bytes(), constant); !status.ok()) {
        return Status::error("input %u of the golden test: %s", i, status.message().c_str());
      }
      golden.inputs.push_back(std::move(constant));
    }
    golden.node_checksums = list(source.node_checksums());
    return {};
  }

  Status read(const fb::Node& source, Node& node) const {
    node.op = text(source.op());
    node.version = source.version();
    node.name = text(source.name());
    node.inputs = list(source.inputs());
    node.outputs = list(source.outputs());
    for (uint32_t i = 0; source.attributes() && i < source.attributes()->size(); ++i) {
      const fb::Attribute& attribute = *source.attributes()->Get(i);
      const std::string name = text(attribute.name());
      if ((attribute.ints() != nullptr) + (attribute.floats() != nullptr) + (attribute.text() != nullptr) != 1) {
        return Status::error("attribute %u '%s' needs one of ints, floats and text", i, name.c_str());
      }
      if (node.attributes.has(name)) return Status::error("attribute '%s' is there twice", name.c_str());
      if (attribute.ints()) node.attributes.put(name, list(attribute.ints()));
      if (attribute.floats()) node.attributes.put(name, list(attribute.floats()));
      if (attribute.text()) node.attributes.put(name, text(attribute.text()));
    }
    return {};
  }

  const ModelHeader& header_;
  const uint8_t* data_;
  std::shared_ptr<const void> owner_;
};

// A file descriptor that is closed at the end of the scope.
struct File {
  int descriptor;
  ~File() {
    if (descriptor >= 0) ::close(descriptor);
  }
};

struct Bytes {
  std::shared_ptr<const void> owner;
  size_t count = 0;
};

Status system_error(const std::string& path, const char* action) {
  return Status::error("%s: cannot %s: %s", path.c_str(), action, std::strerror(errno));
}

// The file from `offset` on, mapped where it is aligned so, else copied.
Result<Bytes> open_bytes(const std::string& path, size_t offset) {
  const File file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (file.descriptor < 0) return system_error(path, "open");
  struct stat info;
  if (::fstat(file.descriptor, &info) != 0) return system_error(path, "read");
  if (!S_ISREG(info.st_mode)) return Status::error("%s: not a regular file", path.c_str());
  if (static_cast<uint64_t>(info.st_size) > SIZE_MAX) {
    return Status::error("%s: %lld bytes are more than this machine can map", path.c_str(),
                         static_cast<long long>(info.st_size));
  }
  const size_t size = static_cast<size_t>(info.st_size);
  if (offset >= size) {
    return Status::error("%s: no model at byte %zu, the file has %zu bytes", path.c_str(), offset, size);
  }
  void* base = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.descriptor, 0);
  if (base == MAP_FAILED) return system_error(path, "map");
  std::shared_ptr<const void> mapping(base, [size](void* memory) { ::munmap(memory, size); });
  const std::byte* first = static_cast<const std::byte*>(base) + offset;
  if (is_aligned(first)) return Bytes{std::shared_ptr<const void>(mapping, first), size - offset};

  std::shared_ptr<std::byte> copy(allocate_aligned(size - offset));
  if (copy == nullptr) return Status::error("%s: no memory for %zu bytes", path.c_str(), size - offset);
  std::memcpy(copy.get(), first, size - offset);
  return Bytes{copy, size - offset};
}

}  // namespace

Result<size_t> model_length(const void* header_bytes) {
  ModelHeader header;
  std::memcpy(&header, header_bytes, sizeof header);
  MAGIK_RETURN_IF_ERROR(check_header(header));
  return static_cast<size_t>(header.total_bytes);
}

Result<std::shared_ptr<const Graph>> parse_model(const void* data, size_t bytes, std::shared_ptr<const void> owner) {
  if (!is_aligned(data)) return Status::error("the model's memory is not aligned to %zu bytes", kAlignment);
  if (bytes < kHeaderBytes) {
    return Status::error("not a Magik model: %zu bytes are fewer than the header's %zu", bytes, kHeaderBytes);
  }
  const auto* first = static_cast<const uint8_t*>(data);
  ModelHeader header;
  std::memcpy(&header, first, sizeof header);
  MAGIK_RETURN_IF_ERROR(check_header(header));
  if (header.total_bytes > bytes) {
    return Status::error("cut model: its header says %llu bytes (byte 8), but there are %zu; copy the file again",
                         static_cast<ull>(header.total_bytes), bytes);
  }
  MAGIK_RETURN_IF_ERROR(check_sections(header, first));
  flatbuffers::Verifier verifier(first + kHeaderBytes, static_cast<size_t>(header.flatbuffer_bytes));
  if (!fb::VerifyModelBuffer(verifier)) {
    return Status::error("broken model: the graph, %llu bytes from byte %zu on, is not a valid FlatBuffer",
                         static_cast<ull>(header.flatbuffer_bytes), kHeaderBytes);
  }
  auto graph = std::make_shared<Graph>();
  Status status = GraphReader(header, first, std::move(owner)).read(*fb::GetModel(first + kHeaderBytes), *graph);
  if (status.ok()) status = check_graph(*graph);
  if (!status.ok()) return Status::error("broken model: %s", status.message().c_str());
  return std::shared_ptr<const Graph>(std::move(graph));
}

Result<std::shared_ptr<const Graph>> load_model_file(const std::string& path, size_t offset) {
  auto bytes = open_bytes(path, offset);
  if (!bytes.ok()) return bytes.take_status();
  const void* data = bytes.value().owner.get();
  auto graph = parse_model(data, bytes.value().count, bytes.value().owner);
  if (graph.ok()) return graph;
  const std::string at = offset == 0 ? "" : " (from byte " + std::to_string(offset) + " on)";
  return Status::error("%s%s: %s", path.c_str(), at.c_str(), graph.message().c_str());
}

}  // namespace magik::rt

#include "transform/frontends/frontend.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "transform/error.h"
#include "transform/frontends/onnx/onnx_import.h"

namespace magik::transform {
namespace {

// The first bytes of a file.
using Head = std::string;

bool has_bytes(const Head& head, size_t offset, const std::string& bytes) {
  return head.compare(std::min(offset, head.size()), bytes.size(), bytes) == 0;
}

// A protobuf message that begins with ir_version, a small number.
bool is_onnx(const Head& head) { return head.size() >= 2 && head[0] == '\x08' && head[1] >= 1 && head[1] <= 31; }

struct Format {
  const char* name;
  const char* suffix;
  bool (*is_content)(const Head&);
  rt::Graph (*import)(const std::string& path, const ImportOptions&);
};

// One line a format.
constexpr Format kFormats[] = {
    {"ONNX", ".onnx", is_onnx, import_onnx},
};

// What a file of no known format looks like, for the message.
std::string description(const Head& head) {
  struct Signature {
    size_t offset;
    std::string bytes;
    const char* text;
  };
  static const Signature signatures[] = {
      {0, "MGK1", "a converted model of this toolkit"},
      {0, "PK\x03\x04", "a zip archive, such as PyTorch and Keras write"},
      {0, "\x89HDF", "an HDF5 file, such as Keras writes"},
      {4, "TFL3", "a TensorFlow Lite model"},
      {0, "\x80\x02", "a pickle, such as older PyTorch writes"},
      {0, "\xff\xd8\xff", "a JPEG image"},
      {0, "\x89PNG", "a PNG image"},
  };
  if (head.empty()) return "an empty file";
  for (const Signature& s : signatures) {
    if (has_bytes(head, s.offset, s.bytes)) return s.text;
  }
  const auto is_text = [](unsigned char c) { return c >= 0x20 || c == '\n' || c == '\r' || c == '\t'; };
  return std::all_of(head.begin(), head.end(), is_text) ? "a text file" : "a binary file of no known kind";
}

const Format* find_format(const Head& head, const std::string& path) {
  for (const Format& format : kFormats) {
    if (format.is_content(head)) return &format;
  }
  std::string suffix = std::filesystem::path(path).extension().string();
  for (char& c : suffix) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  for (const Format& format : kFormats) {
    if (suffix == format.suffix) return &format;
  }
  return nullptr;
}

}  // namespace

rt::Graph import_model(const std::string& path, const ImportOptions& options) {
  if (std::filesystem::is_directory(path)) fail("the model '{}' is a directory, expected a file", path);
  std::ifstream file(path, std::ios::binary);
  if (!file) fail("cannot open the model '{}': {}", path, std::strerror(errno));
  Head head(64, '\0');
  file.read(head.data(), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<size_t>(file.gcount()));

  if (const Format* format = find_format(head, path)) return format->import(path, options);
  std::string known;
  for (const Format& format : kFormats)
    known += fmt::format("{}{} (*{})", known.empty() ? "" : ", ", format.name, format.suffix);
  fail("'{}' is not a model this tool can read: it looks like {}; known formats: {}", path, description(head), known);
}

}  // namespace magik::transform

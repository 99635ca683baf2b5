#include "transform/data/npy.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <memory>

#include "venus/core/files.h"

namespace magik::transform {
namespace {

using rt::ElementType;
using rt::Result;
using rt::Status;
using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

constexpr char kMagic[] = "\x93NUMPY";
constexpr size_t kMagicBytes = 6;

struct TypeName {
  const char* descr;  // without the byte order
  ElementType type;
};
constexpr TypeName kTypes[] = {{"f4", ElementType::kFloat32}, {"i4", ElementType::kInt32}, {"u1", ElementType::kUint8},
                               {"u2", ElementType::kUint16},  {"i1", ElementType::kInt8},  {"b1", ElementType::kBool}};

// What follows 'KEY': in the header, a Python dictionary; empty where it is missing.
std::string header_field(const std::string& header, const char* key) {
  const size_t at = header.find(std::string("'") + key + "'");
  if (at == std::string::npos) return "";
  const size_t colon = header.find(':', at);
  if (colon == std::string::npos) return "";
  const size_t first = header.find_first_not_of(' ', colon + 1);
  return first == std::string::npos ? "" : header.substr(first);
}

Result<std::vector<int64_t>> parse_shape(const std::string& path, const std::string& text) {
  const Status damaged = Status::error("%s: damaged .npy: its header has no shape", path.c_str());
  std::vector<int64_t> shape;
  if (text.empty() || text[0] != '(') return Status::error("%s", damaged.message().c_str());
  const char* p = text.c_str() + 1;
  int64_t elements = 1;
  while (*p != ')') {
    char* end = nullptr;
    const long long dim = std::strtoll(p, &end, 10);
    if (end == p || dim < 0 || dim > rt::kMaxElements) return Status::error("%s", damaged.message().c_str());
    shape.push_back(dim);
    elements *= std::max<int64_t>(dim, 1);
    if (elements > rt::kMaxElements || shape.size() > rt::kMaxRank) {
      return Status::error("%s: the array is too large, expected at most %d dimensions and 2^31 elements", path.c_str(),
                           rt::kMaxRank);
    }
    p = end;
    while (*p == ',' || *p == ' ') ++p;
  }
  return shape;
}

template <typename From, typename To>
std::vector<uint8_t> convert(const std::vector<uint8_t>& bytes) {
  std::vector<uint8_t> result(bytes.size() / sizeof(From) * sizeof(To));
  for (size_t i = 0; i < bytes.size() / sizeof(From); ++i) {
    From from;
    std::memcpy(&from, &bytes[i * sizeof(From)], sizeof(From));
    To to;
    if (std::numeric_limits<To>::is_integer) {
      const From high = static_cast<From>(std::numeric_limits<To>::max());
      const From low =
          std::numeric_limits<From>::is_signed ? static_cast<From>(std::numeric_limits<To>::min()) : From{0};
      from = std::min(std::max(from, low), high);
    }
    to = static_cast<To>(from);
    std::memcpy(&result[i * sizeof(To)], &to, sizeof(To));
  }
  return result;
}

// The element's bytes in the file and, for types that the runtime lacks, the conversion.
struct StoredType {
  size_t bytes = 0;
  ElementType type = ElementType::kNone;
  std::vector<uint8_t> (*convert)(const std::vector<uint8_t>&) = nullptr;
};

Result<StoredType> parse_type(const std::string& path, const std::string& text) {
  const size_t end = text.empty() ? std::string::npos : text.find('\'', 1);
  const std::string descr = end == std::string::npos ? "" : text.substr(1, end - 1);
  const std::string name = descr.empty() ? "" : descr.substr(1);
  if (descr.empty() || descr[0] == '>') {
    return Status::error("%s: element type '%s' cannot be read, expected a little-endian one", path.c_str(),
                         descr.c_str());
  }
  for (const TypeName& known : kTypes) {
    if (name == known.descr) return StoredType{rt::element_size(known.type), known.type, nullptr};
  }
  if (name == "f8") return StoredType{8, ElementType::kFloat32, convert<double, float>};
  if (name == "i8") return StoredType{8, ElementType::kInt32, convert<int64_t, int32_t>};
  if (name == "u4") return StoredType{4, ElementType::kInt32, convert<uint32_t, int32_t>};
  return Status::error("%s: element type '%s' cannot be read, expected f4, f8, i1, i4, i8, u1, u2, u4 or b1",
                       path.c_str(), descr.c_str());
}

}  // namespace

Result<NpyArray> read_npy(const std::string& path) {
  const File file(std::fopen(path.c_str(), "rb"), std::fclose);
  if (!file) return Status::error("%s: cannot open the file: %s", path.c_str(), std::strerror(errno));
  uint8_t start[12] = {};
  if (std::fread(start, 1, 10, file.get()) != 10 || std::memcmp(start, kMagic, kMagicBytes) != 0) {
    return Status::error("%s: not an .npy file", path.c_str());
  }
  // Version 1 has a header length of 2 bytes, later ones of 4.
  size_t length = static_cast<size_t>(start[8]) | static_cast<size_t>(start[9]) << 8;
  if (start[6] >= 2) {
    if (std::fread(start + 10, 1, 2, file.get()) != 2)
      return Status::error("%s: damaged .npy: it ends early", path.c_str());
    length |= static_cast<size_t>(start[10]) << 16 | static_cast<size_t>(start[11]) << 24;
  }
  constexpr size_t kLongestHeader = 1 << 20;
  std::string header(std::min(length, kLongestHeader), '\0');
  if (std::fread(&header[0], 1, header.size(), file.get()) != length) {
    return Status::error("%s: damaged .npy: its header ends early", path.c_str());
  }
  if (header_field(header, "fortran_order").compare(0, 5, "False") != 0) {
    return Status::error("%s: the array is column-major, expected a row-major one (numpy.ascontiguousarray)",
                         path.c_str());
  }
  Result<std::vector<int64_t>> shape = parse_shape(path, header_field(header, "shape"));
  if (!shape.ok()) return shape.take_status();
  Result<StoredType> stored = parse_type(path, header_field(header, "descr"));
  if (!stored.ok()) return stored.take_status();

  NpyArray array;
  array.shape = shape.take();
  array.type = stored.value().type;
  size_t bytes = stored.value().bytes;
  for (const int64_t dim : array.shape) bytes *= static_cast<size_t>(dim);
  // Grows with what is read, so that a small file cannot ask for the memory of a large one.
  constexpr size_t kBlock = size_t{1} << 20;
  while (array.bytes.size() < bytes) {
    const size_t have = array.bytes.size(), want = std::min(bytes - have, std::max(have, kBlock));
    array.bytes.resize(have + want);
    if (std::fread(&array.bytes[have], 1, want, file.get()) != want) {
      return Status::error("%s: damaged .npy: it ends early, expected %zu bytes of data", path.c_str(), bytes);
    }
  }
  if (stored.value().convert) array.bytes = stored.value().convert(array.bytes);
  return array;
}

Status write_npy(const std::string& path, const NpyArray& array) {
  const char* descr = "";
  for (const TypeName& known : kTypes) {
    if (known.type == array.type) descr = known.descr;
  }
  std::string header = std::string("{'descr': '") + (rt::element_size(array.type) == 1 ? '|' : '<') + descr +
                       "', 'fortran_order': False, 'shape': (";
  for (size_t i = 0; i < array.shape.size(); ++i) {
    header += std::to_string(array.shape[i]) + (i + 1 < array.shape.size() ? ", " : array.shape.size() == 1 ? "," : "");
  }
  header += "), }";
  // Data starts at a multiple of 64.
  constexpr size_t kPrefix = 10;
  header.append(63 - (kPrefix + header.size()) % 64, ' ');
  header += '\n';
  std::string bytes(kMagic, kMagicBytes);
  bytes += {'\x01', '\x00', static_cast<char>(header.size() & 0xff), static_cast<char>(header.size() >> 8)};
  bytes += header;
  bytes.append(array.bytes.begin(), array.bytes.end());

  return rt::write_file(path, bytes.data(), bytes.size());
}

}  // namespace magik::transform

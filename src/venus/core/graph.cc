#include "venus/core/graph.h"

#include <algorithm>
#include <cstring>
#include <new>

#include "venus/core/aligned_memory.h"

namespace magik::rt {
namespace {

using Entry = std::pair<std::string, Attributes::Data>;

bool named_before(const Entry& entry, const std::string& name) { return entry.first < name; }

}  // namespace

const Attributes::Data* Attributes::find(const std::string& name) const {
  const auto at = std::lower_bound(entries_.begin(), entries_.end(), name, named_before);
  return at != entries_.end() && at->first == name ? &at->second : nullptr;
}

int64_t Attributes::integer(const char* name, int64_t otherwise) const {
  const Data* data = find(name);
  const auto* list = data ? std::get_if<std::vector<int64_t>>(data) : nullptr;
  return list && list->size() == 1 ? list->front() : otherwise;
}

float Attributes::number(const char* name, float otherwise) const {
  const Data* data = find(name);
  const auto* list = data ? std::get_if<std::vector<float>>(data) : nullptr;
  return list && list->size() == 1 ? list->front() : otherwise;
}

std::string Attributes::text(const char* name, const char* otherwise) const {
  const Data* data = find(name);
  const auto* text = data ? std::get_if<std::string>(data) : nullptr;
  return text ? *text : otherwise;
}

std::vector<int64_t> Attributes::integers(const char* name, std::vector<int64_t> otherwise) const {
  const Data* data = find(name);
  const auto* list = data ? std::get_if<std::vector<int64_t>>(data) : nullptr;
  if (list) return *list;
  return otherwise;
}

std::vector<float> Attributes::numbers(const char* name, std::vector<float> otherwise) const {
  const Data* data = find(name);
  const auto* list = data ? std::get_if<std::vector<float>>(data) : nullptr;
  if (list) return *list;
  return otherwise;
}

void Attributes::put(const std::string& name, Data value) {
  const auto at = std::lower_bound(entries_.begin(), entries_.end(), name, named_before);
  if (at != entries_.end() && at->first == name) {
    at->second = std::move(value);
  } else {
    entries_.emplace(at, name, std::move(value));
  }
}

void Attributes::erase(const std::string& name) {
  const auto at = std::lower_bound(entries_.begin(), entries_.end(), name, named_before);
  if (at != entries_.end() && at->first == name) entries_.erase(at);
}

Constant Constant::copy_bytes(const void* data, size_t bytes) {
  // Not allocate_aligned(): a constant of the converter fails like its other allocations.
  auto* copy = static_cast<std::byte*>(::operator new (bytes, std::align_val_t{kAlignment}));
  if (bytes > 0) std::memcpy(copy, data, bytes);
  return {copy, bytes, std::shared_ptr<std::byte>(copy, [](std::byte* memory) {
            ::operator delete (memory, std::align_val_t{kAlignment});
          })};
}

}  // namespace magik::rt

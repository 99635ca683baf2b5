#include "venus/api/memory.h"

#include <atomic>
#include <cstring>

#include "utils/mem.h"

namespace magik::api {
namespace {

std::atomic<int64_t> used{0};

// Stands right before the bytes that nmem_memalign() gives.
struct BlockHeader {
  void* start;
  int64_t bytes;
};

}  // namespace

void count_memory(int64_t bytes) { used += bytes; }
uint64_t used_memory() { return static_cast<uint64_t>(used.load()); }

bool Buffer::allocate(uint64_t bytes) {
  clear();
  memory_ = rt::allocate_aligned(bytes);
  if (!memory_) return false;
  std::memset(memory_.get(), 0, static_cast<size_t>(bytes));
  size_ = bytes;
  count_memory(static_cast<int64_t>(size_));
  return true;
}

void Buffer::clear() {
  count_memory(-static_cast<int64_t>(size_));
  memory_.reset();
  size_ = 0;
}

}  // namespace magik::api

namespace magik {
namespace venus {

void* nmem_malloc(unsigned size) { return nmem_memalign(rt::kAlignment, size); }

void* nmem_memalign(unsigned align, unsigned size) {
  if (align == 0 || (align & (align - 1)) != 0) return nullptr;
  const size_t alignment = align < rt::kAlignment ? rt::kAlignment : align;
  // Room for the header before the first aligned address behind it.
  auto* start = static_cast<char*>(::operator new(size + 2 * alignment, std::nothrow));
  if (start == nullptr) return nullptr;
  const uintptr_t first = reinterpret_cast<uintptr_t>(start) + sizeof(api::BlockHeader);
  char* memory = start + ((first + alignment - 1) / alignment * alignment - reinterpret_cast<uintptr_t>(start));
  const api::BlockHeader header = {start, static_cast<int64_t>(size)};
  std::memcpy(memory - sizeof header, &header, sizeof header);
  api::count_memory(header.bytes);
  return memory;
}

void nmem_free(void* memory) {
  if (memory == nullptr) return;
  api::BlockHeader header;
  std::memcpy(&header, static_cast<char*>(memory) - sizeof header, sizeof header);
  api::count_memory(-header.bytes);
  ::operator delete(header.start);
}

void memcopy(void* dst, void* src, int n) {
  if (dst != nullptr && src != nullptr && n > 0) std::memcpy(dst, src, static_cast<size_t>(n));
}

}  // namespace venus
}  // namespace magik

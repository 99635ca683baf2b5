#include "venus/api/memory.h"

#include <cstring>

#include "utils/mem.h"
#include "venus/api/error.h"

namespace magik::api {
namespace {

// Stands right before the bytes that nmem_memalign() gives: the block that they lie in.
struct BlockHeader {
  std::byte* start;
  size_t bytes;
};

}  // namespace

bool Buffer::allocate(uint64_t bytes) {
  clear();
  memory_ = rt::allocate_aligned(bytes);
  if (!memory_) return false;
  std::memset(memory_.get(), 0, static_cast<size_t>(bytes));
  size_ = bytes;
  return true;
}

void Buffer::clear() {
  memory_.reset();
  size_ = 0;
}

}  // namespace magik::api

namespace magik {
namespace venus {

void* nmem_malloc(unsigned size) { return nmem_memalign(rt::kAlignment, size); }

void* nmem_memalign(unsigned align, unsigned size) {
  if (align == 0 || (align & (align - 1)) != 0) {
    api::report(rt::Status::error("nmem_memalign: the alignment is %u, expected a power of two", align));
    return nullptr;
  }
  const size_t alignment = align < rt::kAlignment ? rt::kAlignment : align;
  // The header has the 64 bytes before the first aligned address behind the block's first 64.
  rt::AlignedMemory block = rt::allocate_aligned(uint64_t{size} + alignment);
  if (!block) {
    api::report(rt::Status::error("nmem_memalign: no memory for %u bytes", size));
    return nullptr;
  }
  const auto first = reinterpret_cast<uintptr_t>(block.get()) + rt::kAlignment;
  std::byte* memory = block.get() + rt::kAlignment + (alignment - first % alignment) % alignment;
  const api::BlockHeader header = {block.get(), block.get_deleter().bytes};
  std::memcpy(memory - sizeof header, &header, sizeof header);
  static_cast<void>(block.release());  // nmem_free() has it now
  return memory;
}

void nmem_free(void* memory) {
  if (memory == nullptr) return;
  if (!rt::is_aligned(memory)) {
    api::report(rt::Status::error("nmem_free: %p is not from nmem_malloc() or nmem_memalign()", memory));
    return;
  }
  api::BlockHeader header;
  std::memcpy(&header, static_cast<char*>(memory) - sizeof header, sizeof header);
  rt::AlignedDelete{header.bytes}(header.start);
}

void memcopy(void* dst, void* src, int n) {
  if (n < 0 || (n > 0 && (dst == nullptr || src == nullptr))) {
    api::report(rt::Status::error("memcopy: %d bytes from %p to %p", n, src, dst));
  } else if (n > 0) {
    std::memcpy(dst, src, static_cast<size_t>(n));
  }
}

}  // namespace venus
}  // namespace magik

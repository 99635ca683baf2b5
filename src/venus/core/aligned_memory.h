// Owned memory at a multiple of 64 bytes: a cache line and the widest vector register.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>

namespace magik::rt {

constexpr size_t kAlignment = 64;

constexpr uint64_t align_up(uint64_t bytes) { return (bytes + kAlignment - 1) / kAlignment * kAlignment; }

inline bool is_aligned(const void* pointer) { return reinterpret_cast<uintptr_t>(pointer) % kAlignment == 0; }

struct AlignedDelete {
  size_t bytes = 0;  // that were allocated
  void operator()(std::byte* memory) const;
};
using AlignedMemory = std::unique_ptr<std::byte, AlignedDelete>;

// Allocates `bytes`, rounded up to a multiple of 64. Null where the system has no more memory: sizes come from model
// files, so callers report that as an error.
AlignedMemory allocate_aligned(uint64_t bytes);

// Bytes from allocate_aligned() in this process: every tensor, arena and packed weight of the library, model copies,
// and nmem_malloc(); not what small objects and mapped files take.
struct MemoryUse {
  size_t now = 0, peak = 0;
};
MemoryUse memory_use();

}  // namespace magik::rt

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
  void operator()(std::byte* memory) const { ::operator delete (memory, std::align_val_t{kAlignment}); }
};
using AlignedMemory = std::unique_ptr<std::byte, AlignedDelete>;

// Null where the system has no more memory: sizes come from model files, so callers report that as an error.
inline AlignedMemory allocate_aligned(uint64_t bytes) {
  if (bytes > PTRDIFF_MAX) return nullptr;
  return AlignedMemory(
      static_cast<std::byte*>(::operator new (static_cast<size_t>(bytes), std::align_val_t{kAlignment}, std::nothrow)));
}

}  // namespace magik::rt

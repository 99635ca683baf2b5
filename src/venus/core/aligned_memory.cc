#include "venus/core/aligned_memory.h"

#include <atomic>

namespace magik::rt {
namespace {

// Words: MIPS has no wider atomics without libatomic.
std::atomic<size_t> used{0}, peak{0};

void count(size_t bytes) {
  const size_t now = used.fetch_add(bytes) + bytes;
  size_t most = peak.load();
  while (most < now && !peak.compare_exchange_weak(most, now)) {
  }
}

}  // namespace

void AlignedDelete::operator()(std::byte* memory) const {
  ::operator delete (memory, std::align_val_t{kAlignment});
  used -= bytes;
}

AlignedMemory allocate_aligned(uint64_t bytes) {
  if (bytes > PTRDIFF_MAX - kAlignment) return nullptr;
  const auto rounded = static_cast<size_t>(align_up(bytes));
  auto* memory = static_cast<std::byte*>(::operator new (rounded, std::align_val_t{kAlignment}, std::nothrow));
  if (memory == nullptr) return nullptr;
  count(rounded);
  return AlignedMemory(memory, AlignedDelete{rounded});
}

MemoryUse memory_use() { return {used.load(), peak.load()}; }

}  // namespace magik::rt

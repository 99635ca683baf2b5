// Memory whose sum venus_get_used_mem_size() tells.
#pragma once

#include <cstddef>
#include <cstdint>

#include "venus/core/aligned_memory.h"

namespace magik::api {

void count_memory(int64_t bytes);  // negative: given back
uint64_t used_memory();

// 64-byte aligned bytes.
class Buffer {
 public:
  Buffer() = default;
  ~Buffer() { clear(); }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;

  // False where there is no memory; the old bytes are gone then too. They are not kept, and the new ones are zero.
  bool allocate(uint64_t bytes);
  void clear();

  std::byte* data() const { return memory_.get(); }
  uint64_t size() const { return size_; }

 private:
  rt::AlignedMemory memory_;
  uint64_t size_ = 0;
};

}  // namespace magik::api

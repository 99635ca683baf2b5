// Memory of the public interface.
#pragma once

#include <cstddef>
#include <cstdint>

#include "venus/core/aligned_memory.h"

namespace magik::api {

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

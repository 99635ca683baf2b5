// How the elements of two files differ.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "venus/core/types.h"

namespace magik::data_check {

struct ElementPair {
  size_t index = 0;  // row-major
  std::string a, b;  // as text
};

struct Difference {
  size_t elements = 0;   // of each file
  size_t differing = 0;  // whose bits differ
  ElementPair first, largest;
  double largest_distance = 0;  // infinite where one of them is no number

  bool equal() const { return differing == 0; }
};

// Of files that have the same size, a multiple of the type's.
Difference compare(const std::vector<uint8_t>& a, const std::vector<uint8_t>& b, rt::ElementType type);

// "n 0, h 2, w 1, c 17" for rank 4, "[0, 17]" for others.
std::string coordinates(const rt::Shape& shape, size_t index);

}  // namespace magik::data_check

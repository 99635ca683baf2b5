// A model as a C++ header, for boards without a file system.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace magik::transform {

// "t40_graph_vgg16" -> "MagikModelT40GraphVgg16Mk". Letters beyond ASCII become X and their UTF-8 bytes in hexadecimal,
// since compilers differ in which they take.
std::string model_class_name(const std::string& name);

// The text of magik_model_NAME.mk.h: a class model_class_name(name) with the members `data` (64-byte aligned bytes) and
// `size`. C++11. The bytes are string literals: arrays of numbers take a compiler minutes and a gigabyte.
std::string model_header(const std::string& name, const std::vector<uint8_t>& model);

}  // namespace magik::transform

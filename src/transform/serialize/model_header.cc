#include "transform/serialize/model_header.h"

#include <fmt/format.h>

#include <cctype>

namespace magik::transform {
namespace {

bool is_alphanumeric(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) && static_cast<unsigned char>(c) < 128;
}

// Bytes as the inside of one string literal. An octal escape ends at its third digit, or at the first other character.
void append_literal(std::string& text, const uint8_t* bytes, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    const uint8_t byte = bytes[i];
    const bool digit_follows = i + 1 < count && std::isdigit(bytes[i + 1]);
    if (byte >= ' ' && byte < 127 && byte != '"' && byte != '\\' && byte != '?') {
      text += static_cast<char>(byte);
      continue;
    }
    text += '\\';
    if (byte >= 64 || digit_follows) text += static_cast<char>('0' + (byte >> 6));
    if (byte >= 8 || digit_follows) text += static_cast<char>('0' + (byte >> 3 & 7));
    text += static_cast<char>('0' + (byte & 7));
  }
}

}  // namespace

std::string model_class_name(const std::string& name) {
  std::string camel;
  bool word_starts = true, in_hex = false;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_alphanumeric(c)) {
      camel += word_starts ? static_cast<char>(std::toupper(byte)) : c;
    } else if (byte >= 128) {
      camel += fmt::format("{}{:02X}", in_hex ? "" : "X", byte);
    }
    word_starts = !is_alphanumeric(c);
    in_hex = byte >= 128;
  }
  return "MagikModel" + camel + "Mk";
}

std::string model_header(const std::string& name, const std::vector<uint8_t>& model) {
  const std::string class_name = model_class_name(name);
  std::string text = fmt::format(
      R"(// Written by magik-transform-tools. Use: {0} m; net->load_model((const char*)m.data, true);
#pragma once

#include <cstddef>

// A template, so that every source file may include this header and the program still has the bytes once.
template <typename>
struct {0}Bytes {{
  static const std::size_t size = {1};
  alignas(64) static const char data[{1} + 1];
}};

class {0} : public {0}Bytes<void> {{}};

template <typename T>
const std::size_t {0}Bytes<T>::size;
template <typename T>
const char {0}Bytes<T>::data[{1} + 1] =
)",
      class_name, model.size());
  constexpr size_t kChunk = 64;
  text.reserve(text.size() + model.size() * 4);
  for (size_t i = 0; i < model.size() || i == 0; i += kChunk) {
    text += "    \"";
    append_literal(text, model.data() + i, std::min(kChunk, model.size() - i));
    text += "\"\n";
  }
  text.pop_back();
  text += ";\n";
  return text;
}

}  // namespace magik::transform

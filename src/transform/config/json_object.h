// Typed access to a JSON object of the user's: every error names the file, the key and what was expected.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace magik::transform {

class JsonObject {
 public:
  // Reads a file that must hold one object without repeated keys. `what` names it in errors ("the config").
  static JsonObject read(const std::string& path, const std::string& what);

  const std::string& path() const { return path_; }
  std::vector<std::string> keys() const;  // sorted
  bool has(const std::string& key) const { return object_.contains(key); }
  const nlohmann::json& value(const std::string& key) const { return object_.at(key); }
  void rename(const std::string& from, const std::string& to);

  // The value of `key`, `otherwise` where it is absent.
  std::string text(const std::string& key, const std::string& otherwise = "") const;
  bool boolean(const std::string& key, bool otherwise) const;
  int integer(const std::string& key, int low, int high, int otherwise) const;
  std::vector<std::string> texts(const std::string& key) const;                // ["a", "b"]
  std::vector<std::string> text_or_texts(const std::string& key) const;        // "a" or ["a", "b"]
  std::vector<std::vector<int64_t>> shapes(const std::string& key) const;      // [1, 3] or [[1, 3], [2]]
  std::vector<std::vector<float>> number_lists(const std::string& key) const;  // 1, [1, 2] or [[1, 2], [3]]

  [[noreturn]] void wrong(const std::string& key, const std::string& expected) const;

 private:
  const nlohmann::json* find(const std::string& key) const;

  std::string path_;
  nlohmann::json object_;
};

}  // namespace magik::transform

#include "transform/config/json_object.h"

#include <cerrno>
#include <cmath>
#include <cstring>
#include <fstream>
#include <set>

#include "transform/error.h"
#include "venus/core/types.h"

namespace magik::transform {
namespace {

using nlohmann::json;

// The library's message without its "[json.exception...] " tag: it has the line and column.
std::string text_of(const json::exception& error) {
  const std::string text = error.what();
  const size_t tag_end = text.find("] ");
  return tag_end == std::string::npos ? text : text.substr(tag_end + 2);
}

bool is_list_of(const json& value, bool (*accepts)(const json&)) {
  if (!value.is_array()) return false;
  for (const json& item : value) {
    if (!accepts(item)) return false;
  }
  return true;
}
bool is_text(const json& value) { return value.is_string(); }
bool is_dimension(const json& value) {
  return value.is_number_integer() && value.get<double>() >= 1 &&
         value.get<double>() <= static_cast<double>(rt::kMaxElements);
}
bool is_number(const json& value) { return value.is_number() && std::isfinite(value.get<float>()); }
bool is_shape(const json& value) {
  return !value.empty() && value.size() <= rt::kMaxRank && is_list_of(value, is_dimension);
}
bool is_number_list(const json& value) { return is_list_of(value, is_number); }

}  // namespace

JsonObject JsonObject::read(const std::string& path, const std::string& what) {
  std::ifstream file(path);
  if (file) file.peek();  // a folder can be opened, but not read
  if (file.bad() || !file.is_open()) fail("{}: cannot read {}: {}", path, what, std::strerror(errno));
  std::set<std::string> seen;
  std::string where = path;
  const auto refuse_repeated = [&](int depth, json::parse_event_t event, json& parsed) {
    if (event != json::parse_event_t::key || depth != 1) return true;
    const auto key = parsed.get<std::string>();
    if (!seen.insert(key).second) fail("{}: {} is given twice, expected once", path, key);
    where = path + ": " + key;
    return true;
  };
  JsonObject result;
  result.path_ = path;
  try {
    result.object_ = json::parse(file, refuse_repeated);
  } catch (const json::parse_error& error) {
    fail("{}: not valid JSON: {}", path, text_of(error));
  } catch (const json::out_of_range& error) {  // a number that no double holds
    fail("{}: expected finite numbers: {}", where, text_of(error));
  }
  if (!result.object_.is_object()) fail("{}: expected a JSON object, {{ \"KEY\": VALUE, ... }}", path);
  return result;
}

std::vector<std::string> JsonObject::keys() const {
  std::vector<std::string> keys;
  for (const auto& item : object_.items()) keys.push_back(item.key());
  return keys;
}

void JsonObject::rename(const std::string& from, const std::string& to) {
  json value = object_.at(from);
  object_.erase(from);
  object_[to] = std::move(value);
}

const json* JsonObject::find(const std::string& key) const {
  const auto it = object_.find(key);
  return it == object_.end() ? nullptr : &*it;
}

void JsonObject::wrong(const std::string& key, const std::string& expected) const {
  std::string value = object_.at(key).dump(-1, ' ', false, json::error_handler_t::replace);
  constexpr size_t kLongest = 60;
  if (value.size() > kLongest) value = value.substr(0, kLongest) + "...";
  fail("{}: {}: expected {}, but it is {}", path_, key, expected, value);
}

std::string JsonObject::text(const std::string& key, const std::string& otherwise) const {
  const json* value = find(key);
  if (!value) return otherwise;
  if (!value->is_string()) wrong(key, "a text in quotes");
  return value->get<std::string>();
}

bool JsonObject::boolean(const std::string& key, bool otherwise) const {
  const json* value = find(key);
  if (!value) return otherwise;
  if (!value->is_boolean()) wrong(key, "true or false");
  return value->get<bool>();
}

int JsonObject::integer(const std::string& key, int low, int high, int otherwise) const {
  const json* value = find(key);
  if (!value) return otherwise;
  if (!value->is_number_integer() || value->get<double>() < low || value->get<double>() > high) {
    wrong(key, high == INT32_MAX ? fmt::format("a whole number of at least {}", low)
                                 : fmt::format("a whole number from {} to {}", low, high));
  }
  return value->get<int>();
}

std::vector<std::string> JsonObject::texts(const std::string& key) const {
  const json* value = find(key);
  if (!value) return {};
  if (!is_list_of(*value, is_text)) wrong(key, "a list of names, [\"a\", \"b\"]");
  return value->get<std::vector<std::string>>();
}

std::vector<std::string> JsonObject::text_or_texts(const std::string& key) const {
  const json* value = find(key);
  if (!value) return {};
  if (value->is_string()) return {value->get<std::string>()};
  if (!is_list_of(*value, is_text)) wrong(key, "a text or a list of texts, one for each input");
  return value->get<std::vector<std::string>>();
}

std::vector<std::vector<int64_t>> JsonObject::shapes(const std::string& key) const {
  const json* value = find(key);
  if (!value || (value->is_array() && value->empty())) return {};
  if (is_shape(*value)) return {value->get<std::vector<int64_t>>()};
  if (!is_list_of(*value, is_shape)) {
    wrong(key, fmt::format("a shape like [1, 3, 224, 224], or a list of them: whole numbers of at least 1, at most {} "
                           "dimensions",
                           rt::kMaxRank));
  }
  return value->get<std::vector<std::vector<int64_t>>>();
}

std::vector<std::vector<float>> JsonObject::number_lists(const std::string& key) const {
  const json* value = find(key);
  if (!value || (value->is_array() && value->empty())) return {};
  if (is_number(*value)) return {{value->get<float>()}};
  if (is_number_list(*value)) return {value->get<std::vector<float>>()};
  if (!is_list_of(*value, is_number_list)) {
    wrong(key, "a list of finite numbers, one for each channel, or one such list for each input");
  }
  return value->get<std::vector<std::vector<float>>>();
}

}  // namespace magik::transform

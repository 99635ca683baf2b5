#include "transform/config/node_info.h"

#include <fmt/format.h>

#include <cmath>

#include "transform/config/json_object.h"
#include "transform/error.h"

namespace magik::transform {
namespace {

using nlohmann::json;

std::optional<float> bound(const JsonObject& file, const std::string& node, const json& entry, const char* key) {
  if (!entry.contains(key)) return std::nullopt;
  const json& value = entry.at(key);
  if (!value.is_number() || !std::isfinite(value.get<float>())) {
    file.wrong(node, fmt::format("a finite number as {}", key));
  }
  return value.get<float>();
}

}  // namespace

std::vector<NodeInfo> read_node_info(const std::string& path) {
  const JsonObject file = JsonObject::read(path, "the widths and ranges of nodes, which SAVE_OP_QUANT_BIT writes");
  std::vector<NodeInfo> result;
  for (const std::string& node : file.keys()) {
    const json& entry = file.value(node);
    if (!entry.is_object()) file.wrong(node, "{ \"QUANT_FEATURE_BIT\": 8, \"MAX\": 1.7, \"MIN\": 0 }");
    NodeInfo info{node, std::nullopt, std::nullopt};
    for (const auto& item : entry.items()) {
      if (item.key() != "QUANT_FEATURE_BIT" && item.key() != "MIN" && item.key() != "MAX") {
        file.wrong(node, fmt::format("QUANT_FEATURE_BIT, MIN and MAX, not {}", item.key()));
      }
    }
    if (entry.contains("QUANT_FEATURE_BIT")) {
      const json& bits = entry.at("QUANT_FEATURE_BIT");
      if (!bits.is_number_integer() || bits.get<double>() < 2 || bits.get<double>() > 12) {
        file.wrong(node, "a QUANT_FEATURE_BIT from 2 to 12");
      }
      info.feature_bits = bits.get<int>();
    }
    const std::optional<float> min = bound(file, node, entry, "MIN"), max = bound(file, node, entry, "MAX");
    if (min.has_value() != max.has_value()) file.wrong(node, "MIN and MAX together");
    if (min) {
      if (!(*min <= 0 && *max >= 0 && *min < *max)) file.wrong(node, "MIN <= 0 <= MAX, and MIN < MAX");
      info.range = Range{*min, *max};
    }
    result.push_back(std::move(info));
  }
  return result;
}

std::string node_info_text(const std::vector<NodeInfo>& nodes) {
  std::string text = "{\n";
  for (size_t i = 0; i < nodes.size(); ++i) {
    const NodeInfo& info = nodes[i];
    text += fmt::format("    {}: {{", json(info.node).dump());
    if (info.feature_bits) text += fmt::format("\n        \"QUANT_FEATURE_BIT\": {}", *info.feature_bits);
    if (info.range) {
      text += fmt::format("{}\n        \"MAX\": {},\n        \"MIN\": {}", info.feature_bits ? "," : "",
                          info.range->max, info.range->min);
    }
    text += fmt::format("\n    }}{}\n", i + 1 < nodes.size() ? "," : "");
  }
  return text + "}\n";
}

}  // namespace magik::transform

#include "transform/config/config.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <map>

#include "transform/cli/log.h"
#include "transform/config/json_object.h"
#include "transform/config/soc.h"
#include "transform/error.h"
#include "transform/text/closest.h"
#include "transform/text/counted.h"

namespace magik::transform {
namespace {

const std::vector<std::string> kKeys = {
    "SOC",
    "INPUT",
    "INPUT_SHAPE",
    "MEAN",
    "NORMAL",
    "COLOR",
    "OUTPUT",
    "QUANT_DATASET_PATH",
    "DEBUG_PATH",
    "RESIZE",
    "BIN_LAYOUT",
    "QUANT_FEATURE_BIT",
    "QUANT_WEIGHT_BIT",
    "QUANT_FEATURE_METHOD",
    "QUANT_WEIGHT_METHOD",
    "QUANT_DATASET_SIZE",
    "QUANT_NODE_SKIP",
    "QUANT_OP_SKIP",
    "FEATURE_FAKE_QUANT",
    "WEIGHT_FAKE_QUANT",
    "WEIGHT_CORRECT_PATH",
    "FEATURE_CORRECT_PATH",
    "SAVE_OP_QUANT_BIT",
    "LOAD_OP_QUANT_BIT",
    "LOAD_OP_QUANT_MIN_MAX",
};

// The vendor's guide itself misspells these, so configs in use have them.
const std::map<std::string, std::string> kMisspelledInGuide = {
    {"DEUBG_PATH", "DEBUG_PATH"},
    {"WEIGHT_COREECT_PATH", "WEIGHT_CORRECT_PATH"},
    {"FEATURE_QUANT_BITS", "QUANT_FEATURE_BIT"},
    {"QUANT_FEATURE_BITS", "QUANT_FEATURE_BIT"},
};

const std::map<std::string, QuantMethod> kMethods = {
    {"ADMM", QuantMethod::kAdmm},
    {"KL", QuantMethod::kKl},
    {"MAX_ABS", QuantMethod::kMaxAbs},
    {"MSE", QuantMethod::kMse},
};

std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

void check_keys(JsonObject& json) {
  for (const std::string& key : json.keys()) {
    if (std::find(kKeys.begin(), kKeys.end(), key) != kKeys.end()) continue;
    const auto misspelled = kMisspelledInGuide.find(key);
    if (misspelled == kMisspelledInGuide.end()) {
      MAGIK_LOG_WARNING("{}: unknown key {} is ignored{}", json.path(), key, did_you_mean(key, kKeys));
    } else if (json.has(misspelled->second)) {
      MAGIK_LOG_WARNING("{}: unknown key {} is ignored, since {} is given too", json.path(), key, misspelled->second);
    } else {
      MAGIK_LOG_WARNING("{}: unknown key {} is read as {}", json.path(), key, misspelled->second);
      json.rename(key, misspelled->second);
    }
  }
}

// A choice among words, in any case; gives the upper-case word.
std::string choice(const JsonObject& json, const std::string& key, const std::string& value,
                   const std::vector<std::string>& words) {
  std::string word = upper(value);
  if (std::find(words.begin(), words.end(), word) == words.end()) {
    fail("{}: {}: unknown \"{}\", expected one of {}", json.path(), key, value, fmt::join(words, ", "));
  }
  return word;
}

// Likewise for each input; "" leaves the choice to the tool.
std::vector<std::string> choices(const JsonObject& json, const std::string& key,
                                 const std::vector<std::string>& words) {
  std::vector<std::string> result;
  for (const std::string& value : json.text_or_texts(key)) {
    result.push_back(value.empty() ? "" : choice(json, key, value, words));
  }
  return result;
}

QuantMethod method(const JsonObject& json, const std::string& key, QuantMethod otherwise) {
  if (!json.has(key)) return otherwise;
  std::vector<std::string> words;
  for (const auto& [word, value] : kMethods) words.push_back(word);
  return kMethods.at(choice(json, key, json.text(key), words));
}

constexpr char kFolder[] = "a folder of images or .bin files";

std::string existing_path(const JsonObject& json, const std::string& key, const std::string& expected = kFolder) {
  std::string path = json.text(key);
  if (!path.empty() && !std::filesystem::exists(path)) {
    fail("{}: {}: \"{}\" does not exist, expected {}, or \"\" to go without", json.path(), key, path, expected);
  }
  return path;
}

std::vector<std::vector<float>> normals(const JsonObject& json) {
  std::vector<std::vector<float>> lists = json.number_lists("NORMAL");
  for (const std::vector<float>& list : lists) {
    if (std::find(list.begin(), list.end(), 0.0f) != list.end()) json.wrong("NORMAL", "divisors other than 0");
  }
  return lists;
}

// A list with one entry for each input may have one for all instead.
void check_count(const JsonObject& json, const std::string& key, size_t count, size_t inputs) {
  if (inputs == 0 || count <= 1 || count == inputs) return;
  fail("{}: {}: it has {} entries for {}, expected one for each input or one for all", json.path(), key, count,
       counted(inputs, "input"));
}

}  // namespace

Config parse_config(const std::string& path) {
  JsonObject json = JsonObject::read(path, "the config");
  check_keys(json);

  Config config;
  if (!json.has("SOC")) fail("{}: SOC is missing, it names the target", path);
  const std::string soc_name = json.text("SOC");
  const Soc* soc = nullptr;
  try {
    soc = &find_soc(soc_name);
  } catch (const Error& error) {
    fail("{}: SOC: {}", path, error.what());
  }
  config.soc = soc->name;

  config.input = json.texts("INPUT");
  config.output = json.texts("OUTPUT");
  config.input_shape = json.shapes("INPUT_SHAPE");
  if (!config.input.empty() && config.input_shape.size() > config.input.size()) {
    fail("{}: INPUT_SHAPE: it has {} shapes for {}, expected at most one for each", path, config.input_shape.size(),
         counted(config.input.size(), "input"));
  }
  config.mean = json.number_lists("MEAN");
  config.normal = normals(json);
  config.color = choices(json, "COLOR", {"RGB", "BGR", "BRG", "GRAY"});
  std::replace(config.color.begin(), config.color.end(), std::string("BRG"), std::string("BGR"));
  config.resize = choices(json, "RESIZE", {"STRETCH", "LETTERBOX", "CENTER_CROP"});
  check_count(json, "MEAN", config.mean.size(), config.input.size());
  check_count(json, "NORMAL", config.normal.size(), config.input.size());
  check_count(json, "COLOR", config.color.size(), config.input.size());
  check_count(json, "RESIZE", config.resize.size(), config.input.size());

  config.quant_dataset_path = existing_path(json, "QUANT_DATASET_PATH");
  if (!config.quant_dataset_path.empty() && !std::filesystem::is_directory(config.quant_dataset_path)) {
    json.wrong("QUANT_DATASET_PATH", kFolder);
  }
  config.debug_path = existing_path(json, "DEBUG_PATH", std::string(kFolder) + ", or one such file");
  config.weight_correct_path = existing_path(json, "WEIGHT_CORRECT_PATH");
  config.feature_correct_path = existing_path(json, "FEATURE_CORRECT_PATH");
  if (json.has("BIN_LAYOUT") && !json.text("BIN_LAYOUT").empty()) {
    config.bin_layout = choice(json, "BIN_LAYOUT", json.text("BIN_LAYOUT"), {"NHWC"});
  }

  config.quant_feature_bit = json.integer("QUANT_FEATURE_BIT", 2, 12, config.quant_feature_bit);
  config.quant_weight_bit = json.integer("QUANT_WEIGHT_BIT", 2, 8, config.quant_weight_bit);
  check_width(*soc, path + ": QUANT_FEATURE_BIT", "", config.quant_feature_bit, false);
  check_width(*soc, path + ": QUANT_WEIGHT_BIT", "", config.quant_weight_bit, true);
  config.quant_feature_method = method(json, "QUANT_FEATURE_METHOD", config.quant_feature_method);
  config.quant_weight_method = method(json, "QUANT_WEIGHT_METHOD", config.quant_weight_method);
  config.quant_dataset_size = json.integer("QUANT_DATASET_SIZE", 1, INT32_MAX, config.quant_dataset_size);
  config.quant_node_skip = json.texts("QUANT_NODE_SKIP");
  config.quant_op_skip = json.texts("QUANT_OP_SKIP");
  config.feature_fake_quant = json.boolean("FEATURE_FAKE_QUANT", false);
  config.weight_fake_quant = json.boolean("WEIGHT_FAKE_QUANT", false);
  config.save_op_quant_bit = json.boolean("SAVE_OP_QUANT_BIT", false);
  config.load_op_quant_bit = json.boolean("LOAD_OP_QUANT_BIT", false);
  config.load_op_quant_min_max = json.boolean("LOAD_OP_QUANT_MIN_MAX", false);
  return config;
}

std::string config_template() {
  return R"({
    "SOC":"",
    "INPUT":[],
    "INPUT_SHAPE":[],
    "MEAN":[],
    "NORMAL":[],
    "COLOR":[],
    "OUTPUT":[],
    "QUANT_DATASET_PATH":"./path/to/"
}
)";
}

}  // namespace magik::transform

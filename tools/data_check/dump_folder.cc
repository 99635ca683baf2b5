#include "data_check/dump_folder.h"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>

#include "transform/debug/dump.h"
#include "transform/error.h"

namespace magik::data_check {
namespace {

namespace fs = std::filesystem;
using transform::fail;

constexpr char kExtension[] = ".bin";
constexpr char kOut[] = "_out", kQuantize[] = "_Quantize", kInput[] = "input_data_shape_";

std::string without_end(const std::string& text, const std::string& end) {
  return text.ends_with(end) ? text.substr(0, text.size() - end.size()) : text;
}

// The folders of debug mode share the one above them.
fs::path index_place(const fs::path& folder) {
  std::error_code error;
  const std::string name = fs::canonical(folder, error).filename().string();
  const bool shared =
      name == transform::kLevelsFolder || name == transform::kRealValuesFolder || name == transform::kFloatFolder;
  return (shared ? folder / ".." : folder) / rt::kDumpIndexFile;
}

rt::ElementType type_named(const std::string& name) {
  for (int i = 1; i <= static_cast<int>(rt::ElementType::kBool); ++i) {
    const auto type = static_cast<rt::ElementType>(i);
    if (name == rt::element_type_name(type)) return type;
  }
  return rt::ElementType::kNone;
}

rt::DumpedValue value_of(const nlohmann::json& json) {
  rt::DumpedValue value;
  value.name = json.at("name").get<std::string>();
  value.op = json.at("op").get<std::string>();
  value.type = type_named(json.at("type").get<std::string>());
  const auto shape = json.at("shape").get<std::vector<int32_t>>();
  value.shape = rt::Shape(shape.begin(), shape.end());
  value.file = json.at("file").get<std::string>();
  value.inputs = json.at("inputs").get<std::vector<std::string>>();
  return value;
}

}  // namespace

DumpFolder::DumpFolder(const fs::path& path) : path_(path) {
  std::error_code error;
  if (!fs::exists(path, error)) fail("{}: there is no such folder", path.string());
  if (!fs::is_directory(path, error)) fail("{}: not a folder, expected one with node dumps", path.string());
  if (fs::is_directory(path / transform::kLevelsFolder, error)) {
    fail("{}: this folder has dumps of several networks; give {}", path.string(),
         (path / transform::kLevelsFolder).string());
  }
  std::vector<std::string> files;
  for (const auto& entry : fs::directory_iterator(path, error)) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with(kExtension)) files.push_back(without_end(name, kExtension));
  }
  if (error) fail("{}: cannot read the folder: {}", path.string(), error.message());
  read_index();
  if (files.empty()) fail("{}: no dumps are in this folder, expected NODE.bin files", path.string());

  const auto is_out = [](const std::string& name) { return name.ends_with(kOut); };
  const auto is_companion = [](const std::string& name) { return name.ends_with("_weight") || name.ends_with("_bt"); };
  for (const std::string& name : files) {
    if (name.find(kInput) != std::string::npos) inputs_.insert(name + kExtension);
  }
  std::erase_if(files, [&](const std::string& name) { return inputs_.count(name + kExtension) != 0; });
  // The debug library writes where the program runs, beside a model and other files.
  const auto outs = std::count_if(files.begin(), files.end(), is_out);
  const auto companions = std::count_if(files.begin(), files.end(), is_companion);
  const bool board = 2 * outs > static_cast<ptrdiff_t>(files.size()) - companions;
  if (board) suffix_ = kOut;
  for (const std::string& name : files) {
    if (!board || is_out(name)) outputs_.insert(name + kExtension);
  }
}

void DumpFolder::read_index() {
  index_file_ = index_place(path_).lexically_normal();
  std::ifstream in(index_file_);
  if (!in) return;
  try {
    const nlohmann::json json = nlohmann::json::parse(in);
    for (const nlohmann::json& entry : json.at("values")) index_.push_back(value_of(entry));
  } catch (const nlohmann::json::exception& error) {
    fail("{}: damaged index: {}; dump again, or remove the file", index_file_.string(), error.what());
  }
  for (size_t i = 0; i < index_.size(); ++i) index_by_name_.emplace(index_[i].name, i);
}

std::string DumpFolder::name_of(const std::string& file) const {
  return without_end(without_end(file, kExtension), suffix_);
}

std::vector<rt::DumpedValue> DumpFolder::values_of_files() const {
  std::vector<std::pair<fs::file_time_type, std::string>> files;
  for (const std::string& file : outputs_) {
    std::error_code error;
    files.emplace_back(fs::last_write_time(path_ / file, error), file);
  }
  std::sort(files.begin(), files.end());
  std::vector<rt::DumpedValue> values;
  for (const auto& [time, file] : files) {
    values.emplace_back();
    values.back().name = name_of(file);
  }
  return values;
}

DumpFolder::Found DumpFolder::find_in_index(const std::string& name) const {
  const auto found = index_by_name_.find(name);
  if (found == index_by_name_.end()) return {};
  const rt::DumpedValue& entry = index_[found->second];
  if (entry.file.empty()) return {"", true, &entry};
  const fs::path file = path_ / entry.file;
  return {fs::exists(file) ? file.lexically_normal() : fs::path(), false, &entry};
}

std::string DumpFolder::input_file(const std::string& stem) const {
  if (inputs_.size() == 1) return *inputs_.begin();
  const auto found = std::find_if(inputs_.begin(), inputs_.end(),
                                  [&](const std::string& file) { return file.starts_with(stem + "_" + kInput); });
  return found == inputs_.end() ? "" : *found;
}

std::vector<DumpFolder::Found> DumpFolder::find(const std::vector<rt::DumpedValue>& values) const {
  const std::vector<std::string> stems = rt::file_stems(values);
  std::vector<Found> result(values.size());
  std::set<std::string> taken;
  // First the exact names, so that _Quantize is only guessed at for files that are nobody else's.
  for (const bool exact : {true, false}) {
    for (size_t i = 0; i < values.size(); ++i) {
      if (has_index()) {
        result[i] = find_in_index(values[i].name);
        continue;
      }
      if (!result[i].file.empty()) continue;
      std::vector<std::string> spellings = {stems[i] + kQuantize, without_end(stems[i], kQuantize)};
      if (exact)
        spellings = {stems[i], values[i].name};  // names that values_of_files() took from files are no longer cut
      if (values[i].op == rt::kInputOp) {
        if (const std::string file = input_file(stems[i]); !file.empty()) result[i].file = path_ / file;
        continue;
      }
      for (const std::string& spelling : spellings) {
        const std::string file = spelling + suffix_ + kExtension;
        if (outputs_.count(file) == 0 || !taken.insert(file).second) continue;
        result[i].file = path_ / file;
        break;
      }
    }
  }
  return result;
}

std::vector<std::string> DumpFolder::others(const std::vector<Found>& found) const {
  std::vector<std::string> names;
  if (has_index()) {
    std::set<const rt::DumpedValue*> entries;
    for (const Found& one : found) entries.insert(one.entry);
    for (const rt::DumpedValue& value : index_) {
      if (!value.file.empty() && entries.count(&value) == 0) names.push_back(value.name);
    }
    return names;
  }
  std::set<std::string> files;
  for (const Found& one : found) files.insert(one.file.filename().string());
  for (const std::string& file : outputs_) {
    if (files.count(file) == 0) names.push_back(name_of(file));
  }
  return names;
}

fs::path DumpFolder::companion(const fs::path& output, const std::string& kind) const {
  const fs::path file =
      path_ / (without_end(without_end(output.filename().string(), kExtension), kOut) + "_" + kind + kExtension);
  return fs::exists(file) ? file : fs::path();
}

}  // namespace magik::data_check

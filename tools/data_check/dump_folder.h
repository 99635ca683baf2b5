// A folder of node dumps, with or without an index, in any of the namings: ptq_model/NODE.bin,
// MAGIK_DATA_DUMP/NODE.bin, magik-run --dump DIR NODE.bin, and the debug library's NODE_out.bin, NODE_weight.bin,
// NODE_bt.bin. NODE of nodes with quantized weights may end in _Quantize.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "venus/core/dump_index.h"

namespace magik::data_check {

class DumpFolder {
 public:
  // Throws Error where `path` is no folder or holds no dumps, and where its index is damaged.
  explicit DumpFolder(const std::filesystem::path& path);

  const std::filesystem::path& path() const { return path_; }
  bool has_index() const { return !index_.empty(); }
  const std::filesystem::path& index_file() const { return index_file_; }
  // In execution order; empty without an index.
  const std::vector<rt::DumpedValue>& index() const { return index_; }
  // The values that file names tell, in the order of the files' times; shapes and operators are unknown.
  std::vector<rt::DumpedValue> values_of_files() const;

  // What this folder has of each of `values`, in their order.
  struct Found {
    std::filesystem::path file;              // empty: the folder has none
    bool left_out = false;                   // on purpose: the index knows the value, but it was not dumped
    const rt::DumpedValue* entry = nullptr;  // of the index
  };
  std::vector<Found> find(const std::vector<rt::DumpedValue>& values) const;
  // Names of dumps that none of `found` is.
  std::vector<std::string> others(const std::vector<Found>& found) const;

  // NODE_weight.bin or NODE_bt.bin (`kind`) beside a node's output; empty where there is none.
  std::filesystem::path companion(const std::filesystem::path& output, const std::string& kind) const;

 private:
  void read_index();
  std::string name_of(const std::string& file) const;  // without `_out` and `.bin`
  Found find_in_index(const std::string& name) const;
  std::string input_file(const std::string& stem) const;  // stem: the input's

  std::filesystem::path path_, index_file_;
  std::vector<rt::DumpedValue> index_;
  std::map<std::string, size_t> index_by_name_;
  std::set<std::string> outputs_, inputs_;  // file names
  std::string suffix_;                      // "_out" in the debug library's folders
};

}  // namespace magik::data_check

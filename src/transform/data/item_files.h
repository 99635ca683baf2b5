// Which files of a data folder make up its items.
//
//   one input       FOLDER/*.jpg, ... (images) or FOLDER/*.bin, in the order of their names; or one such file
//   any number      FOLDER/N/INPUT.bin or FOLDER/N/INPUT_input.bin (or an image), in the numeric order of N; or one
//   such N
//
// Other files, and those whose name starts with a dot, are left alone. `/` in an input's name is `_` in the file's.
#pragma once

#include <string>
#include <vector>

namespace magik::transform {

struct ItemFiles {
  std::string name;                // of the file or folder
  std::vector<std::string> files;  // one path for each input
};

// `limit` 0: all. Throws Error that names `config_key` and what was expected; never returns an empty list.
std::vector<ItemFiles> find_items(const std::string& path, const std::string& config_key,
                                  const std::vector<std::string>& input_names, size_t limit);

}  // namespace magik::transform

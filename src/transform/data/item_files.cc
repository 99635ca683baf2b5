#include "transform/data/item_files.h"

#include <algorithm>
#include <cctype>
#include <filesystem>

#include "transform/data/image.h"
#include "transform/error.h"

namespace magik::transform {
namespace {

namespace fs = std::filesystem;

bool has_bin_suffix(const std::string& name) { return name.size() > 4 && name.ends_with(".bin"); }

struct Listing {
  std::vector<std::string> files, folders;  // names, sorted
};

Listing list(const std::string& path, const std::string& config_key) {
  Listing listing;
  std::error_code error;
  for (fs::directory_iterator it(path, error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename().string();
    if (name[0] == '.') continue;
    std::error_code ignored;
    (it->is_directory(ignored) ? listing.folders : listing.files).push_back(name);
  }
  if (error) fail_setting("{}: cannot read the folder \"{}\": {}", config_key, path, error.message());
  std::sort(listing.files.begin(), listing.files.end());
  std::sort(listing.folders.begin(), listing.folders.end());
  return listing;
}

// "2" before "10": runs of digits compare as numbers.
bool numeric_less(const std::string& a, const std::string& b) {
  size_t i = 0, j = 0;
  const auto is_digit = [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; };
  while (i < a.size() && j < b.size()) {
    if (is_digit(a[i]) && is_digit(b[j])) {
      while (i < a.size() && a[i] == '0') ++i;
      while (j < b.size() && b[j] == '0') ++j;
      const size_t i_end = std::find_if_not(a.begin() + static_cast<ptrdiff_t>(i), a.end(), is_digit) - a.begin();
      const size_t j_end = std::find_if_not(b.begin() + static_cast<ptrdiff_t>(j), b.end(), is_digit) - b.begin();
      if (i_end - i != j_end - j) return i_end - i < j_end - j;
      const int order = a.compare(i, i_end - i, b, j, j_end - j);
      if (order != 0) return order < 0;
      i = i_end;
      j = j_end;
    } else {
      if (a[i] != b[j]) return a[i] < b[j];
      ++i;
      ++j;
    }
  }
  if ((i < a.size()) != (j < b.size())) return j < b.size();
  return a < b;  // equal but for leading zeros
}

// An input's name as its files have it.
std::string file_stem(std::string input) {
  std::replace(input.begin(), input.end(), '/', '_');
  return input;
}

// The input's file among a folder's; empty where there is none.
std::string find_input(const Listing& listing, const std::string& input) {
  const std::string stem = file_stem(input);
  for (const std::string& name : {stem + ".bin", stem + "_input.bin"}) {
    if (std::binary_search(listing.files.begin(), listing.files.end(), name)) return name;
  }
  for (const std::string& name : listing.files) {
    if (has_image_suffix(name) && fs::path(name).stem() == stem) return name;
  }
  return "";
}

std::vector<std::string> file_stems(const std::vector<std::string>& inputs) {
  std::vector<std::string> stems;
  for (const std::string& input : inputs) stems.push_back(file_stem(input));
  return stems;
}

bool has_any_input(const Listing& listing, const std::vector<std::string>& inputs) {
  return std::any_of(inputs.begin(), inputs.end(),
                     [&](const std::string& input) { return !find_input(listing, input).empty(); });
}

ItemFiles folder_item(const std::string& path, const std::string& config_key, const Listing& listing,
                      const std::vector<std::string>& inputs) {
  ItemFiles item{fs::path(path).filename().string(), {}};
  for (const std::string& input : inputs) {
    const std::string file = find_input(listing, input);
    if (file.empty()) {
      fail_setting("{}: \"{}\" has no data for the input {}, expected {}.bin or {}_input.bin in it", config_key, path,
                   input, file_stem(input), file_stem(input));
    }
    item.files.push_back((fs::path(path) / file).string());
  }
  return item;
}

// Images or .bin files of one folder, for a network with one input.
std::vector<ItemFiles> flat_items(const std::string& path, const std::string& config_key, const Listing& listing) {
  std::vector<ItemFiles> items;
  size_t images = 0;
  for (const std::string& name : listing.files) {
    const bool image = has_image_suffix(name);
    if (!image && !has_bin_suffix(name)) continue;
    images += image;
    items.push_back({name, {(fs::path(path) / name).string()}});
  }
  if (images != 0 && images != items.size()) {
    fail_setting("{}: \"{}\" has both images and .bin files, expected one kind", config_key, path);
  }
  return items;
}

}  // namespace

std::vector<ItemFiles> find_items(const std::string& path_given, const std::string& config_key,
                                  const std::vector<std::string>& input_names, size_t limit) {
  std::string path = path_given;
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  std::error_code error;
  const bool one_input = input_names.size() == 1;
  if (!fs::exists(path, error)) {
    fail_setting("{}: \"{}\" does not exist, expected a folder of images or .bin files", config_key, path);
  }
  if (!fs::is_directory(path, error)) {
    const std::string name = fs::path(path).filename().string();
    if (!one_input) {
      fail_setting(
          "{}: \"{}\" is one file, but the network has {} inputs ({}): expected a folder that holds one folder for "
          "each "
          "item",
          config_key, path, input_names.size(), fmt::join(input_names, ", "));
    }
    return {{name, {path}}};
  }

  const Listing listing = list(path, config_key);
  std::vector<ItemFiles> items;
  if (one_input) items = flat_items(path, config_key, listing);
  if (!one_input && has_any_input(listing, input_names)) {
    items.push_back(folder_item(path, config_key, listing, input_names));
  }
  if (items.empty()) {
    std::vector<std::string> folders = listing.folders;
    std::sort(folders.begin(), folders.end(), numeric_less);
    for (const std::string& folder : folders) {
      if (limit != 0 && items.size() == limit) break;
      const std::string item_path = (fs::path(path) / folder).string();
      const Listing item_listing = list(item_path, config_key);
      if (one_input && !has_any_input(item_listing, input_names)) continue;  // some other folder
      items.push_back(folder_item(item_path, config_key, item_listing, input_names));
    }
  }
  if (items.empty()) {
    if (one_input) {
      fail_setting("{}: \"{}\" has no data, expected images (jpg, jpeg, png, bmp, ppm, pgm) or .bin files", config_key,
                   path);
    }
    fail_setting("{}: \"{}\" has no data, expected one folder for each item, each with {}.bin", config_key, path,
                 fmt::join(file_stems(input_names), ".bin, "));
  }
  if (limit != 0 && items.size() > limit) items.resize(limit);
  return items;
}

}  // namespace magik::transform

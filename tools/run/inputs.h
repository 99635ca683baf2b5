// Feeds files to a network.
#pragma once

#include <string>
#include <vector>

#include "run/arguments.h"
#include "venus/core/network.h"

namespace magik::run {

// One run: a file for each input of the network, and the name that its results go by.
struct Item {
  std::string file;  // the INPUT, or the first --input
  std::vector<std::string> files;
};

rt::Result<std::vector<Item>> make_items(const rt::Graph& graph, const Arguments& arguments);
rt::Status load_item(const Item& item, const rt::Network& network);

}  // namespace magik::run

// Several observers of one network, as one.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "venus/core/network.h"

namespace magik::api {

class Observers : public rt::Observer {
 public:
  void add(std::unique_ptr<rt::Observer> observer) {
    if (observer) list_.push_back(std::move(observer));
  }
  // Null where there are none: runs are then not observed at all.
  rt::Observer* get() { return list_.empty() ? nullptr : this; }

  void run_begins(const rt::Network& network) override {
    for (const auto& observer : list_) observer->run_begins(network);
  }
  void node_done(const rt::Network& network, size_t node_index, double milliseconds) override {
    for (const auto& observer : list_) observer->node_done(network, node_index, milliseconds);
  }
  void run_ends(const rt::Network& network) override {
    for (const auto& observer : list_) observer->run_ends(network);
  }

 private:
  std::vector<std::unique_ptr<rt::Observer>> list_;
};

}  // namespace magik::api

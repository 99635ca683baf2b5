// MAGIK_CPP_DUMPDATA (core/data_dump.h) for the networks of the public interface.
#pragma once

#include <memory>

#include "venus/core/network.h"

namespace magik::api {

// Of a network of `graph`; null unless the variable asks for dumps.
std::unique_ptr<rt::Observer> data_dump_from_environment(const rt::Graph& graph);

}  // namespace magik::api

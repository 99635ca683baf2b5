// MAGIK_CPP_DUMPDATA: every run writes its inputs and every node's output below ./MAGIK_DATA_DUMP/ and logs each file
// on stderr. The files equal the debug library's *_out.bin (docs/data-check.md).
#pragma once

#include <memory>

#include "venus/core/network.h"

namespace magik::api {

// Null unless the variable is set, to anything but "", "0" and "false".
std::unique_ptr<rt::Observer> data_dump_from_environment();

}  // namespace magik::api

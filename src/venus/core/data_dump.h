// MAGIK_CPP_DUMPDATA, which libvenus and the PC executor obey: every run writes its inputs and every node's output
// below
// ./MAGIK_DATA_DUMP/ and logs each file on stderr. The files equal the debug library's *_out.bin (docs/data-check.md).
#pragma once

#include "venus/core/dump.h"

namespace magik::rt {

// Whether the variable is set, to anything but "", "0" and "false".
bool data_dump_is_asked_for();
DumpOptions data_dump_options();

}  // namespace magik::rt

// MAGIK_CPP_DUMPDATA, which libvenus and the PC executor obey: every run writes its inputs and every node's output to
// the network's folder and logs each file on stderr. The files equal the debug library's *_out.bin
// (docs/data-check.md).
#pragma once

#include <cstddef>

#include "venus/core/dump.h"

namespace magik::rt {

// Whether the variable is set, to anything but "", "0" and "false".
bool data_dump_is_asked_for();

// The folder of one network's dumps, while the network lives: ./MAGIK_DATA_DUMP for the first of the process,
// ./MAGIK_DATA_DUMP.2 and so on for others, whose files would replace the first one's. A network with the same nodes as
// one that is gone takes that one's folder, so that a model that is loaded again and again has one.
class DataDumpFolder {
 public:
  explicit DataDumpFolder(const Graph& graph);
  ~DataDumpFolder();
  DataDumpFolder(const DataDumpFolder&) = delete;
  DataDumpFolder& operator=(const DataDumpFolder&) = delete;

  DumpOptions options() const;

 private:
  size_t index_;
};

}  // namespace magik::rt

// Compares two folders of node dumps and names the first node that differs.
#include <cstdio>
#include <exception>
#include <memory>
#include <string>
#include <vector>

#include "data_check/check.h"
#include "data_check/report.h"
#include "transform/error.h"
#include "venus/core/files.h"
#include "venus/core/model_file.h"

namespace magik::data_check {
namespace {

constexpr char kHelp[] = R"(magik-data-check A B [OPTION]...

Compares two folders with the bytes of every node of a network, from the PC and from a board, in execution order, and
names the first node that differs. A folder is one of: magik_dump_path/ptq_model (the converter's debug mode),
MAGIK_DATA_DUMP (MAGIK_CPP_DUMPDATA=true), the folder in which the debug library ran (NODE_out.bin), DIR of magik-run
--dump DIR.

  --model MODEL  the order of execution, from a .bin or .mgk; folders with a dump_index.json need none
  --all          a line for each node
  --help         this text

Exit status: 0 all nodes are equal, 1 they are not, 2 the dumps cannot be compared.
)";

enum ExitStatus { kAllEqual = 0, kDifferent = 1, kCannotCompare = 2 };

struct Arguments {
  std::vector<std::string> folders;
  std::string model;
  bool all = false, help = false;
};

Arguments parse(const std::vector<std::string>& words) {
  using transform::fail;
  Arguments arguments;
  for (size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word == "--help" || word == "-h") {
      arguments.help = true;
    } else if (word == "--all") {
      arguments.all = true;
    } else if (word.starts_with("--model=")) {
      arguments.model = word.substr(8);
    } else if (word == "--model") {
      if (++i == words.size()) fail("--model needs a value behind it");
      arguments.model = words[i];
    } else if (word.starts_with("-")) {
      fail("unknown option {}; magik-data-check --help lists the options", word);
    } else {
      arguments.folders.push_back(word);
    }
  }
  if (!arguments.help && arguments.folders.size() != 2) {
    fail("{} folders are given, expected two; magik-data-check --help tells more", arguments.folders.size());
  }
  return arguments;
}

ExitStatus run(const std::vector<std::string>& words) {
  const Arguments arguments = parse(words);
  if (arguments.help) {
    std::fputs(kHelp, stdout);
    return kAllEqual;
  }
  std::shared_ptr<const rt::Graph> model;
  if (!arguments.model.empty()) model = transform::check(rt::load_model_file(arguments.model));
  const DumpFolder a(arguments.folders[0]), b(arguments.folders[1]);
  const Check check = check_dumps(a, b, model.get());
  std::fputs(report(a, b, check, arguments.all).c_str(), stdout);
  transform::check(rt::flush_stdout());
  const std::string missing = missing_nodes(a, b, check);
  if (!missing.empty()) std::fprintf(stderr, "ERROR: %s\n", missing.c_str());
  return check.all_equal() && missing.empty() ? kAllEqual : kDifferent;
}

}  // namespace
}  // namespace magik::data_check

int main(int argc, char** argv) {
  try {
    return magik::data_check::run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "ERROR: %s\n", error.what());
    return magik::data_check::kCannotCompare;
  }
}

// Prints any model as text that people can diff.
#include <cstdio>
#include <exception>
#include <string>

#include "inspect/model_text.h"

namespace {

constexpr char kHelp[] = R"(magik-inspect MODEL [--shape DIMENSIONS]...

Prints a model (source format, .bin, .mgk) as text that can be compared with diff: header, inputs, outputs, nodes with
attributes, values with quantization, constants with shapes and checksums.

  --shape 1,3,224,224   shape of an input of a source model, in order, where the model leaves it open
  --help                this text
)";

}  // namespace

int main(int argc, char** argv) {
  std::string path;
  std::vector<std::string> shapes;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--help" || word == "-h") {
      std::fputs(kHelp, stdout);
      return 0;
    }
    if (word == "--shape" && i + 1 < argc) {
      shapes.push_back(argv[++i]);
    } else if (path.empty() && word[0] != '-') {
      path = word;
    } else {
      std::fprintf(stderr, "ERROR: unexpected %s; magik-inspect --help lists the options\n", word.c_str());
      return 1;
    }
  }
  if (path.empty()) {
    std::fputs("ERROR: no model is given; magik-inspect --help lists the options\n", stderr);
    return 1;
  }
  try {
    std::fputs(magik::inspect::model_text(path, shapes).c_str(), stdout);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "ERROR: %s\n", error.what());
    return 1;
  }
}

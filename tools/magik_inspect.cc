// Prints any model as text that people can diff.
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "inspect/model_text.h"
#include "transform/cli/log.h"
#include "transform/error.h"
#include "transform/text/closest.h"
#include "venus/core/files.h"

namespace {

constexpr char kHelp[] = R"(magik-inspect MODEL [--shape DIMENSIONS]...

Prints a model (source format, .bin, .mgk) as text that can be compared with diff: header, inputs, outputs, nodes with
attributes, values with quantization, constants with shapes and checksums.

  --shape 1,3,224,224   shape of an input of a source model, in order, where the model leaves it open
  --help                this text
)";

using magik::transform::did_you_mean;
using magik::transform::fail;

struct Arguments {
  std::string model;
  std::vector<std::string> shapes;
  bool help = false;
};

Arguments parse(const std::vector<std::string>& words) {
  Arguments arguments;
  for (size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word == "--help" || word == "-h") {
      arguments.help = true;
    } else if (word == "--shape") {
      if (++i == words.size()) fail("--shape needs a value behind it, like 1,3,224,224");
      arguments.shapes.push_back(words[i]);
    } else if (word.starts_with("--shape=")) {
      arguments.shapes.push_back(word.substr(8));
    } else if (word.starts_with("-")) {
      fail("unknown option {}{}; magik-inspect --help lists the options", word,
           did_you_mean(word, {"--shape", "--help"}));
    } else if (arguments.model.empty()) {
      arguments.model = word;
    } else {
      fail("unexpected {}: magik-inspect prints one model", word);
    }
  }
  if (arguments.model.empty() && !arguments.help) fail("no model is given; magik-inspect --help lists the options");
  return arguments;
}

void run(const std::vector<std::string>& words) {
  const Arguments arguments = parse(words);
  std::fputs(arguments.help ? kHelp : magik::inspect::model_text(arguments.model, arguments.shapes).c_str(), stdout);
  magik::transform::check(magik::rt::flush_stdout());
}

}  // namespace

int main(int argc, char** argv) {
  const magik::transform::InformationOnStderr stdout_is_the_model;
  try {
    run({argv + 1, argv + argc});
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "ERROR: %s\n", error.what());
    return 1;
  }
}

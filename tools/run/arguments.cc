#include "run/arguments.h"

#include <cstdlib>
#include <functional>
#include <map>

#include "transform/text/closest.h"
#include "venus/core/environment.h"

namespace magik::run {
namespace {

using rt::Result;
using rt::Status;

Status parse_number(const std::string& option, const std::string& text, int least, int& number) {
  char* end = nullptr;
  const long value = std::strtol(text.c_str(), &end, 10);
  if (text.empty() || *end != '\0' || value < least || value > 1000000000) {
    return Status::error("%s: \"%s\" is not a whole number of at least %d", option.c_str(), text.c_str(), least);
  }
  number = static_cast<int>(value);
  return {};
}

Status parse_named_input(const std::string& text, Arguments& arguments) {
  const size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == text.size()) {
    return Status::error("--input: \"%s\" is not NAME=FILE", text.c_str());
  }
  arguments.named_inputs.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  return {};
}

using Setter = std::function<Status(Arguments&, const std::string& value)>;

Setter text_of(std::string Arguments::*member) {
  return [member](Arguments& arguments, const std::string& value) {
    arguments.*member = value;
    return Status();
  };
}
Setter number_of(const char* option, int Arguments::*member, int least) {
  return [option, member, least](Arguments& arguments, const std::string& value) {
    return parse_number(option, value, least, arguments.*member);
  };
}

Status set_layout(Arguments& arguments, const std::string& value) {
  if (value != "source" && value != "nhwc") {
    return Status::error("--layout: \"%s\" is unknown, expected source or nhwc", value.c_str());
  }
  arguments.source_layout = value == "source";
  return {};
}
Status set_threads(Arguments& arguments, const std::string& value) {
  Result<int> threads = rt::thread_count(value, "--threads");
  if (!threads.ok()) return threads.take_status();
  arguments.threads = threads.value();
  return {};
}
Status set_isa(Arguments& arguments, const std::string& value) {
  Result<rt::Isa> isa = rt::usable_isa(value);
  if (!isa.ok()) return Status::error("--isa: %s", isa.message().c_str());
  arguments.isa = isa.value();
  return {};
}

const std::map<std::string, Setter>& valued_options() {
  static const std::map<std::string, Setter> options = {
      {"--input", [](Arguments& arguments, const std::string& value) { return parse_named_input(value, arguments); }},
      {"--labels", text_of(&Arguments::labels)},
      {"--save-outputs", text_of(&Arguments::save_outputs)},
      {"--dump", text_of(&Arguments::dump)},
      {"--top", number_of("--top", &Arguments::top, 0)},
      {"--warmup", number_of("--warmup", &Arguments::warmup, 0)},
      {"--repeat", number_of("--repeat", &Arguments::repeat, 1)},
      {"--threads", set_threads},
      {"--isa", set_isa},
      {"--layout", set_layout},
  };
  return options;
}

const std::map<std::string, bool Arguments::*>& flags() {
  static const std::map<std::string, bool Arguments::*> flags = {{"--json", &Arguments::json},
                                                                 {"--profile", &Arguments::profile},
                                                                 {"--list-kernels", &Arguments::list_kernels},
                                                                 {"--self-test", &Arguments::self_test},
                                                                 {"--help", &Arguments::help},
                                                                 {"-h", &Arguments::help}};
  return flags;
}

std::vector<std::string> option_names() {
  std::vector<std::string> names;
  for (const auto& option : valued_options()) names.push_back(option.first);
  for (const auto& flag : flags()) names.push_back(flag.first);
  return names;
}

}  // namespace

Result<Arguments> parse_arguments(const std::vector<std::string>& words) {
  Arguments arguments;
  for (size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word.size() < 2 || word[0] != '-') {
      if (arguments.model.empty()) {
        arguments.model = word;
      } else {
        arguments.inputs.push_back(word);
      }
      continue;
    }
    const size_t equals = word.find('=');
    const std::string name = word.substr(0, equals);
    if (flags().count(word) != 0) {
      arguments.*flags().at(word) = true;
      continue;
    }
    const auto option = valued_options().find(name);
    if (option == valued_options().end()) {
      return Status::error("unknown option %s%s; magik-run --help lists the options", word.c_str(),
                           transform::did_you_mean(name, option_names()).c_str());
    }
    if (equals == std::string::npos && i + 1 == words.size()) {
      return Status::error("%s needs a value behind it", name.c_str());
    }
    const std::string value = equals == std::string::npos ? words[++i] : word.substr(equals + 1);
    MAGIK_RETURN_IF_ERROR(option->second(arguments, value));
  }
  if (arguments.model.empty() && !arguments.help && !arguments.list_kernels) {
    return Status::error("no model is given; magik-run --help lists the options");
  }
  if (arguments.self_test && !(arguments.inputs.empty() && arguments.named_inputs.empty())) {
    return Status::error("--self-test takes no INPUT: the model has its own");
  }
  return arguments;
}

const char* help_text() {
  return R"(magik-run MODEL INPUT... [OPTION]...

Runs a model (.bin, .mgk) with libvenus, once for each INPUT. An INPUT is an image (resized as the calibration did it), a
.bin (uint8 or float32, NHWC, before mean and normal) or a .npy (in the source model's layout or NHWC, by its shape).
Board builds take no images.

  --input NAME=FILE     one input of a network with several; INPUTs feed the one that is left, if any
  --labels FILE         class names, one a line
  --top K               the K best classes of outputs that are one row (default 5)
  --save-outputs DIR    write INPUTSTEM.OUTPUTNAME.npy, float32
  --layout source|nhwc  axes of these outputs (default nhwc)
  --dump DIR            write every node's bytes of the last INPUT as NODE.bin; magik-data-check compares such folders
  --threads N           threads of a run (default VENUS_NUM_THREADS, or 1)
  --isa NAME            kernel set (default VENUS_ISA, or the best): reference, avx2, avx512vnni, mips32, msa, neon,
                        dotprod
  --warmup N            runs before those that are timed (default 0)
  --repeat N            timed runs of each INPUT (default 1)
  --profile             tables of the nodes' and operators' times
  --json                one JSON object a line: each INPUT, then the summary
  --self-test           run the golden test in the model and name the nodes that are off; takes no INPUT
  --list-kernels        the kernels of the model's nodes; without MODEL those of this build
  --help                this text
)";
}

}  // namespace magik::run

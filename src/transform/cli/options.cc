#include "transform/cli/options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <set>

#include "transform/error.h"
#include "transform/text/closest.h"

namespace magik::transform {
namespace {

constexpr char kHeaderSuffix[] = ".mk.h";

// Long names by every spelling without its dashes.
const std::map<std::string, std::string> kSpellings = {
    {"i", "inputpath"},
    {"inputpath", "inputpath"},
    {"o", "outputpath"},
    {"outputpath", "outputpath"},
    {"cfg", "config"},
    {"config", "config"},
    {"gcfg", "gen_config"},
    {"gen_config", "gen_config"},
    {"save_quantize_model", "save_quantize_model"},
    {"dump_all", "dump_all"},
    {"embed-golden", "embed-golden"},
    {"embed_golden", "embed-golden"},
    {"h", "help"},
    {"help", "help"},
    {"v", "version"},
    {"version", "version"},
};
bool takes_value(const std::string& name) { return name == "inputpath" || name == "outputpath" || name == "config"; }

std::unique_ptr<CLI::App> make_app(Options& options) {
  auto app = std::make_unique<CLI::App>(
      "Converts a trained network to a quantized one for libvenus.\nLong options may have one dash or two.",
      "magik-transform-tools");
  app->set_help_flag();
  app->add_option("--inputpath", options.input_path, "-i: the source model; its format is told from its content");
  app->add_option("--outputpath", options.output_path, "-o: the deployment header, ends in .mk.h");
  app->add_option("--config", options.config_path, "-cfg: the JSON config");
  app->add_flag("--gen_config", options.gen_config, "-gcfg: write a template ./magik.cfg and exit");
  app->add_flag("--save_quantize_model", options.save_quantize_model, "true|false: also write save-magik/*.mgk");
  app->add_flag("--dump_all", options.dump_all, "debug mode: dump every item, not only the first");
  app->add_flag("--embed-golden", options.embed_golden, "put a golden test into the .bin, for magik-run --self-test");
  app->add_flag("--help", options.help, "-h: this text");
  app->add_flag("--version", options.version, "-v: the version");
  return app;
}

[[noreturn]] void fail_unknown(const std::string& argument, const std::string& name) {
  std::vector<std::string> known;
  for (const auto& [spelling, long_name] : kSpellings) known.push_back(spelling);
  fail("unknown option {}{}; magik-transform-tools --help lists the options", argument, did_you_mean(name, known));
}

}  // namespace

std::string Options::output_name() const {
  const std::string file = std::filesystem::path(output_path).filename().string();
  return file.substr(0, file.size() - (sizeof kHeaderSuffix - 1));
}

std::vector<std::string> normalize_arguments(const std::vector<std::string>& arguments) {
  std::vector<std::string> result;
  std::set<std::string> seen;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    const size_t dashes = std::min(argument.find_first_not_of('-'), argument.size());
    if (dashes == 0 || dashes > 2) fail("unexpected argument \"{}\", expected an option", argument);
    const size_t equals = std::min(argument.find('='), argument.size());
    const auto known = kSpellings.find(argument.substr(dashes, equals - dashes));
    if (known == kSpellings.end()) fail_unknown(argument, argument.substr(dashes, equals - dashes));
    const std::string& name = known->second;
    if (!seen.insert(name).second) fail("--{} is given twice, expected once", name);
    std::string value = argument.substr(std::min(equals + 1, argument.size()));
    const bool value_follows = equals == argument.size() && i + 1 < arguments.size() && arguments[i + 1][0] != '-';
    if (value_follows) value = arguments[++i];
    if (takes_value(name) && value.empty()) fail("{} needs a path behind it", argument);
    if (!takes_value(name) && !value.empty() && value != "true" && value != "false") {
      fail("--{}: expected true, false or nothing behind it, but it is \"{}\"", name, value);
    }
    result.push_back("--" + name + (value.empty() ? "" : "=" + value));
  }
  return result;
}

Options parse_options(const std::vector<std::string>& arguments) {
  Options options;
  std::vector<std::string> normalized = normalize_arguments(arguments);
  std::reverse(normalized.begin(), normalized.end());  // CLI11 takes them from the back
  try {
    make_app(options)->parse(std::move(normalized));
  } catch (const CLI::ParseError& error) {
    fail("{}; magik-transform-tools --help lists the options", error.what());
  }
  if (options.help || options.version || options.gen_config) return options;

  const auto need = [](const std::string& path, const char* option, const char* what) {
    if (path.empty()) fail("{} is missing: {}; magik-transform-tools --help lists the options", option, what);
  };
  need(options.input_path, "--inputpath", "the source model");
  need(options.output_path, "--outputpath", "the deployment header to write");
  need(options.config_path, "--config", "the JSON config, --gen_config writes a template");
  const std::string file = std::filesystem::path(options.output_path).filename().string();
  if (!file.ends_with(kHeaderSuffix) || file == kHeaderSuffix) {
    fail("--outputpath: \"{}\" must end in NAME.mk.h", options.output_path);
  }
  return options;
}

std::string help_text() {
  Options options;
  std::string text = make_app(options)->help();
  text.erase(text.find_last_not_of('\n') + 1);
  return text;
}

}  // namespace magik::transform

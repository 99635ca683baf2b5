#include "transform/cli/command.h"

#include <exception>
#include <filesystem>

#include "transform/cli/console.h"
#include "transform/cli/convert.h"
#include "transform/cli/log.h"
#include "transform/cli/options.h"
#include "transform/config/config.h"
#include "transform/error.h"
#include "transform/serialize/file_set.h"
#include "venus/core/model_file.h"
#include "venus/core/version.h"

namespace magik::transform {
namespace {

constexpr char kTemplatePath[] = "./magik.cfg";

std::string version_line() {
  return fmt::format("INFO(magik): magik-transform-tools version:{} target version:MGK1.{} built:{}_CPU",
                     rt::version_with_revision(), rt::kFormatVersion, rt::build_date());
}

void generate_config() {
  if (std::filesystem::exists(kTemplatePath)) {
    fail("{}: the file is there already, move it away to get a new template", kTemplatePath);
  }
  FileSet files;
  files.add(kTemplatePath, config_template());
  files.commit();
  MAGIK_LOG_INFO("Generated the model config file: {}", kTemplatePath);
}

void run(const std::vector<std::string>& arguments) {
  const Options options = parse_options(arguments);
  if (options.help) return console::print_line(stdout, help_text());
  console::print_line(stdout, version_line());
  if (options.version) return;
  if (options.gen_config) return generate_config();
  convert(options);
}

}  // namespace

int run_command(const std::vector<std::string>& arguments) {
  try {
    run(arguments);
    return 0;
  } catch (const std::bad_alloc&) {
    MAGIK_LOG_ERROR("no memory");
  } catch (const std::exception& error) {
    MAGIK_LOG_ERROR("{}", error.what());
  }
  return 1;
}

}  // namespace magik::transform

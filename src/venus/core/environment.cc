#include "venus/core/environment.h"

#include <cstdlib>

namespace magik::rt {

std::string environment_variable(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0' ? value : otherwise;
}

Result<Isa> usable_isa(const std::string& name) {
  Result<Isa> isa = isa_from_name(name);
  if (!isa.ok()) return isa;
  if (!build_has(isa.value())) return Status::error("this build has no kernels for %s", name.c_str());
  if (!cpu_has(isa.value())) return Status::error("this CPU has no %s", name.c_str());
  return isa;
}

Result<int> thread_count(const std::string& text, const char* what) {
  char* end = nullptr;
  const long threads = std::strtol(text.c_str(), &end, 10);
  if (text.empty() || *end != '\0' || threads < 1 || threads > kMostThreads) {
    return Status::error("%s: \"%s\" is not a number of threads, expected 1 to %d", what, text.c_str(), kMostThreads);
  }
  return static_cast<int>(threads);
}

Result<NetworkOptions> options_from_environment(std::optional<Isa> isa, std::optional<int> threads) {
  NetworkOptions options;
  const std::string isa_text = environment_variable("VENUS_ISA");
  if (isa.has_value()) {
    options.isa = *isa;
  } else if (!isa_text.empty()) {
    Result<Isa> named = usable_isa(isa_text);
    if (!named.ok()) return Status::error("VENUS_ISA: %s", named.message().c_str());
    options.isa = named.value();
  }
  const std::string threads_text = environment_variable("VENUS_NUM_THREADS");
  if (threads.has_value()) {
    options.threads = *threads;
  } else if (!threads_text.empty()) {
    Result<int> count = thread_count(threads_text, "VENUS_NUM_THREADS");
    if (!count.ok()) return count.take_status();
    options.threads = count.value();
  }
  return options;
}

}  // namespace magik::rt

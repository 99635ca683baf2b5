// Runs the cases of all operators. One line for each value of a case: CASE VALUE CHECKSUM. The lines are the same on
// every machine, kernel set and number of threads.
#include <cinttypes>
#include <cstdio>

#include "operators/bytes.h"
#include "operators/compare.h"
#include "operators/run.h"
#include "venus/core/environment.h"
#include "venus/core/files.h"
#include "venus/core/operator.h"

namespace magik::check {
namespace {

constexpr char kHelp[] =
    "usage: operator_check [--isa NAME] [--threads N] [--filter OPERATOR]\n"
    "       operator_check --case OPERATOR/NUMBER --dump DIR [--isa NAME] [--threads N]\n"
    "       operator_check --compare [--filter OPERATOR]\n"
    "       operator_check --list\n"
    "Prints the checksum of every value of every case, or writes those of one case to DIR/VALUE.bin. --compare runs "
    "all\n"
    "kernel sets of this machine and fails where one differs from the operators' definitions.\n";

struct Arguments {
  rt::NetworkOptions network;
  std::string filter, one_case, dump;
  bool compare = false, list = false, help = false;
};

Result<Arguments> parse(const std::vector<std::string>& words) {
  Arguments arguments;
  for (size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word == "--compare" || word == "--list" || word == "--help") {
      (word == "--compare" ? arguments.compare : word == "--list" ? arguments.list : arguments.help) = true;
      continue;
    }
    std::string isa, threads;
    std::string* const target = word == "--isa"       ? &isa
                                : word == "--threads" ? &threads
                                : word == "--filter"  ? &arguments.filter
                                : word == "--case"    ? &arguments.one_case
                                : word == "--dump"    ? &arguments.dump
                                                      : nullptr;
    if (target == nullptr) return Status::error("unknown option '%s'\n%s", word.c_str(), kHelp);
    if (++i == words.size()) return Status::error("option %s needs a value", word.c_str());
    *target = words[i];
    if (target == &isa) {
      Result<rt::Isa> parsed = rt::usable_isa(isa);
      if (!parsed.ok()) return Status::error("--isa: %s", parsed.message().c_str());
      arguments.network.isa = parsed.value();
    }
    if (target == &threads) {
      Result<int> parsed = rt::thread_count(threads, "--threads");
      if (!parsed.ok()) return parsed.take_status();
      arguments.network.threads = parsed.value();
    }
  }
  if (arguments.one_case.empty() != arguments.dump.empty()) return Status::error("--case and --dump go together");
  return arguments;
}

Status print(const std::vector<OperatorCases>& operators, const rt::NetworkOptions& options) {
  for (const OperatorCases& cases : operators) {
    for (int i = 0; i < cases.count(); ++i) {
      Result<Case> item = cases.make(i);
      if (!item.ok()) return item.take_status();
      Result<CaseRun> run = run_case(item.value(), options);
      if (!run.ok()) return run.take_status();
      for (const CaseValue& value : run.value().values) {
        std::printf("%s %s %016" PRIx64 "\n", item.value().name.c_str(), value.name.c_str(),
                    checksum(value.bytes.data(), value.bytes.size()));
      }
    }
  }
  return {};
}

Status dump(const std::vector<OperatorCases>& operators, const Arguments& arguments) {
  for (const OperatorCases& cases : operators) {
    for (int i = 0; i < cases.count(); ++i) {
      if (cases.op() + "/" + std::to_string(i) != arguments.one_case) continue;
      Result<Case> item = cases.make(i);
      if (!item.ok()) return item.take_status();
      Result<CaseRun> run = run_case(item.value(), arguments.network);
      if (!run.ok()) return run.take_status();
      MAGIK_RETURN_IF_ERROR(rt::make_directory(arguments.dump));
      for (const CaseValue& value : run.value().values) {
        const std::string path = arguments.dump + "/" + value.name + ".bin";
        MAGIK_RETURN_IF_ERROR(rt::write_file(path, value.bytes.data(), value.bytes.size()));
        std::printf("%s.bin %zu bytes %s\n", value.name.c_str(), value.bytes.size(), value.kernel.c_str());
      }
      return {};
    }
  }
  return Status::error("there is no case %s; --list shows the operators and their numbers of cases",
                       arguments.one_case.c_str());
}

Status run(const std::vector<std::string>& words) {
  Result<Arguments> parsed = parse(words);
  if (!parsed.ok()) return parsed.take_status();
  const Arguments& arguments = parsed.value();
  if (arguments.help) {
    std::fputs(kHelp, stdout);
    return {};
  }
  Result<std::vector<OperatorCases>> all = all_cases();
  if (!all.ok()) return all.take_status();
  std::vector<OperatorCases> chosen;
  for (const OperatorCases& cases : all.value()) {
    if (arguments.filter.empty() || arguments.filter == cases.op()) chosen.push_back(cases);
  }
  if (chosen.empty()) return Status::error("--filter: there is no operator %s", arguments.filter.c_str());
  if (arguments.list) {
    for (const OperatorCases& cases : chosen) std::printf("%-20s %4d cases\n", cases.op().c_str(), cases.count());
    return {};
  }
  if (arguments.compare) return compare(chosen);
  if (!arguments.one_case.empty()) return dump(chosen, arguments);
  return print(chosen, arguments.network);
}

}  // namespace
}  // namespace magik::check

int main(int argc, char** argv) {
  const magik::rt::Status status = magik::check::run({argv + 1, argv + argc});
  if (!status.ok()) std::fprintf(stderr, "ERROR: %s\n", status.message().c_str());
  return status.ok() ? 0 : 1;
}

#include "operators/compare.h"

#include <algorithm>
#include <cstdio>
#include <map>

#include "operators/run.h"
#include "venus/core/operator.h"

namespace magik::check {
namespace {

using rt::Isa;

constexpr int kMostThreads = 2;

// The operators' definitions, whatever the kernel list says.
const std::vector<rt::KernelEntry>& definitions() {
  static const std::vector<rt::KernelEntry> list = [] {
    std::vector<rt::KernelEntry> entries;
    for (const rt::Operator* op : rt::operator_list()) {
      entries.push_back({op->name, "definition", Isa::kReference, op->reference});
    }
    return entries;
  }();
  return list;
}

// The reference, and the instruction sets of the kernel list that this CPU has.
std::vector<Isa> usable_sets() {
  std::vector<Isa> sets = {Isa::kReference}, skipped;
  for (const rt::KernelEntry& entry : rt::kernel_list()) {
    std::vector<Isa>& list = rt::cpu_has(entry.isa) ? sets : skipped;
    if (std::count(list.begin(), list.end(), entry.isa) == 0) list.push_back(entry.isa);
  }
  for (const Isa isa : skipped) std::printf("SKIPPED: THIS CPU LACKS %s\n", rt::isa_name(isa));
  return sets;
}

class Comparison {
 public:
  Status run(const OperatorCases& cases) {
    for (int i = 0; i < cases.count(); ++i) {
      Result<Case> item = cases.make(i);
      if (!item.ok()) return item.take_status();
      rt::NetworkOptions options;
      options.isa = Isa::kReference;
      options.extra_kernels = &definitions();
      Result<CaseRun> expected = run_case(item.value(), options);
      if (!expected.ok()) return expected.take_status();
      for (const Isa isa : sets_) {
        for (int threads = 1; threads <= kMostThreads; ++threads) {
          MAGIK_RETURN_IF_ERROR(compare_one(item.value(), expected.value(), isa, threads));
        }
      }
      ++cases_;
    }
    return {};
  }

  // `operators`: those whose kernels had to be exercised.
  Status finish(const std::vector<OperatorCases>& operators) const {
    size_t unused = 0;
    for (const rt::KernelEntry& entry : rt::kernel_list()) {
      const auto same = [&](const OperatorCases& cases) { return cases.op() == entry.op; };
      if (std::none_of(operators.begin(), operators.end(), same) || !rt::cpu_has(entry.isa)) continue;
      const auto found = runs_of_.find({entry.op, entry.name});
      const int runs = found == runs_of_.end() ? 0 : found->second;
      std::printf("%-28s %-20s %5d runs\n", entry.name, entry.op, runs);
      if (runs > 0) continue;
      ++unused;
      std::printf("UNUSED: no case of %s chooses kernel %s: add one to tests/operators/cases\n", entry.op, entry.name);
    }
    std::printf("%d cases of %zu operators on", cases_, operators.size());
    for (const Isa isa : sets_) std::printf(" %s", rt::isa_name(isa));
    std::printf(", 1 and 2 threads: %d runs differ\n", differing_);
    if (differing_ > 0) return Status::error("%d runs differ from the operators' definitions", differing_);
    if (unused > 0) return Status::error("%zu kernels were chosen by no case", unused);
    return {};
  }

 private:
  Status compare_one(const Case& item, const CaseRun& expected, Isa isa, int threads) {
    rt::NetworkOptions options;
    options.isa = isa;
    options.threads = threads;
    Result<CaseRun> run = run_case(item, options);
    if (!run.ok()) return run.take_status();
    for (const KernelUse& use : run.value().kernels) ++runs_of_[{use.op, use.kernel}];
    for (size_t i = 0; i < expected.values.size(); ++i) {
      const CaseValue& value = run.value().values[i];
      const std::vector<uint8_t>& wanted = expected.values[i].bytes;
      if (value.bytes == wanted) continue;
      size_t at = 0;
      while (value.bytes[at] == wanted[at]) ++at;
      std::printf("DIFFERS: %s value %s, kernel %s, isa %s, %d threads: byte %zu of %zu is %d, expected %d\n",
                  item.name.c_str(), value.name.c_str(), value.kernel.c_str(), rt::isa_name(isa), threads, at,
                  wanted.size(), value.bytes[at], wanted[at]);
      ++differing_;
      break;  // what follows it in the case differs for that
    }
    return {};
  }

  const std::vector<Isa> sets_ = usable_sets();
  std::map<std::pair<std::string, std::string>, int> runs_of_;  // by operator and kernel
  int cases_ = 0;
  int differing_ = 0;  // runs
};

}  // namespace

Status compare(const std::vector<OperatorCases>& operators) {
  Comparison comparison;
  for (const OperatorCases& cases : operators) MAGIK_RETURN_IF_ERROR(comparison.run(cases));
  return comparison.finish(operators);
}

}  // namespace magik::check

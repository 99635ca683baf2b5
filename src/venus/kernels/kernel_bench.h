// For *_bench.cc files: runs one kernel on one node, on one thread.
#pragma once

#include <benchmark/benchmark.h>

#include "venus/core/test_util.h"

namespace magik::rt::test {

// `work`: what one run does, in units of 1e9; `unit` names its rate, e.g. "GMAC/s". The make_node function is called
// when the benchmark runs.
template <typename MakeNode>
void register_kernel_bench(const KernelEntry& entry, const std::string& name, double work, const char* unit,
                           const MakeNode& make_node) {
  const auto body = [=](benchmark::State& state) {
    TestNode node = make_node();
    // Kernels may read so much behind an input.
    for (OwnedTensor& input : node.inputs) input.bytes.resize(input.bytes.size() + 64);
    const NodeTensors tensors = node.tensors();
    Result<std::unique_ptr<Kernel>> created = entry.create(tensors);
    if (!created.ok() || !created.value()) return state.SkipWithError("the kernel declines this node");
    Kernel& kernel = *created.value();
    if (Status status = kernel.prepare(tensors); !status.ok()) return state.SkipWithError(status.message().c_str());
    std::vector<std::byte> scratch(kernel.scratch_bytes() + 64);
    const size_t misaligned = reinterpret_cast<uintptr_t>(scratch.data()) % 64;
    ThreadPool pool(1);
    const RunContext context{pool, scratch.data() + (64 - misaligned) % 64, kernel.scratch_bytes()};
    for (auto _ : state) kernel.run(tensors, context);
    state.counters[unit] = benchmark::Counter(work, benchmark::Counter::kIsIterationInvariantRate);
  };
  benchmark::RegisterBenchmark((std::string(entry.name) + "/" + name).c_str(), body)->Unit(benchmark::kMicrosecond);
}

}  // namespace magik::rt::test

#include "venus/core/kernel.h"

#include <algorithm>

#if defined(__x86_64__)
#include <cpuid.h>
#elif defined(__linux__)
#include <sys/auxv.h>
#endif

namespace magik::rt {

namespace kernels {
#define MAGIK_KERNEL(op, symbol, isa) Result<std::unique_ptr<Kernel>> symbol(const NodeTensors&);
#include "venus/kernels/kernels.inc"
#undef MAGIK_KERNEL
}  // namespace kernels

namespace {

struct IsaInfo {
  Isa isa;
  const char* name;
  Isa builds_on;
};

// From the most general to the best of each architecture.
constexpr IsaInfo kIsas[] = {
    {Isa::kReference, "reference", Isa::kReference},
    {Isa::kAvx2, "avx2", Isa::kReference},
    {Isa::kAvx512Vnni, "avx512vnni", Isa::kAvx2},
    {Isa::kMips32, "mips32", Isa::kReference},
    {Isa::kMsa, "msa", Isa::kMips32},
    {Isa::kNeon, "neon", Isa::kReference},
    {Isa::kDotprod, "dotprod", Isa::kNeon},
};

const IsaInfo& info(Isa isa) {
  return *std::find_if(std::begin(kIsas), std::end(kIsas), [&](const IsaInfo& entry) { return entry.isa == isa; });
}

#if defined(__x86_64__)

struct X86Features {
  bool avx2 = false;
  bool avx512vnni = false;
};

// The CPU must have the instructions and the operating system must save their registers (XCR0).
X86Features x86_features() {
  constexpr uint32_t kOsxsave = 1u << 27, kAvx = 1u << 28;                                            // leaf 1, ecx
  constexpr uint32_t kAvx2 = 1u << 5, kF = 1u << 16, kDq = 1u << 17, kBw = 1u << 30, kVl = 1u << 31;  // leaf 7, ebx
  constexpr uint32_t kVnni = 1u << 11;                                                                // leaf 7, ecx
  constexpr uint32_t kYmmState = 0x06, kZmmState = 0xe6;
  X86Features features;
  uint32_t eax, ebx, ecx, edx;
  if (!__get_cpuid(1, &eax, &ebx, &ecx, &edx) || (ecx & (kOsxsave | kAvx)) != (kOsxsave | kAvx)) return features;
  uint32_t xcr0, high;
  asm volatile("xgetbv" : "=a"(xcr0), "=d"(high) : "c"(0));
  if (!__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx)) return features;
  constexpr uint32_t kAvx512 = kF | kDq | kBw | kVl;
  features.avx2 = (ebx & kAvx2) != 0 && (xcr0 & kYmmState) == kYmmState;
  features.avx512vnni =
      features.avx2 && (ebx & kAvx512) == kAvx512 && (ecx & kVnni) != 0 && (xcr0 & kZmmState) == kZmmState;
  return features;
}

bool ask_cpu(Isa isa) {
  static const X86Features features = x86_features();
  if (isa == Isa::kAvx2) return features.avx2;
  return isa == Isa::kAvx512Vnni && features.avx512vnni;
}

#elif defined(__mips__)

bool ask_cpu(Isa isa) {
  constexpr unsigned long kHwcapMsa = 1ul << 1;
  return isa == Isa::kMips32 || (isa == Isa::kMsa && (getauxval(AT_HWCAP) & kHwcapMsa) != 0);
}

#elif defined(__aarch64__)

bool ask_cpu(Isa isa) {
  constexpr unsigned long kHwcapDotprod = 1ul << 20;
  return isa == Isa::kNeon || (isa == Isa::kDotprod && (getauxval(AT_HWCAP) & kHwcapDotprod) != 0);
}

#elif defined(__arm__)

bool ask_cpu(Isa isa) {
  constexpr unsigned long kHwcapNeon = 1ul << 12;
  return isa == Isa::kNeon && (getauxval(AT_HWCAP) & kHwcapNeon) != 0;
}

#else

bool ask_cpu(Isa) { return false; }

#endif

}  // namespace

const char* isa_name(Isa isa) { return info(isa).name; }

Result<Isa> isa_from_name(const std::string& name) {
  std::string known;
  for (const IsaInfo& entry : kIsas) {
    if (name == entry.name) return entry.isa;
    known += known.empty() ? "" : ", ";
    known += entry.name;
  }
  return Status::error("unknown instruction set '%s': expected one of %s", name.c_str(), known.c_str());
}

bool isa_includes(Isa isa, Isa other) {
  while (isa != other && isa != Isa::kReference) isa = info(isa).builds_on;
  return isa == other;
}

bool cpu_has(Isa isa) { return isa == Isa::kReference || ask_cpu(isa); }

bool build_has(Isa isa) {
  const std::vector<KernelEntry>& list = kernel_list();
  return isa == Isa::kReference ||
         std::any_of(list.begin(), list.end(), [&](const KernelEntry& entry) { return entry.isa == isa; });
}

Isa best_isa() {
  for (auto entry = std::rbegin(kIsas); entry != std::rend(kIsas); ++entry) {
    if (cpu_has(entry->isa) && build_has(entry->isa)) return entry->isa;
  }
  return Isa::kReference;
}

const std::vector<KernelEntry>& kernel_list() {
  static const std::vector<KernelEntry> list = {
#define MAGIK_KERNEL(op, symbol, isa) {#op, #symbol, Isa::isa, kernels::symbol},
#include "venus/kernels/kernels.inc"
#undef MAGIK_KERNEL
  };
  return list;
}

}  // namespace magik::rt

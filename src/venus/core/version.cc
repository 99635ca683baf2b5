#include "venus/core/version.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "revision.h"  // written by the build, see cmake/revision.cmake

namespace magik::rt {
namespace {

#if defined(__x86_64__)
constexpr char kArchitecture[] = "x86_64";
#elif defined(__mips__)
constexpr char kArchitecture[] = "mips";
#elif defined(__aarch64__)
constexpr char kArchitecture[] = "aarch64";
#elif defined(__arm__)
constexpr char kArchitecture[] = "arm";
#else
constexpr char kArchitecture[] = "unknown";
#endif

}  // namespace

std::string version_with_revision() {
  char text[64];
  std::snprintf(text, sizeof text, "%s(%08x_%s)", kVersion, static_cast<unsigned>(kVersionNumber), MAGIK_REVISION);
  return text;
}

std::string build_date() {
  // __DATE__ is "Jul 21 2022", __TIME__ "21:10:00".
  constexpr char kDate[] = __DATE__, kTime[] = __TIME__, kMonths[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
  const std::string month(kDate, 3);
  const int month_number = static_cast<int>((std::strstr(kMonths, month.c_str()) - kMonths) / 3) + 1;
  char text[64];
  std::snprintf(text, sizeof text, "%.4s%02d%02d-%.2s%.2s", kDate + 7, month_number, std::atoi(kDate + 4), kTime,
                kTime + 3);
  return text;
}

std::string build_platform() {
  char text[64];
#if defined(__UCLIBC__)
  std::snprintf(text, sizeof text, "%s uclibc %s", __VERSION__, kArchitecture);
#elif defined(__GLIBC__)
  std::snprintf(text, sizeof text, "%s glibc%d.%d %s", __VERSION__, __GLIBC__, __GLIBC_MINOR__, kArchitecture);
#else
  std::snprintf(text, sizeof text, "%s %s", __VERSION__, kArchitecture);
#endif
  return text;
}

}  // namespace magik::rt

// What the user chooses from outside the program: VENUS_ISA forces a kernel set, VENUS_NUM_THREADS the threads of a
// run; the flavours of the library have variables of their own.
#pragma once

#include <optional>
#include <string>

#include "venus/core/network.h"
#include "venus/core/status.h"

namespace magik::rt {

// A variable's value, `otherwise` where it is not set or empty.
std::string environment_variable(const char* name, const char* otherwise = "");

// Default options with the two variables applied, and what is given instead of them, which wins: its variable is not
// looked at. An unknown ISA name, one that this CPU or build lacks, and a number of threads out of 1..kMostThreads are
// errors.
Result<NetworkOptions> options_from_environment(std::optional<Isa> isa = {}, std::optional<int> threads = {});

// The named instruction set, if this CPU and this build have it.
Result<Isa> usable_isa(const std::string& name);
// A number of threads from its text; `what` ("VENUS_NUM_THREADS", "--threads") is for the message.
constexpr int kMostThreads = 256;
Result<int> thread_count(const std::string& text, const char* what);

}  // namespace magik::rt

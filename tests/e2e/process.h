// Runs the project's programs as a user does.
#pragma once

#include <string>
#include <vector>

namespace magik::e2e {

struct Finished {
  int status = -1;  // exit status; -1 where a signal ended the program
  std::string out, err;
};

// Waits for `command` (program first, looked up in PATH), which runs in `folder`.
Finished run_program(const std::vector<std::string>& command, const std::string& folder);

// While it lives, this process and the programs it starts have one CPU.
class OneCpu {
 public:
  OneCpu();
  ~OneCpu();
  OneCpu(const OneCpu&) = delete;
  OneCpu& operator=(const OneCpu&) = delete;

 private:
  std::vector<unsigned char> before_;  // a cpu_set_t
};

}  // namespace magik::e2e

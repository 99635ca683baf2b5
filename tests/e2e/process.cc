#include "process.h"

#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <memory>
#include <stdexcept>

namespace magik::e2e {
namespace {

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

File temporary_file() {
  File file(std::tmpfile(), std::fclose);
  if (!file) throw std::runtime_error("no temporary file");
  return file;
}

std::string content(std::FILE* file) {
  std::string text;
  char block[4096];
  std::rewind(file);
  for (size_t count; (count = std::fread(block, 1, sizeof block, file)) != 0;) text.append(block, count);
  return text;
}

}  // namespace

Finished run_program(const std::vector<std::string>& command, const std::string& folder) {
  const File out = temporary_file(), err = temporary_file();
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);

  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("cannot start another process");
  if (child == 0) {
    if (chdir(folder.c_str()) == 0 && dup2(fileno(out.get()), STDOUT_FILENO) >= 0 &&
        dup2(fileno(err.get()), STDERR_FILENO) >= 0) {
      execvp(arguments[0], arguments.data());
    }
    std::perror(arguments[0]);
    _exit(127);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, content(out.get()), content(err.get())};
}

OneCpu::OneCpu() {
  cpu_set_t all, one;
  sched_getaffinity(0, sizeof all, &all);
  before_.assign(sizeof all, 0);
  std::memcpy(before_.data(), &all, sizeof all);
  CPU_ZERO(&one);
  for (size_t cpu = 0; cpu < CPU_SETSIZE && CPU_COUNT(&one) == 0; ++cpu) {
    if (CPU_ISSET(cpu, &all)) CPU_SET(cpu, &one);
  }
  sched_setaffinity(0, sizeof one, &one);
}

OneCpu::~OneCpu() {
  cpu_set_t all;
  std::memcpy(&all, before_.data(), sizeof all);
  sched_setaffinity(0, sizeof all, &all);
}

}  // namespace magik::e2e

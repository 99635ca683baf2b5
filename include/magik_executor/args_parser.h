/// @file
/// The command line of small programs that run models.
#ifndef MAGIK_EXECUTOR_ARGS_PARSER_H_
#define MAGIK_EXECUTOR_ARGS_PARSER_H_

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace magik {
namespace transformkit {
namespace magikexecutor {

/// The words behind the program's name.
class ArgsParser {
 public:
  /// Of main()'s arguments.
  ArgsParser(int argc, const char* const* argv) : words_(argv + (argc > 0 ? 1 : 0), argv + argc) {}

  /// The number of words.
  size_t size() const { return words_.size(); }
  /// The word of an index from 0, which has to be there.
  const std::string& operator[](size_t index) const { return words_[index]; }

  /// The whole number that word `index` is. False, with one line in `error` that calls the word `name`, where it is
  /// none or not in [least, most].
  bool integer(size_t index, const char* name, int least, int most, int& value, std::string& error) const {
    const char* text = words_[index].c_str();
    char* end = nullptr;
    errno = 0;
    const long number = std::strtol(text, &end, 10);
    if (end == text || std::strlen(end) != 0 || errno != 0 || number < least || number > most) {
      error = std::string(name) + " is \"" + text + "\", expected a whole number from " + std::to_string(least) +
              " to " + std::to_string(most);
      return false;
    }
    value = static_cast<int>(number);
    return true;
  }

 private:
  std::vector<std::string> words_;
};

}  // namespace magikexecutor
}  // namespace transformkit
}  // namespace magik

#endif  // MAGIK_EXECUTOR_ARGS_PARSER_H_

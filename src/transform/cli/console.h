// The terminal: whole lines, and one progress line that is rewritten in place.
#pragma once

#include <cstdio>
#include <string>

namespace magik::transform::console {

// Writes `text` and a newline to `stream` (stdout or stderr) and flushes it, so that both streams keep their order in
// one file. A progress line on the terminal is erased first; its next show() brings it back. Safe from any thread.
void print_line(std::FILE* stream, const std::string& text);

// Whether progress lines can be rewritten: stdout is a terminal.
bool is_terminal();

// Rewrites the progress line on the terminal. `last` ends it with a newline.
void show_progress(const std::string& text, bool last);

}  // namespace magik::transform::console

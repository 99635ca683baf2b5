#!/bin/sh
# Each public header compiles alone, as C++11 without warnings, with each of the compilers that is there.
# usage: public_headers.sh INCLUDE_FOLDER COMPILER...
set -eu
folder=$1
shift
for compiler in "$@"; do
  command -v "$compiler" >/dev/null || { echo "not checked with $compiler, which is missing (setup.sh installs it)"; continue; }
  for header in $(cd "$folder" && find . -name '*.h'); do
    echo "#include \"${header#./}\"" |
      "$compiler" -std=c++11 -pedantic-errors -Wall -Wextra -Werror -fsyntax-only -I "$folder" -x c++ - ||
      { echo "$header does not compile with $compiler"; exit 1; }
  done
  echo "public headers compile with $compiler"
done

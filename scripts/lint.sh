#!/bin/sh
# clang-tidy over the sources that the release build compiles (.clang-tidy says which checks).
set -eu
cd "$(dirname "$0")/.."
for tool in clang-tidy clang-format; do
  command -v $tool >/dev/null || { echo "lint.sh: install clang-tidy, clang-format and libomp-dev" >&2; exit 1; }
done
# Flags that only GCC knows are no finding.
python3 -c 'import json; print("\n".join(sorted({c["file"] for c in json.load(open("build/compile_commands.json"))})))' |
  grep -E "^$PWD/(src|tools|samples)/" | grep -v -E '_(test|bench)\.cc$' |
  xargs -P "$(nproc)" -n 4 clang-tidy -p build --quiet --warnings-as-errors='*' --extra-arg=-Wno-unknown-warning-option

#!/bin/sh
# clang-tidy over the sources of the release build (.clang-tidy says which checks).
set -eu
cd "$(dirname "$0")/.."
command -v clang-tidy >/dev/null || { echo "lint.sh: install clang-tidy and clang-format" >&2; exit 1; }
git ls-files '*.cc' | grep -E '^(src|tools|samples)/' | grep -v -E '_(test|bench)\.cc$' |
  xargs -P "$(nproc)" -n 8 clang-tidy -p build --quiet --warnings-as-errors='*'

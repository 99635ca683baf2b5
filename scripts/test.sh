#!/bin/sh
# Runs the tests of a build folder and closes with a line that says how many passed.
# usage: scripts/test.sh BUILD_DIR [ctest arguments]
set -u
build=$1
shift
log="$build/test.log"
ctest --test-dir "$build" --output-on-failure -j "$(nproc)" "$@" 2>&1 | tee "$log"
# ctest's summary: "97% tests passed, 3 tests failed out of 100"
total=$(sed -n 's/.* tests failed out of \([0-9]*\)$/\1/p' "$log" | tail -n 1)
failed=$(sed -n 's/.*, \([0-9]*\) tests failed out of .*/\1/p' "$log" | tail -n 1)
skipped=$(grep -c '(Skipped)$' "$log")
[ -n "$total" ] || { echo "no test ran: see $log"; exit 1; }
[ "$skipped" -eq 0 ] || sed -n '/The following tests did not run:/,$p' "$log"
echo "$((total - failed - skipped)) passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$total" -gt "$skipped" ]

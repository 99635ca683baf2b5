#!/bin/bash
# run() under floating-point modes that a client has set gives the bytes of the default modes, with one thread and two.
# usage: modes.sh WORK CLIENT [EMULATOR...]
set -euo pipefail
work=$1 client=$2
shift 2
[ -x "$client" ] || { echo "NOT RUN: $client is missing: make boards builds it"; exit 77; }
expected=$(od -An -v -tx1 "$work/modes.1/y.bin" | tr -d ' \n')
for threads in 1 2; do
  lines=$(VENUS_NUM_THREADS=$threads "$@" "$client" "$work/modes.bin" "$work/modes.1.bin" 2>/dev/null) ||
    { echo "$lines"; exit 1; }
  [ "$(sort -u <<<"$lines")" = "$expected" ] ||
    { echo "with $threads threads, modes give other bytes. Expected:"; echo "$expected"; echo "$lines"; exit 1; }
  echo "$(wc -l <<<"$lines") rounding modes give the same bytes with $threads threads"
done

#!/bin/bash
# Counts the guest instructions of a network's run() on each kernel set of the boards and prints what the fast sets need
# in proportion to the plain ones. Fails where a proportion is above its bar.
# usage: run.sh MODEL INPUT.bin BOARDS       BOARDS: the folder of the board builds, build/boards
set -euo pipefail
model=$1 input=$2 boards=$3
[ -f "$model" ] || { echo "NOT RUN: $model is missing: it is made from the shared data"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
gcc -shared -fPIC -O2 -Wall -Wextra -Werror "$(dirname "$0")/count_instructions.c" -o "$work/plugin.so"

program() {  # REPEAT BOARD ISA EMULATOR...
  local repeat=$1 board=$2 isa=$3
  shift 3
  [ -x "$boards/$board/bin/magik-run" ] || { echo "NOT RUN: $board is missing: make boards builds it" >&2; exit 77; }
  "$@" -plugin "$work/plugin.so" -d plugin "$boards/$board/bin/magik-run" "$model" "$input" --isa "$isa" \
    --threads 1 --repeat "$repeat" 2>&1 >"$work/out" | sed -n 's/^INSTRUCTIONS //p'
}

declare -A counts
count() {  # BOARD ISA EMULATOR...: of one more run()
  local one two
  one=$(program 1 "$@")
  two=$(program 2 "$@")
  counts[$1.$2]=$((two - one))
  printf '%-12s %-10s %6d million instructions\n' "$1" "$2" $(((two - one) / 1000000))
}

failed=0
proportion() {  # FAST PLAIN BAR_IN_PERCENT
  local permille=$((counts[$1] * 1000 / counts[$2]))
  printf '%s needs 0.%03d of %s, the bar is 0.%02d\n' "$1" $permille "$2" "$3"
  [ $permille -le $(($3 * 10)) ] || failed=1
}

for isa in mips32 msa; do count mipsel-msa $isa qemu-mipsel -cpu P5600; done
for isa in reference neon dotprod; do count aarch64 $isa qemu-aarch64 -cpu max; done
for isa in reference neon; do count armhf $isa qemu-arm -cpu max; done
proportion mipsel-msa.msa mipsel-msa.mips32 35
proportion aarch64.neon aarch64.reference 35
proportion aarch64.dotprod aarch64.neon 60
exit $failed

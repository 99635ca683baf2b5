#!/bin/bash
# Compares a board build under an emulator with this machine's reference kernels: every value of a network, each kernel
# set of the board, one thread and two.
# usage: compare.sh WORK BOARD_BUILD NETWORK IMAGES KERNEL_SETS EMULATOR...
#   WORK         what prepare.sh has made
#   NETWORK      one of its networks, or "operators": the cases of operator_check
#   KERNEL_SETS  "all", or "fast": not the reference kernels where the board has others
# Exits with 77 where something is missing that not everybody has.
set -euo pipefail
work=$1 board=$2 network=$3 images=$4 sets=$5
shift 5

skip() {
  echo "NOT RUN: $1"
  exit 77
}
command -v "$1" >/dev/null || skip "$1 is missing (package qemu-user)"
[ -x "$board/bin/magik-run" ] || skip "$board/bin/magik-run is missing: make boards builds it"
[ "$network" = operators ] || [ -f "$work/$network.bin" ] ||
  skip "no shared data: set MAGIK_TEST_DATA, or put it at ../shared/data"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

compare_operators() {  # ISA THREADS
  "${emulator[@]}" "$board/bin/operator_check" --isa "$1" --threads "$2" >"$scratch/operators"
  diff "$work/operators" "$scratch/operators" >"$scratch/difference" ||
    { echo "operators differ on $1 with $2 threads:"; head -n 20 "$scratch/difference"; exit 1; }
  echo "$(wc -l <"$work/operators") values of operators are equal on $1 with $2 threads"
}

compare_network() {  # ISA THREADS
  for ((image = 1; image <= images; ++image)); do
    rm -rf "$scratch/dump"
    "${emulator[@]}" "$board/bin/magik-run" "$work/$network.bin" "$work/$network.$image.bin" --isa "$1" --threads "$2" \
      --dump "$scratch/dump" >/dev/null
    (cd "$scratch/dump" && md5sum --quiet --check "$work/$network.$image.md5") ||
      { echo "these values of $network differ on $1 with $2 threads, input $image"; exit 1; }
    echo "$(wc -l <"$work/$network.$image.md5") values are equal on $1 with $2 threads, input $image"
  done
}

emulator=("$@")
isas=$("${emulator[@]}" "$board/bin/magik-run" --list-kernels | grep -v 'not on this CPU' | awk '{print $3}' | sort -u)
[ -n "$isas" ] || { echo "magik-run --list-kernels names no kernel set"; exit 1; }
[ "$sets" = all ] || [ "$isas" = reference ] || isas=$(grep -v '^reference$' <<<"$isas")
for isa in $isas; do
  for threads in 1 2; do
    if [ "$network" = operators ]; then compare_operators "$isa" $threads; else compare_network "$isa" $threads; fi
  done
done

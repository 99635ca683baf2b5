#!/bin/bash
# Compares a board build under an emulator with this machine's reference kernels: every value of a network, each kernel
# set of the board, one thread and two.
# usage: compare.sh WORK BOARD_BUILD NETWORK IMAGES KERNEL_SETS EMULATOR...
#   WORK         what prepare.sh has made
#   NETWORK      one of its networks; "operators": the cases of operator_check; "images": those of image_check
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
[ "$network" = operators ] || [ "$network" = images ] || [ -f "$work/$network.bin" ] ||
  skip "no shared data: set MAGIK_TEST_DATA, or put it at ../shared/data"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

expect_equal() {  # NAME SETTING: lines that a program has printed
  diff "$work/$1" "$scratch/$1" >"$scratch/difference" ||
    { echo "$1 differ on $2:"; head -n 20 "$scratch/difference"; exit 1; }
  echo "$(wc -l <"$work/$1") values of $1 are equal on $2"
}

compare_operators() {  # ISA THREADS
  "${emulator[@]}" "$board/bin/operator_check" --isa "$1" --threads "$2" >"$scratch/operators"
  expect_equal operators "$1 with $2 threads"
}

compare_images() {  # ISA
  VENUS_ISA=$1 "${emulator[@]}" "$board/bin/image_check" >"$scratch/images" 2>"$scratch/messages" ||
    { cat "$scratch/messages"; exit 1; }
  expect_equal images "$1"
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
  [ "$network" = digits ] || return 0  # the golden test in the model, once
  "${emulator[@]}" "$board/bin/magik-run" --self-test "$work/$network.bin" --isa "$1" --threads "$2"
}

emulator=("$@")
isas=$("${emulator[@]}" "$board/bin/magik-run" --list-kernels | grep -v 'not on this CPU' | awk '{print $3}' | sort -u)
[ -n "$isas" ] || { echo "magik-run --list-kernels names no kernel set"; exit 1; }
[ "$sets" = all ] || [ "$isas" = reference ] || isas=$(grep -v '^reference$' <<<"$isas")
for isa in $isas; do
  for threads in 1 2; do
    case $network in
      operators) compare_operators "$isa" $threads ;;
      images) compare_images "$isa" ;;
      *) compare_network "$isa" $threads ;;
    esac
  done
done

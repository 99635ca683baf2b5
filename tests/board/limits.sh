#!/bin/bash
# What a MIPS board has to offer at most: the size of the stripped library, and the memory that magik-run takes for
# EfficientNet-Lite0 at its peak. Prints both, fails above.
# usage: limits.sh WORK BOARD_BUILD STRIP EMULATOR...
set -euo pipefail
work=$1 board=$2 strip=$3
shift 3
max_library=1500000 max_memory=12000000  # bytes; the model file comes on top

[ -f "$board/lib/libvenus.so" ] || { echo "NOT RUN: $board is missing: make boards builds it"; exit 77; }
library=$(mktemp)
trap 'rm -f "$library"' EXIT
"$strip" -o "$library" "$board/lib/libvenus.so"
bytes=$(stat -c %s "$library")
echo "libvenus.so, stripped: $bytes bytes, allowed are $max_library"
[ "$bytes" -lt $max_library ]

model=$work/efficientnet_lite0
[ -f "$model.bin" ] || { echo "NOT RUN: no shared data, so that magik-run's memory is not measured"; exit 77; }
bytes=$("$(dirname "$0")/guest_memory.py" "$@" "$board/bin/magik-run" "$model.bin" "$model.1.bin" --isa mips32)
allowed=$((max_memory + $(stat -c %s "$model.bin")))
echo "magik-run, EfficientNet-Lite0: $bytes bytes resident at the peak, allowed are $allowed"
[ "$bytes" -lt $allowed ]

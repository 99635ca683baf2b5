#!/bin/sh
# Runs a board build under an emulator: the runtime's own tests, then the bundled network, each of whose nodes must have
# the bytes that this machine's reference kernels give, on every kernel set of the board and with one and two threads.
# Exits with 77 where the board is not built.
# usage: compare.sh BOARD_BUILD HOST_BIN SOURCE EMULATOR...
set -eu
board=$1 host=$2 source=$3
shift 3

missing() {
  echo "NOT RUN: $1 is missing; make boards builds for boards, make test-boards their tests too"
  exit 77
}
command -v "$1" >/dev/null || missing "$1 (package qemu-user)"
[ -x "$board/bin/magik-run" ] || missing "$board/bin/magik-run"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat >"$work/config.json" <<EOF
{"SOC": "PC", "MEAN": [127.5], "NORMAL": [127.5], "COLOR": ["GRAY"],
 "QUANT_DATASET_PATH": "$source/models/digits/calibration"}
EOF
"$host/magik-transform-tools" -i "$source/models/digits/digits.onnx" -o "$work/digits.mk.h" -cfg "$work/config.json" \
  >"$work/conversion.log" 2>&1 || { cat "$work/conversion.log"; exit 1; }
head -c 64 "$source/models/digits/digits.onnx" >"$work/input.bin"  # an 8x8 picture as good as any

"$host/magik-run" "$work/digits.bin" "$work/input.bin" --isa reference --dump "$work/expected" >/dev/null
(cd "$work/expected" && md5sum ./*) >"$work/expected.md5"

for isa in $("$@" "$board/bin/magik-run" --list-kernels | awk '{print $3}' | sort -u); do
  for threads in 1 2; do
    "$@" "$board/bin/magik-run" "$work/digits.bin" "$work/input.bin" --isa "$isa" --threads $threads \
      --dump "$work/$isa.$threads" >/dev/null
    (cd "$work/$isa.$threads" && md5sum --quiet --check "$work/expected.md5") ||
      { echo "these nodes differ on $isa with $threads threads"; exit 1; }
    echo "$(wc -l <"$work/expected.md5") nodes are equal on $isa with $threads threads"
  done
done

[ -x "$board/bin/venus_test" ] || missing "$board/bin/venus_test"
"$@" "$board/bin/venus_test" --gtest_brief=1 2>"$work/messages" || { cat "$work/messages"; exit 1; }

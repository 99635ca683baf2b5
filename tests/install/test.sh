#!/bin/sh
# Installs a build, moves the copy to another folder, and there builds and runs programs against it that are outside of
# the project's tree: by the CMake package and by pkg-config, with the shared and the static libraries.
# usage: test.sh BUILD SOURCE CMAKE CXX
set -eu
build=$1 source=$2 cmake=$3 cxx=$4

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
quietly() { "$@" >"$work/log" 2>&1 || { echo "failed: $*"; cat "$work/log"; exit 1; }; }
expect() { # expect TEXT COMMAND...
  text=$1
  shift
  output=$("$@" 2>"$work/log") || { echo "failed: $*"; cat "$work/log"; exit 1; }
  [ "$output" = "$text" ] || { echo "$* gives '$output', expected '$text'"; exit 1; }
}

quietly "$cmake" --install "$build" --prefix "$work/first"
mv "$work/first" "$work/copy"
copy=$work/copy
! grep -rlI "$work/first\|$source\|$build" "$copy" || { echo "these files name folders of the build"; exit 1; }

# Tools find libraries beside them.
unset LD_LIBRARY_PATH
for tool in "$copy"/bin/*; do
  ! ldd "$tool" | grep "not found" || { echo "$tool lacks libraries"; exit 1; }
done
cat >"$work/config.json" <<CONFIG
{"SOC": "PC", "MEAN": [127.5], "NORMAL": [127.5], "COLOR": ["GRAY"],
 "QUANT_DATASET_PATH": "$source/models/digits/calibration"}
CONFIG
quietly "$copy/bin/magik-transform-tools" -i "$source/models/digits/digits.onnx" -o "$work/digits.mk.h" \
  -cfg "$work/config.json"

cp -r "$source/tests/install/client" "$work/client"
quietly "$cmake" -S "$work/client" -B "$work/client/build" -DCMAKE_PREFIX_PATH="$copy" -DCMAKE_CXX_COMPILER="$cxx"
quietly "$cmake" --build "$work/client/build"
for client in venus venus_profile venus_debug venus_nmem static; do
  (mkdir -p "$work/run" && cd "$work/run" &&
    "$work/client/build/${client}_client" "$work/digits.bin" >"$work/out" 2>"$work/log") ||
    { echo "failed: ${client}_client"; cat "$work/log"; exit 1; }
  grep -qx "libvenus sees a 3" "$work/out" || { echo "${client}_client gives:"; cat "$work/out"; exit 1; }
done
expect "the executor sees a 3" "$work/client/build/executor_client" "$work/digits.bin"

export PKG_CONFIG_PATH="$copy/lib/pkgconfig"
client=$source/tests/install/client/venus_client.cc
quietly "$cxx" -std=c++11 -Wall -Wextra -Werror "$client" -o "$work/shared" $(pkg-config --cflags --libs venus)
expect "libvenus sees a 3" env LD_LIBRARY_PATH="$copy/lib" "$work/shared" "$work/digits.bin"
quietly "$cxx" -std=c++11 -static "$client" -o "$work/static" $(pkg-config --static --cflags --libs venus)
expect "libvenus sees a 3" "$work/static" "$work/digits.bin"
echo "the installed copy serves CMake and pkg-config"

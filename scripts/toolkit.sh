#!/bin/sh
# Lays out the toolkit as its guide has it, from what is built:
#
#   TransformKit/                    the converter and its companions, the PC executor with its headers
#   InferenceKit/PLATFORM/           headers and libvenus, in four flavours, of the PC and of each board that is built
#   Models/post/NET/                 samples: model, calibration set, configs, conversion scripts, programs for the board
#
# usage: toolkit.sh [BUILD [BOARDS [DESTINATION]]]   (build, BUILD/boards, dist/magik-toolkit)
set -eu
source=$(cd "$(dirname "$0")/.." && pwd)
build=$(cd "${1:-$source/build}" && pwd)
boards=${2:-$build/boards}
kit=${3:-$source/dist/magik-toolkit}
post=$kit/Models/post

die() { echo "toolkit.sh: $1" >&2; exit 1; }
[ -x "$build/bin/magik-transform-tools" ] || die "$build/bin/magik-transform-tools is missing; run make first"
stb=$(find /usr/include/stb -name stb_image.h 2>/dev/null | head -n 1)
[ -n "$stb" ] || die "stb_image.h is missing; install Debian's package libstb-dev"

[ ! -e "$kit" ] || [ -d "$kit/TransformKit" ] || die "$kit is there and is no toolkit; name a new folder, or remove it"
rm -rf "$kit"
mkdir -p "$kit/TransformKit" "$post"

# install_runtime BUILD KIT LIBRARIES: headers and libraries of one platform
install_runtime() {
  mkdir -p "$kit/InferenceKit/$2/include" "$kit/InferenceKit/$2/$3"
  cp -r "$source"/include/venus/. "$kit/InferenceKit/$2/include"
  cp "$1"/lib/libvenus* "$kit/InferenceKit/$2/$3"
  # Makefiles of some boards name libraries of the vendor's drivers; nothing of them is needed.
  for name in aip drivers protobuf protobuf-lite; do ar rc "$kit/InferenceKit/$2/$3/lib$name.a"; done
}

for tool in magik-transform-tools magik-run magik-inspect magik-data-check; do cp "$build/bin/$tool" "$kit/TransformKit"; done
mkdir -p "$kit/TransformKit/lib" "$kit/TransformKit/include"
cp "$build"/lib/libmagikExecutor.so* "$kit/TransformKit/lib"
cp -r "$source/include/magik_executor" "$kit/TransformKit/include"
cp -r "$source/python" "$kit/TransformKit"
install_runtime "$build" pc lib
for board in aarch64 armhf; do
  [ ! -e "$boards/$board/lib/libvenus.so" ] || install_runtime "$boards/$board" $board lib
done
mips=nna1/mips720-glibc229
if [ -e "$boards/mipsel/lib/libvenus.so" ]; then
  install_runtime "$boards/mipsel" $mips lib/glibc
  echo "Built with Debian's mipsel-linux-gnu-g++ against glibc." >"$kit/InferenceKit/$mips/lib/glibc/readme.txt"
  if [ -e "$boards/ingenic/lib/libvenus.so" ]; then
    install_runtime "$boards/ingenic" $mips lib/uclibc
  else
    install_runtime "$boards/mipsel" $mips lib/uclibc
    echo "These are the libraries of ../glibc, for QEMU and Debian's mipsel-linux-gnu-g++. For a board that has uClibc, build" \
      "with the vendor's tool chain (make boards-ingenic, see docs/boards.md) and lay out the toolkit again." \
      >"$kit/InferenceKit/$mips/lib/uclibc/readme.txt"
  fi
fi

# sample NET MODEL: what the samples share, and the programs that convert and run
sample() {
  net=$1 program=$post/$1/venus_sample_$1
  mkdir -p "$post/$net/cfg" "$program/stb"
  cp "$2" "$post/$net/$net.onnx"
  for soc in T40 T41 X2500 A1; do
    lower=$(echo $soc | tr '[:upper:]' '[:lower:]')
    fill() { sed -e "s/@SOC@/$soc/g; s/@soc@/$lower/g; s/@NET@/$net/g" "$1" >"$2"; }
    fill "$source/toolkit/$net/cfg.json" "$post/$net/cfg/magik_$lower.cfg"
    fill "$source/toolkit/sample/run.sh" "$post/$net/run_$lower.sh"
    chmod +x "$post/$net/run_$lower.sh"
  done
  sed "s/@NET@/$net/g" "$source/toolkit/sample/Makefile" >"$program/Makefile"
  cp -r "$source/toolkit/sample/makefile_files" "$program"
  cp "$source"/toolkit/sample/image.* "$source/toolkit/$net"/*.cpp "$program"
  find "$source/toolkit/$net" -name '*.h' -exec cp {} "$program" \;
  cp "$source/toolkit/$net/readme.md" "$program"
  cp "$stb" "$program/stb"
}

sample resnet18 "$source/models/resnet18_digits/resnet18_digits.onnx"
cp -r "$source/models/resnet18_digits/calibration" "$post/resnet18/Val_2012_Images_part"
cp "$source"/models/resnet18_digits/test/* "$post/resnet18/venus_sample_resnet18"

sample yolov5s "$source/models/yolov5s_scenes/yolov5s.onnx"
cp -r "$source/models/yolov5s_scenes/calibration" "$post/yolov5s/quant_data"
cp "$source/models/yolov5s_scenes/labels.txt" "$post/yolov5s"
cp "$source"/models/yolov5s_scenes/test/* "$post/yolov5s/venus_sample_yolov5s"

cp -r "$source/samples/pc_inference" "$post"

echo "toolkit.sh: $kit"

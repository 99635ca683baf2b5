#!/bin/sh
# Installs the Debian packages that building, testing and the demo need. Does nothing where all of them are there.
# As root, or with sudo.
# usage: setup.sh [demo|lint|docs]
#   demo: only what `make` and `make demo` need, without cross compilers, emulator and samples' image reader
#   lint, docs: what `make demo` needs, and the tools of `make lint` or `make docs`
set -eu

packages="
  g++ make cmake ninja-build ccache pkg-config git ca-certificates
  libprotobuf-dev protobuf-compiler libonnx-dev libdnnl-dev
  libflatbuffers-dev flatbuffers-compiler
  nlohmann-json3-dev libcli11-dev libfmt-dev
  libjpeg62-turbo-dev libpng-dev
  libgtest-dev libgmock-dev libbenchmark-dev libsimde-dev
  python3 python3-numpy python3-onnx python3-pip
"
case "${1:-}" in
  demo) ;;
  lint) packages="$packages clang-format clang-tidy libomp-dev" ;;
  docs) packages="$packages doxygen graphviz" ;;
  "") packages="$packages
    g++-mipsel-linux-gnu g++-aarch64-linux-gnu g++-arm-linux-gnueabihf qemu-user libstb-dev" ;;
  *) echo "setup.sh: unknown argument '$1', expected demo, lint, docs or nothing" >&2; exit 1 ;;
esac

missing=""
for package in $packages; do
  case "$(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null || true)" in
    ii*) ;;
    *) missing="$missing $package" ;;
  esac
done
[ -n "$missing" ] || exit 0

sudo=""
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "setup.sh: run it as root, or install sudo; missing packages:$missing" >&2; exit 1; }
  sudo="sudo"
fi
echo "setup.sh: installing$missing"
$sudo apt-get update -q
$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing

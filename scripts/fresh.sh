#!/bin/bash
# Proves that the README's two commands are all that a new machine needs: makes a minimal Debian 12 in a folder, copies a
# clean clone into it and runs the commands there, as printed in the README between the "fresh" marks.
# usage: scripts/fresh.sh [FOLDER]       needs: root, debootstrap, network access to Debian's packages and PyPI
set -euo pipefail
top=$(git -C "$(dirname "$0")" rev-parse --show-toplevel)
folder=${1:-/var/tmp/magik-fresh}
[ "$(id -u)" -eq 0 ] || { echo "fresh.sh: needs root for debootstrap and chroot" >&2; exit 1; }
command -v debootstrap >/dev/null || { echo "fresh.sh: install debootstrap" >&2; exit 1; }

cleanup() { umount "$folder/proc" "$folder/dev" 2>/dev/null || true; rm -rf --one-file-system "$folder"; }
trap cleanup EXIT
cleanup

debootstrap --variant=minbase bookworm "$folder" http://deb.debian.org/debian
mount -t proc proc "$folder/proc"
mount --bind /dev "$folder/dev"
cp /etc/resolv.conf "$folder/etc/resolv.conf"
git clone -q "$top" "$folder/root/magik"
rm -rf "$folder/root/magik/.git"

# A network whose packages come through a proxy with a certificate of its own needs that certificate inside, too.
environment=(HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8)
if [ -n "${PIP_CERT:-}" ]; then
  cp "$PIP_CERT" "$folder/root/ca.crt"
  environment+=(PIP_CERT=/root/ca.crt)
fi

mapfile -t commands < <(sed -n '/<!-- fresh -->/,/<!-- \/fresh -->/s/^    //p' "$top/README.md")
[ "${#commands[@]}" -eq 2 ] || { echo "fresh.sh: README.md should mark two commands, found ${#commands[@]}" >&2; exit 1; }
for command in "${commands[@]}"; do
  echo "== fresh machine: $command"
  start=$SECONDS
  chroot "$folder" env -i "${environment[@]}" sh -ec "cd /root/magik; $command"
  echo "== took $((SECONDS - start)) s"
done

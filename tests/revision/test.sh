#!/bin/sh
# The header with the revision follows commits, and is left alone where there was none.
# usage: test.sh SOURCE CMAKE
set -eu
source=$1 cmake=$2

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export GIT_CONFIG_GLOBAL=/dev/null GIT_CEILING_DIRECTORIES="$work"
unset GIT_DIR GIT_WORK_TREE
header=$work/revision.h
write() { "$cmake" -DSOURCE="$work/tree" -DHEADER="$header" -P "$source/cmake/revision.cmake"; }
commit() { git -C "$work/tree" -c user.name=x -c user.email=x@x commit -q --allow-empty -m "$1"; }
expect() { # expect REVISION
  grep -qx "#define MAGIK_REVISION \"$1\"" "$header" || { echo "expected $1:"; cat "$header"; exit 1; }
}
current() { git -C "$work/tree" rev-parse --short HEAD; }

mkdir "$work/tree"
write
expect unknown
git init -q "$work/tree"
commit first
write
expect "$(current)"
touch -d 2000-01-01 "$header"
write
[ -z "$(find "$header" -newermt 2000-01-02)" ] || { echo "the header was written again without need"; exit 1; }
commit second
write
expect "$(current)"

#!/usr/bin/env bash
# Provides what NativeAOT links with: a C compiler and the headers of zlib. Where a compiler is on PATH there is nothing to do; root
# on a machine with apt gets one installed, from lists of its own, so that it does not matter whether apt has any. Ends with an error
# and a hint if neither is possible.
set -euo pipefail

command -v clang > /dev/null || command -v gcc > /dev/null && exit 0

packages=(gcc libc6-dev zlib1g-dev)
hint="install one, such as by 'apt-get update && apt-get install ${packages[*]}' as root"
if ! command -v apt-get > /dev/null || [[ $(id -u) -ne 0 ]]; then
  echo "c-compiler.sh: NativeAOT needs a C compiler (clang or gcc), and there is none on PATH: $hint" >&2
  exit 1
fi

echo "  no C compiler on PATH: installing ${packages[*]} by apt" >&2
work=$(mktemp -d)
log=$(mktemp)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial"
apt() {
  DEBIAN_FRONTEND=noninteractive apt-get -q -o Dir::State::lists="$work/lists" -o Dir::Cache::pkgcache="" -o Dir::Cache::srcpkgcache="" \
    -o APT::Sandbox::User="" "$@" >> "$log" 2>&1
}
if ! apt update || ! apt install -y "${packages[@]}"; then
  echo "c-compiler.sh: apt could not install a C compiler (what it said is in $log): $hint" >&2
  exit 1
fi
rm -f "$log"

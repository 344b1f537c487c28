#!/usr/bin/env bash
# Provides the real servers that the tests run against, and prints one line for each: name, version, path.
#
#   redis-7.0    Debian bookworm   the oldest server that is supported
#   redis-8.0    Debian trixie
#   valkey-9.1   Debian sid
#
# Each server lands in its own folder of the cache, with every shared library it needs, and starts through that folder's
# own dynamic linker: nothing is installed and the machine's release does not matter. The folder holds `redis-server`,
# `redis-cli` and `redis-benchmark`; what valkey calls valkey-… has these names too. Calling this again costs
# milliseconds, and several callers at once wait for the first.
#
#   TYPEDREDIS_SERVERS        the cache folder (default: ${XDG_CACHE_HOME:-$HOME/.cache}/typedredis/servers)
#
# Arguments: the names of the wanted servers (default: all). What is tried, in this order: the cache, Debian's archive (at the
# addresses in this machine's package sources; they need not have been read before), a fitting `redis-server` or
# `valkey-server` on PATH. Each step goes to the standard error. Ends with an error and a hint if a server could not be had.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=servers/apt-sources.sh
. "$here/servers/apt-sources.sh"
# shellcheck source=servers/debian-archive.sh
. "$here/servers/debian-archive.sh"

cache=${TYPEDREDIS_SERVERS:-${XDG_CACHE_HOME:-$HOME/.cache}/typedredis/servers}
all_names=(redis-7.0 redis-8.0 valkey-9.1)

release_of() {
  case $1 in
    redis-7.0) echo bookworm ;;
    redis-8.0) echo trixie ;;
    valkey-9.1) echo sid ;;
    *) echo "servers.sh: unknown server '$1' (known: ${all_names[*]})" >&2; return 1 ;;
  esac
}

# The product's name is also the prefix of its packages and programs.
product_of() { echo "${1%-*}"; }

# Prints the number in "Redis server v=7.0.15 sha=…" or "Valkey server v=9.1.0 sha=…".
version_of() { "$1" --version | sed -n 's/.*v=\([0-9][0-9.]*\).*/\1/p'; }

report() { printf '%-11s %-8s %s\n' "$1" "$(cat "$cache/$1/version")" "$cache/$1/redis-server"; }

# Tells what is tried for server $1.
say() { echo "  $1: $2" >&2; }

# Writes the program $2 of folder $1: a script that becomes the unpacked program $3, so that its pid is the server's own.
write_wrapper() {
  local folder=$1 name=$2 program=$3 linker libraries
  [[ -e $folder/root/usr/bin/$program ]] || return 0
  linker=$(cd "$folder" && find root -name 'ld-linux*.so.*' | head -n 1)
  libraries=$(cd "$folder" && find root -path '*/lib*' -name '*.so.*' ! -path 'root/etc/*' -printf '$here/%h\n' | sort -u | paste -sd : -)
  [[ -n $linker ]] || { echo "no dynamic linker among the unpacked packages" >&2; return 1; }
  cat > "$folder/$name" <<WRAPPER
#!/bin/sh
here=\${0%/*}
exec "\$here/$linker" --library-path "$libraries" "\$here/root/usr/bin/$program" "\$@"
WRAPPER
  chmod +x "$folder/$name"
}

# Unpacks server $1 from Debian's archive into the folder $2. The log of apt is $cache/$1.log.
from_archive() {
  local name=$1 folder=$2 release product addresses address tool
  release=$(release_of "$name") product=$(product_of "$name")
  if ! command -v apt-get > /dev/null || ! command -v dpkg > /dev/null; then
    say "$name" "no Debian archive: this machine has no apt"
    return 1
  fi
  if ! addresses=$(archive_addresses); then
    say "$name" "no Debian archive among this machine's package sources"
    return 1
  fi
  for address in $addresses; do
    say "$name" "reading $release from a Debian archive among this machine's package sources"
    if unpack_packages "$folder" "$release" "$address" "$product-server" "$product-tools" >> "$cache/$name.log" 2>&1; then
      for tool in server cli benchmark; do
        write_wrapper "$folder" "redis-$tool" "$product-$tool" || return 1
        [[ $product = redis ]] || ln -sf "redis-$tool" "$folder/$product-$tool"
      done
      return 0
    fi
    say "$name" "not to be had from that archive; what apt said is in $cache/$name.log"
  done
  return 1
}

# Links server $1 into folder $2 from PATH, if the version there is the wanted one.
from_path() {
  local name=$1 folder=$2 product path tool version
  product=$(product_of "$name")
  if ! path=$(command -v "$product-server"); then
    say "$name" "no $product-server on PATH"
    return 1
  fi
  version=$(version_of "$path")
  if [[ $version != "${name#*-}".* ]]; then
    say "$name" "the $product-server on PATH has version ${version:-unknown}"
    return 1
  fi
  say "$name" "taking the $product-server on PATH"
  mkdir -p "$folder"
  for tool in server cli benchmark; do
    if path=$(command -v "$product-$tool"); then ln -sf "$path" "$folder/redis-$tool"; fi
  done
}

provide() {
  local name=$1 folder=$cache/$1.new.$$ version
  # shellcheck disable=SC2064  # the name as it is now
  trap "rm -rf '$folder'" EXIT
  rm -rf "$cache/$name".new.* "$cache/$name.log"
  if ! from_archive "$name" "$folder"; then
    rm -rf "$folder"
    from_path "$name" "$folder" || return 1
  fi
  # Only a server that runs is worth keeping.
  version=$(version_of "$folder/redis-server")
  [[ -n $version ]] || { say "$name" "does not start, see $cache/$name.log"; return 1; }
  [[ $version = "${name#*-}".* ]] || say "$name" "Debian's $(release_of "$name") has version $version by now"
  echo "$version" > "$folder/version"
  rm -rf "${cache:?}/$name" && mv "$folder" "$cache/$name"
  rm -f "$cache/$name.log"
}

# Tells what helps if a server is missing; the names of the missing ones are the arguments.
hint() {
  local name
  {
    echo "servers.sh: not to be had here: $*. One of these helps:"
    if command -v apt-get > /dev/null; then
      echo "  - a Debian archive in /etc/apt/sources.list or sources.list.d, and a network in which 'apt-get update' succeeds"
    fi
    for name in "$@"; do
      echo "  - a $(product_of "$name")-server of version ${name#*-} on PATH (for $name)"
    done
    echo "  - TYPEDREDIS_SERVERS=FOLDER, with the folders that this script made on another machine of the same architecture"
  } >&2
}

names=("$@")
[[ ${#names[@]} -gt 0 ]] || names=("${all_names[@]}")
missing=()
for name in "${names[@]}"; do
  release_of "$name" > /dev/null
  [[ -s $cache/$name/version ]] || missing+=("$name")
done

if [[ ${#missing[@]} -gt 0 ]]; then
  echo "Not in the cache ($cache) yet: ${missing[*]}" >&2
  mkdir -p "$cache"
  cache=$(cd "$cache" && pwd)
  if command -v flock > /dev/null; then
    exec 9> "$cache/.lock"
    flock 9
  fi
  jobs=()
  for name in "${missing[@]}"; do
    # Another caller may have provided it while this one waited for the lock.
    [[ -s $cache/$name/version ]] && continue
    (provide "$name") &
    jobs+=($!)
  done
  for job in "${jobs[@]}"; do wait "$job" || true; done
fi

absent=()
for name in "${names[@]}"; do
  if [[ -s $cache/$name/version ]]; then report "$name"; else absent+=("$name"); fi
done
if [[ ${#absent[@]} -gt 0 ]]; then
  hint "${absent[@]}"
  exit 1
fi

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
# Arguments: the names of the wanted servers (default: all). Ends with an error if one of them could not be provided by
# Debian's archive and no fitting `redis-server` or `valkey-server` is on PATH.
set -euo pipefail

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

# Prints the address of the Debian archive that this machine already uses, security and update suites left aside.
archive_address() {
  command -v apt-get >/dev/null && command -v dpkg >/dev/null || return 1
  local releases='bookworm|trixie|forky|duke|sid|bullseye|oldoldstable|oldstable|stable|testing|unstable'
  apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' 2>/dev/null |
    awk -v releases="^($releases)\$" '$2 ~ releases && $3 == "main" { print $1; exit }' |
    grep .
}

# apt with lists, package cache and archives of its own below $1. The machine's own settings (proxies, transports) hold.
apt_in() {
  local state=$1; shift
  local program=$1; shift
  "$program" -q -q \
    -o Dir::Etc::sourcelist="$state/sources.list" -o Dir::Etc::sourceparts=/dev/null \
    -o Dir::Etc::trusted=/dev/null -o Dir::Etc::trustedparts=/dev/null \
    -o Dir::State="$state" -o Dir::State::lists="$state/lists" -o Dir::State::status="$state/status" \
    -o Dir::Cache="$state/cache" -o Dir::Cache::archives="$state/cache/archives" \
    -o Dir::Cache::pkgcache="pkgcache.bin" -o Dir::Cache::srcpkgcache="" \
    -o Acquire::Languages=none -o Acquire::GzipIndexes=false -o Acquire::Retries=2 \
    -o APT::Sandbox::User="" -o APT::Get::List-Cleanup=false -o Debug::NoLocking=true \
    "$@"
}

# A source list for release $2 at address $3, trusting the keys in file $4, in the state folder $1.
prepare_state() {
  mkdir -p "$1/lists/partial" "$1/cache/archives/partial"
  : > "$1/status"
  echo "deb [signed-by=$4 target=Packages arch=$(dpkg --print-architecture)] $3 $2 main" > "$1/sources.list"
}

# Every Debian archive key this machine trusts, in one file that apt accepts.
machine_keys() {
  local file found=1
  for file in /usr/share/keyrings/debian-archive*.gpg /etc/apt/trusted.gpg.d/debian-archive*.gpg; do
    if [[ -s $file ]]; then cat "$file"; found=0; fi
  done
  return $found
}

# Reads the index of release $2 into state folder $1, always checking its signature. The keys of a newer release may be
# missing on an older machine; then they come from bookworm's keyring package, which is updated with the keys of its
# successors and is itself signed with keys the machine has.
read_index() {
  local state=$1 release=$2 address=$3
  machine_keys > "$state/keys.gpg" || { echo "no Debian archive keyring on this machine" >&2; return 1; }
  prepare_state "$state" "$release" "$address" "$state/keys.gpg"
  # apt-get update ends with success although an index could not be had, unless told otherwise.
  apt_in "$state" apt-get update --error-on=any 2> "$state/first-try" && return 0

  local older=$state/older
  mkdir -p "$older"
  prepare_state "$older" bookworm "$address" "$state/keys.gpg"
  apt_in "$older" apt-get update --error-on=any || { cat "$state/first-try" >&2; return 1; }
  (cd "$older" && apt_in "$older" apt-get download debian-archive-keyring && dpkg -x debian-archive-keyring_*.deb keyring)
  cat "$older"/keyring/usr/share/keyrings/debian-archive-*.gpg >> "$state/keys.gpg"
  apt_in "$state" apt-get update --error-on=any
}

# Prints the packages named after the state folder $1 and every library package they need, themselves included.
with_libraries() {
  local state=$1; shift
  apt_in "$state" apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces \
    --no-enhances "$@" | awk -v wanted="$*" '
      /^[^ <]/ { package = $1; other = 0; next }
      /^ [ |](Pre)?Depends: / {
        # Of alternatives ("|Depends: a", "Depends: b") only the first counts.
        if (!other && $2 ~ /^(lib|lua)/) needs[package] = needs[package] " " $2
        other = ($0 ~ /^ \|/)
      }
      END {
        count = split(wanted, queue, " ")
        for (i = 1; i <= count; i++) seen[queue[i]] = 1
        for (i = 1; i <= count; i++) {
          print queue[i]
          n = split(needs[queue[i]], names, " ")
          for (j = 1; j <= n; j++) if (!(names[j] in seen)) { seen[names[j]] = 1; queue[++count] = names[j] }
        }
      }'
}

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

# Unpacks server $1 from Debian's archive into the folder $2.
from_archive() {
  local name=$1 folder=$2 address product state
  address=$(archive_address) || { echo "no Debian archive among this machine's package sources" >&2; return 1; }
  product=$(product_of "$name")
  state=$folder/apt
  mkdir -p "$state" "$folder/root"
  read_index "$state" "$(release_of "$name")" "$address" || return 1
  local packages
  packages=$(with_libraries "$state" "$product-server" "$product-tools") || return 1
  # shellcheck disable=SC2086  # one word per package
  (cd "$state" && apt_in "$state" apt-get download $packages) || return 1
  local archive
  for archive in "$state"/*.deb; do dpkg -x "$archive" "$folder/root" || return 1; done
  rm -rf "$state" "$folder"/root/usr/share "$folder"/root/var
  local tool
  for tool in server cli benchmark; do
    write_wrapper "$folder" "redis-$tool" "$product-$tool" || return 1
    [[ $product = redis ]] || ln -sf "redis-$tool" "$folder/$product-$tool"
  done
}

# Links server $1 into folder $2 from PATH, if the version there is the wanted one.
from_path() {
  local name=$1 folder=$2 product path tool
  product=$(product_of "$name")
  path=$(command -v "$product-server") || return 1
  [[ $(version_of "$path") = "${name#*-}".* ]] || return 1
  mkdir -p "$folder"
  for tool in server cli benchmark; do
    if path=$(command -v "$product-$tool"); then ln -sf "$path" "$folder/redis-$tool"; fi
  done
}

provide() {
  local name=$1 folder=$cache/$1.new.$$ version
  # shellcheck disable=SC2064  # the name as it is now
  trap "rm -rf '$folder'" EXIT
  rm -rf "$cache/$name".new.*
  if ! from_archive "$name" "$folder" > "$cache/$name.log" 2>&1; then
    rm -rf "$folder"
    if ! from_path "$name" "$folder"; then
      {
        echo "servers.sh: cannot provide $name: $(tail -n 3 "$cache/$name.log" | tr '\n' ' ')"
        echo "  Put a $(product_of "$name")-server of version ${name#*-} on PATH and run this again."
      } >&2
      return 1
    fi
  fi
  # Only a server that runs is worth keeping.
  version=$(version_of "$folder/redis-server")
  [[ -n $version ]] || { echo "servers.sh: $name does not start, see $cache/$name.log" >&2; return 1; }
  [[ $version = "${name#*-}".* ]] || echo "servers.sh: note: Debian's $name is version $version by now" >&2
  echo "$version" > "$folder/version"
  rm -rf "${cache:?}/$name" && mv "$folder" "$cache/$name"
  rm -f "$cache/$name.log"
}

names=("$@")
[[ ${#names[@]} -gt 0 ]] || names=("${all_names[@]}")
missing=()
for name in "${names[@]}"; do
  release_of "$name" > /dev/null
  [[ -s $cache/$name/version ]] || missing+=("$name")
done

failed=0
if [[ ${#missing[@]} -gt 0 ]]; then
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
  for job in "${jobs[@]}"; do wait "$job" || failed=1; done
fi

for name in "${names[@]}"; do
  if [[ -s $cache/$name/version ]]; then report "$name"; fi
done
exit $failed

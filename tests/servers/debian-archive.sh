# shellcheck shell=bash
# Unpacks packages of any Debian release into a folder, without installing anything: apt runs on lists and caches of its own.
# Whatever apt says stays in the log that the caller keeps; it names addresses, which are nobody's business.

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
    -o Acquire::http::Timeout=20 -o Acquire::https::Timeout=20 \
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
  (cd "$older" && apt_in "$older" apt-get download debian-archive-keyring && dpkg -x debian-archive-keyring_*.deb keyring) || return 1
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

# Unpacks packages of release $2 at address $3 and the libraries they need below folder $1/root; the packages' names follow.
unpack_packages() {
  local folder=$1 release=$2 address=$3; shift 3
  local state=$folder/apt packages archive
  rm -rf "$folder"
  mkdir -p "$state" "$folder/root"
  read_index "$state" "$release" "$address" || return 1
  packages=$(with_libraries "$state" "$@") || return 1
  # shellcheck disable=SC2086  # one word per package
  (cd "$state" && apt_in "$state" apt-get download $packages) || return 1
  for archive in "$state"/*.deb; do dpkg -x "$archive" "$folder/root" || return 1; done
  rm -rf "$state" "$folder"/root/usr/share "$folder"/root/var
}

# shellcheck shell=bash
# Where this machine gets Debian's packages from, read from its configured package sources. What apt has downloaded so far says
# nothing about a new machine: before the first `apt-get update` it has downloaded nothing.

# Prints the addresses of the Debian archives among this machine's package sources, one a line, in the order of the sources.
# Left aside: sources of programs' source code, disabled ones, suites of updates and of security fixes, installation media, and
# archives without the component "main". Other publishers' archives may use Debian's names for releases; the signature of an
# index tells them apart. Fails if there is no address or no apt.
archive_addresses() {
  command -v apt-config > /dev/null || return 1
  local list='' parts='' file
  # apt-config knows the folders also where APT_CONFIG or a file in apt.conf.d moves them.
  eval "$(apt-config shell list Dir::Etc::sourcelist/f parts Dir::Etc::sourceparts/d)"
  for file in "$list" "${parts%/}"/*.list "${parts%/}"/*.sources; do
    [[ -f $file && -r $file ]] || continue
    if [[ $file = *.sources ]]; then read_stanzas "$file"; else read_lines "$file"; fi
  done | select_archives | grep .
}

# Prints address and suite of each source in file $1, which has the form of sources.list: "deb [option=value …] address suite component …".
read_lines() {
  awk '
    { sub(/#.*/, ""); sub(/\r$/, "") }
    $1 == "deb" {
      sub(/^[ \t]*deb[ \t]+/, "")
      # Options are set in brackets; there may be blanks between them.
      if (/^\[/ && !sub(/^\[[^]]*\][ \t]*/, "")) next
      for (i = 3; i <= NF; i++) if ($i == "main") { print $1, $2; next }
    }' "$1"
}

# Prints address and suite of each source in file $1, which has the form of deb822: fields in stanzas, with blank lines between stanzas.
read_stanzas() {
  awk '
    function has(list, wanted,    words, count, i) {
      count = split(list, words)
      for (i = 1; i <= count; i++) if (words[i] == wanted) return 1
      return 0
    }
    function end_stanza(    addresses, suites, i, j, m, n) {
      if (tolower(value["enabled"]) !~ /^[ \t]*(no|false|without|off|disable|0)[ \t]*$/ && has(value["types"], "deb") && has(value["components"], "main")) {
        m = split(value["uris"], addresses)
        n = split(value["suites"], suites)
        for (i = 1; i <= m; i++) for (j = 1; j <= n; j++) print addresses[i], suites[j]
      }
      for (field in value) delete value[field]
    }
    { sub(/\r$/, "") }
    # A comment may stand between the lines of one field.
    /^#/ { next }
    /^[ \t]*$/ { end_stanza(); next }
    /^[ \t]/ { value[name] = value[name] " " $0; next }
    index($0, ":") {
      name = tolower(substr($0, 1, index($0, ":") - 1))
      value[name] = substr($0, index($0, ":") + 1)
    }
    END { end_stanza() }' "$1"
}

# Reads lines of address and suite; prints every address that has a release of Debian, once.
select_archives() {
  awk '
    $2 ~ /^(bullseye|bookworm|trixie|forky|duke|sid|oldoldstable|oldstable|stable|testing|unstable)$/ && $1 !~ /^cdrom:/ {
      sub(/\/+$/, "", $1)
      if (!seen[$1]++) print $1
    }'
}

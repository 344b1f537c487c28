#!/usr/bin/env bash
# Builds everything, with warnings as errors, and runs every test project. Prints the result of each project and, as the very
# last line, the sum: "N passed, N failed", followed by ", N skipped" if tests were skipped. Ends with an error if anything
# failed, a project crashed or ran no test, or nothing was run at all.
#
# What it needs it fetches, and says so: servers (see servers.sh) and a C compiler (see c-compiler.sh). Where no server can be had,
# what needs none still runs, and each project whose other tests were left out counts as one failure.
#
# Arguments go to `dotnet test`, such as: tests/run.sh --filter 'FullyQualifiedName~Cluster'
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

results=$PWD/TestResults/run
rm -rf "$results"
mkdir -p "$results"
passed=0 failed=0 skipped=0
hints=()

finish() {
  local hint line="$passed passed, $failed failed"
  if [[ $skipped -gt 0 ]]; then line+=", $skipped skipped"; fi
  for hint in "${hints[@]}"; do echo "$hint"; done
  echo "$line"
  if [[ $failed -gt 0 || $passed -eq 0 ]]; then exit 1; fi
  exit 0
}

# Prints the number that attribute $2 of the summary in result file $1 has.
count() { sed -n 's/.*<Counters.*[[:space:]]'"$2"'="\([0-9]*\)".*/\1/p' "$1" | head -n 1; }

# Prints which tests of project $1 need no server, as a filter for `dotnet test`; nothing if none of them needs one.
without_servers() {
  case $1 in
    TypedRedis.ServerTests) any_of .Embedded. .Provisioning. Scripted HostileServer TopologySource RespStream EventuallyTests ;;
    TypedRedis.ToolTests) none_of LiveSpecTests CommandLineTests ;;
    TypedRedis.PackageTests) none_of A_new_project_builds Five_commands_run ;;
  esac
}
any_of() { local IFS='|'; set -- "${@/#/FullyQualifiedName~}"; echo "$*"; }
none_of() { local IFS='&'; set -- "${@/#/FullyQualifiedName!~}"; echo "$*"; }

if ! command -v dotnet > /dev/null; then
  hints+=('Put the .NET 10 SDK on PATH (dotnet) and run this again.')
  failed=1
  finish
fi

echo '== servers'
has_server=true
if ! servers=$(tests/servers.sh); then
  hints+=('Servers are missing; "== servers" above says what helps.')
  # Most tests want the oldest server; on PATH any version of it will do for them.
  grep -q '^redis-7\.0 ' <<< "$servers" || command -v redis-server > /dev/null || has_server=false
fi
echo "$servers"

echo '== C compiler, for NativeAOT'
tests/c-compiler.sh || hints+=('A C compiler is missing, which NativeAotTests of TypedRedis.PackageTests need; "== C compiler" above says what helps.')

echo '== build'
if ! dotnet build TypedRedis.sln -c Release --nologo -v quiet -clp:NoSummary -warnaserror; then
  echo 'The build failed.'
  failed=1
  finish
fi

for project in tests/*/*.csproj; do
  grep -q 'Microsoft.NET.Test.Sdk' "$project" || continue
  name=$(basename "$project" .csproj)
  if ! grep -q "$name.csproj" TypedRedis.sln; then
    echo "== $name is not part of TypedRedis.sln and so was not built"
    failed=$((failed + 1))
    continue
  fi

  echo "== $name"
  log=$results/$name.log
  ran=0 failed_here=0 left_out=0 chosen=("$@")
  filter=$(without_servers "$name")
  # Whoever chooses tests gets the chosen ones.
  if [[ $has_server = false && $# -eq 0 && -n $filter ]]; then
    echo '   without a server: only the tests that need none; the others are left out, which counts as one failure'
    hints+=("Tests of $name were left out for want of a server.")
    chosen=(--filter "$filter") left_out=1
  fi
  dotnet test "$project" --no-build -c Release --nologo --results-directory "$results" \
    --logger "trx;LogFilePrefix=$name" "${chosen[@]}" > "$log" 2>&1
  status=$?
  # One file for each target framework.
  for file in "$results/$name"_*.trx; do
    [[ -f $file ]] || continue
    total=$(count "$file" total) executed=$(count "$file" executed)
    passed_here=$(count "$file" passed)
    # Whatever ran and did not pass has failed: timeouts and aborted tests have counters of their own.
    passed=$((passed + passed_here))
    failed_here=$((failed_here + executed - passed_here))
    skipped=$((skipped + total - executed))
    ran=$((ran + total))
    echo "   $passed_here passed, $((executed - passed_here)) failed, $((total - executed)) skipped"
  done
  if [[ $status -ne 0 ]]; then
    cat "$log"
    # A crash is a failure too, even if no single test carries it.
    if [[ $failed_here -eq 0 ]]; then failed_here=1; fi
  elif [[ $ran -eq 0 && $# -eq 0 ]]; then
    # With a filter a project may rightly have nothing to run.
    echo "   no test was run"
    failed_here=1
  fi
  failed=$((failed + failed_here + left_out))
done

finish

#!/usr/bin/env bash
# Builds everything, with warnings as errors, and runs every test project. Prints the result of each project and, as the very
# last line, the sum: "N passed, N failed", followed by ", N skipped" if tests were skipped. Ends with an error if anything
# failed, a project crashed or ran no test, or nothing was run at all.
#
# Arguments go to `dotnet test`, such as: tests/run.sh --filter 'FullyQualifiedName~Cluster'
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

results=$PWD/TestResults/run
rm -rf "$results"
mkdir -p "$results"
passed=0 failed=0 skipped=0

finish() {
  local line="$passed passed, $failed failed"
  if [[ $skipped -gt 0 ]]; then line+=", $skipped skipped"; fi
  echo "$line"
  if [[ $failed -gt 0 || $passed -eq 0 ]]; then exit 1; fi
  exit 0
}

# Prints the number that attribute $2 of the summary in result file $1 has.
count() { sed -n 's/.*<Counters.*[[:space:]]'"$2"'="\([0-9]*\)".*/\1/p' "$1" | head -n 1; }

echo '== servers'
# A server that cannot be had here is told above; the tests say themselves what they miss.
tests/servers.sh || echo 'Some servers are missing; tests that need them will fail.'

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
  dotnet test "$project" --no-build -c Release --nologo --results-directory "$results" \
    --logger "trx;LogFilePrefix=$name" "$@" > "$log" 2>&1
  status=$?
  ran=0 failed_here=0
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
  failed=$((failed + failed_here))
done

finish

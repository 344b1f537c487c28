#!/usr/bin/env bash
# The main job: the quick start on a cluster that it starts itself, then the order service as a NativeAOT binary.
# Fetches what it needs and says so; prints what a person wants to see; ends by itself.
#
#   TYPEDREDIS_CLUSTER     redis://host:port of a cluster to use if no server can be had here; keys there may be overwritten
set -euo pipefail
cd "$(dirname "$0")/.."

command -v dotnet > /dev/null || { echo "samples/run.sh: the .NET 10 SDK is needed, and dotnet is not on PATH" >&2; exit 1; }

echo "Providing a server: Redis 7.0"
tests/servers.sh redis-7.0 || echo "Going on with what else there is; the quick start tells what that is"

echo "Building the quick start"
dotnet build samples/QuickStart -c Release -v quiet --nologo -clp:NoSummary
dotnet run --project samples/QuickStart -c Release --no-build

if ! tests/c-compiler.sh; then
  echo "samples/run.sh: the order service was left out: it is published as a NativeAOT binary" >&2
  exit 1
fi
echo "Publishing samples/OrderService, a small web service, as a NativeAOT binary; that takes about a minute"
dotnet publish samples/OrderService -c Release -o artifacts/order-service -v quiet --nologo -clp:NoSummary
dotnet run --project samples/OrderService.Smoke -c Release -v quiet -- artifacts/order-service/OrderService

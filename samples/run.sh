#!/usr/bin/env bash
# The main job: the quick start on a real cluster that it starts itself, then the order service as a NativeAOT binary.
# Fetches what it needs; prints what a person wants to see; ends by itself.
set -euo pipefail
cd "$(dirname "$0")/.."

command -v dotnet > /dev/null || { echo "samples/run.sh: the .NET 10 SDK is needed (dotnet is not on PATH)" >&2; exit 1; }

# NativeAOT links with the system's C toolchain.
if ! command -v clang > /dev/null && ! command -v gcc > /dev/null; then
  echo "Installing a C compiler for NativeAOT"
  apt-get install -y -qq gcc libc6-dev zlib1g-dev > /dev/null
fi

echo "Providing servers"
tests/servers.sh redis-7.0

echo "Building the quick start"
dotnet build samples/QuickStart -c Release -v quiet --nologo -clp:NoSummary
dotnet run --project samples/QuickStart -c Release --no-build

echo "Publishing samples/OrderService, a small web service, as a NativeAOT binary; that takes about a minute"
dotnet publish samples/OrderService -c Release -o artifacts/order-service -v quiet --nologo -clp:NoSummary
dotnet run --project samples/OrderService.Smoke -c Release -v quiet -- artifacts/order-service/OrderService

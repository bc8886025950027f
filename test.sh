#!/usr/bin/env bash
# Installs what the tests need, runs all of them, and ends with one line: N passed, N failed, N skipped.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")"
. scripts/prepare.sh

configuration=Release
results=TestResults

works() {
  [ -n "$1" ] && "$1" --version >/dev/null 2>&1
}

find_chromium() {
  for candidate in "${CHROMIUM_PATH-}" \
    "$(command -v chromium || true)" "$(command -v chromium-browser || true)" "$(command -v google-chrome || true)" \
    "$(command -v google-chrome-stable || true)" \
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" "/Applications/Chromium.app/Contents/MacOS/Chromium"; do
    # Some systems have a chromium that only says where to get one.
    if works "$candidate"; then
      export CHROMIUM_PATH="$candidate"
      return 0
    fi
  done
  return 1
}

# The browser tests take CHROMIUM_PATH, or else the browser that Playwright has downloaded.
install_chromium() {
  if find_chromium; then
    return
  fi
  unset CHROMIUM_PATH
  if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    echo "Installing Chromium for the browser tests (apt-get)…"
    export DEBIAN_FRONTEND=noninteractive
    if apt-get update -qq </dev/null && apt-get install -y -qq --no-install-recommends chromium </dev/null >/dev/null && find_chromium; then
      return
    fi
    unset CHROMIUM_PATH
  fi
  echo "Installing Chromium for the browser tests (Playwright's download)…"
  node "tests/EvalMarket.Browser.Tests/bin/$configuration/net10.0/.playwright/package/cli.js" install chromium </dev/null ||
    echo "No Chromium could be installed: install one and name it with CHROMIUM_PATH. The browser tests will fail." >&2
}

# Without a build no test can run: that counts as a failure too.
build_failed() {
  echo "$*" >&2
  echo "0 passed, 1 failed, 0 skipped"
  exit 1
}

check_tools
install_packages
build_assets

echo "Building…"
dotnet restore EvalMarket.sln --locked-mode --verbosity quiet </dev/null || build_failed "The NuGet packages could not be restored: see the message above."
dotnet build EvalMarket.sln --no-restore --configuration "$configuration" --verbosity quiet </dev/null || build_failed "The build failed: see the message above."
install_chromium

rm -rf "$results"
mkdir -p "$results"

# A run that ends badly without a failed test (a crash, a hang) is a failure of its own: its exit code stands beside its results.
if [ -f wwwroot-src/ts/app.ts ]; then
  echo "Checking the types of wwwroot-src/ts…"
  code=0
  npm run --silent typecheck </dev/null || code=$?
  echo "$code" >"$results/typecheck.code"
fi

run() {
  local project=$1 name code=0
  name=$(basename "$project")
  echo "Testing $name…"
  dotnet test "$project" --no-build --configuration "$configuration" --nologo --verbosity quiet \
    --results-directory "$results" --logger "trx;LogFileName=$name.trx" \
    --blame-hang-timeout 15m --blame-hang-dump-type none </dev/null >"$results/$name.log" 2>&1 || code=$?
  echo "$code" >"$results/$name.code"
}

# The browser tests wait for a browser most of the time, so the others run beside them.
for project in tests/*.Tests; do
  if [ "$project" != tests/EvalMarket.Browser.Tests ]; then
    run "$project"
  fi
done &
others=$!
run tests/EvalMarket.Browser.Tests
wait "$others"

exec node scripts/sum-tests.mjs "$results"

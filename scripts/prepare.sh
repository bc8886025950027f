# What run.sh and test.sh have in common; sourced from the repository root. Works with the bash 3.2 of macOS.

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
# Build processes end with the build: no one waits for their output after it.
export MSBUILDDISABLENODEREUSE=1

fail() {
  echo "$*" >&2
  exit 1
}

check_tools() {
  command -v dotnet >/dev/null 2>&1 || fail "The .NET 10 SDK is missing: get it from https://dotnet.microsoft.com/download/dotnet/10.0 (or your package manager: dotnet-sdk-10.0)."
  # Honours global.json; fails when only another SDK or only a runtime is installed.
  dotnet_version=$(dotnet --version 2>/dev/null) || fail "The .NET 10 SDK is missing (found: $(dotnet --list-sdks 2>/dev/null | cut -d' ' -f1 | tr '\n' ' ')): get it from https://dotnet.microsoft.com/download/dotnet/10.0."
  command -v node >/dev/null 2>&1 || fail "Node.js 20 or newer is missing: get it from https://nodejs.org/en/download (or your package manager: nodejs)."
  node_version=$(node --version)
  node_major=${node_version#v}
  node_major=${node_major%%.*}
  [ "$node_major" -ge 20 ] || fail "Node.js 20 or newer is needed, $node_version is installed: get it from https://nodejs.org/en/download."
  command -v npm >/dev/null 2>&1 || fail "npm is missing: it comes with Node.js from https://nodejs.org/en/download (or your package manager: npm)."
}

# Client libraries, the asset compiler and the embedded database, exactly as package-lock.json says; only when that changed.
install_packages() {
  if cmp -s package-lock.json node_modules/.evalmarket-lock; then
    return
  fi
  echo "Installing the client libraries and the embedded database (npm ci)…"
  npm ci --include=dev --include=optional --no-progress --loglevel=error </dev/null || fail "npm ci failed: see its message above."
  cp package-lock.json node_modules/.evalmarket-lock
}

build_assets() {
  node scripts/build-assets.mjs || fail "The assets could not be built: see the message above."
}

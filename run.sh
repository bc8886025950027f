#!/usr/bin/env bash
# Installs, builds and starts EvalMarket on http://127.0.0.1:5080. Arguments go to the application:
#   ./run.sh --urls http://127.0.0.1:9000     ./run.sh reindex
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")"
. scripts/prepare.sh

app=artifacts/app
stamp=artifacts/app.stamp

sources() {
  find src Directory.Build.props Directory.Packages.props global.json .editorconfig BannedSymbols.txt \
    \( -name bin -o -name obj \) -prune -o -type f "$@"
}

# What the stamp holds: the compiler and the list of source files (a deleted file leaves nothing that is newer).
build_key() {
  echo "$dotnet_version"
  sources -print | LC_ALL=C sort | cksum
}

up_to_date() {
  [ -f "$app/EvalMarket.Web.dll" ] && [ -f "$stamp" ] &&
    [ "$(build_key)" = "$(cat "$stamp")" ] &&
    [ -z "$(sources -newer "$stamp" -print | head -n 1)" ]
}

check_tools
install_packages
build_assets

if ! up_to_date; then
  echo "Building EvalMarket (the first time takes a minute or two)…"
  mkdir -p artifacts
  rm -rf "$app.new"
  # Written before the build, so that what is edited meanwhile is newer.
  build_key >"$stamp.new"
  dotnet restore src/EvalMarket.Web --locked-mode --verbosity quiet </dev/null || fail "The NuGet packages could not be restored: see the message above."
  dotnet publish src/EvalMarket.Web --no-restore --configuration Release --output "$app.new" --verbosity quiet -p:UseAppHost=false </dev/null ||
    fail "The build failed: see the message above."
  rm -rf "$app" "$stamp"
  mv "$app.new" "$app"
  mv "$stamp.new" "$stamp"
fi

# The application's own files lie in its folder; relative paths of settings (DataDirectory) start at the repository.
export ASPNETCORE_CONTENTROOT="$PWD/$app"
if [ -z "${ASPNETCORE_URLS-}${DOTNET_URLS-}${URLS-}${ASPNETCORE_HTTP_PORTS-}${ASPNETCORE_HTTPS_PORTS-}" ]; then
  export ASPNETCORE_URLS=http://127.0.0.1:5080
fi
exec dotnet "$app/EvalMarket.Web.dll" "$@"

#!/usr/bin/env bash
# Downloads a package as people do, broken off and resumed, and lets four tools of others test it: unzip, 7z, Python's zipfile, .NET's ZipArchive.
#
#   scripts/check-archives.sh http://127.0.0.1:5080 $KEY ds_…    # a dataset of yours
#   scripts/check-archives.sh http://127.0.0.1:5080 $KEY         # makes one of 6 GB first, whose package is longer than 4 GiB (takes some ten minutes, and 20 GB of disk)
#
# A tool that is not installed is named as skipped. More entries than 16 bits can count are tested the same way by ZipPlannerTests.
set -euo pipefail
url=${1:?address of the app} key=${2:?an API key} dataset=${3-}
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
auth=(-sS --fail -H "Authorization: Bearer $key")
failed=0

say() { printf '%-34s %s\n' "$1" "$2"; }

# check WHAT COMMAND…: tells whether it went well, or that the tool is not there.
check() {
  local what=$1; shift
  if ! command -v "$1" >/dev/null; then say "$what" "skipped: $1 is not installed"; return; fi
  if "$@" >"$work/out" 2>&1; then say "$what" ok; else say "$what" FAILED; tail -5 "$work/out"; failed=1; fi
}

if [ -z "$dataset" ]; then
  dataset=$(curl "${auth[@]}" --json '{"name":"Larger than 4 GiB"}' "$url/api/datasets" | grep -o '"id":"ds_[0-9a-z]*' | head -1 | cut -d'"' -f4)
  # 1,500 items of 4 MB each, which deflate to three quarters, in four requests: one may have 2 GB (Limits:UploadBytes).
  for part in 0 1 2 3; do
    job=$(for n in $(seq 375); do printf '{"input":{"content":"%s "},"output":{"content":"' "$((part * 375 + n))"; head -c 3000000 /dev/urandom | base64 -w0; printf '"}}\n'; done |
      curl "${auth[@]}" -D- -o /dev/null -H 'Content-Type: application/x-ndjson' -H 'Prefer: respond-async' -T- -X POST "$url/api/datasets/$dataset/items" | tr -d '\r' | awk 'tolower($1) == "location:" { print $2 }')
    while curl "${auth[@]}" "$url$job" | grep -qE '"status": ?"(queued|running)"'; do sleep 2; done
    curl "${auth[@]}" "$url$job" | grep -qE '"status": ?"completed"' || { curl "${auth[@]}" "$url$job"; exit 1; }
  done
fi

address="$url/datasets/$dataset/export"
file="$work/package.eval752.zip"
length=$(curl "${auth[@]}" -I "$address" | tr -d '\r' | awk 'tolower($1) == "content-length:" { print $2 }')
tag=$(curl "${auth[@]}" -I "$address" | tr -d '\r' | awk 'tolower($1) == "etag:" { print $2 }')
say "HEAD" "$length bytes, $tag"

# The first half, as if the line had broken, then the rest.
curl "${auth[@]}" -r "0-$((length / 2))" -o "$file" "$address"
check "curl -C - (resume)" curl "${auth[@]}" -C - -o "$file" "$address"
[ "$(stat -c %s "$file")" = "$length" ] || { say "length" "FAILED: $(stat -c %s "$file")"; failed=1; }
whole=$(curl "${auth[@]}" "$address" | sha256sum)
[ "$(sha256sum <"$file")" = "$whole" ] && say "resumed and whole are the same" ok || { say "resumed and whole are the same" FAILED; failed=1; }
[ "$(curl -sS -o /dev/null -w '%{http_code}' -H "Authorization: Bearer $key" -H "If-None-Match: $tag" "$address")" = 304 ] && say "If-None-Match" ok || { say "If-None-Match" FAILED; failed=1; }

check "unzip -t" unzip -tqq "$file"
check "7z t" 7z t "$file"
check "Python zipfile" python3 -c 'import sys, zipfile; archive = zipfile.ZipFile(sys.argv[1]); assert archive.testzip() is None' "$file"
check ".NET ZipArchive" dotnet run -c Release --no-build --project "$root/tests/EvalMarket.Benchmarks" -- zip "$file"
exit "$failed"

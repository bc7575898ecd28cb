#!/usr/bin/env bash
# Runs the tests once with each release of the official client, side by side, against `$MOORING sandbox`.
# With --record it writes recordings.json instead: what the newest client sends for each operation.
set -euo pipefail
cd "$(dirname "$0")/../.."

here=Tests/OfficialClient
python=$PWD/.venv/bin/python
newest=$(head -n 1 "$here/clients.txt")

if [ "${1:-}" = --record ]; then
    PYTHONPATH=".venv/clients/$newest" "$python" "$here/record.py" >"$here/recordings.json.new"
    mv "$here/recordings.json.new" "$here/recordings.json"
    exit
fi

: "${MOORING:?is the path of the mooring program}"
export MOORING=$(realpath "$MOORING")
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
while read -r version; do
    {
        status=0
        PYTHONPATH="$PWD/.venv/clients/$version" PYTHONDONTWRITEBYTECODE=1 "$python" -m pytest -q -p no:cacheprovider \
            --basetemp "$results/data-$version" -W ignore "$here" "$@" >"$results/$version" 2>&1 || status=$?
        echo "$status" >"$results/$version.status"
    } &
done <"$here/clients.txt"
wait

failed=0
while read -r version; do
    echo "-- official client $version"
    status=$(cat "$results/$version.status")
    if [ "$status" -eq 0 ]; then grep -E 'calls$|lacks|passed' "$results/$version"; else cat "$results/$version"; fi
    failed=$((failed | status))
done <"$here/clients.txt"
exit "$failed"

#!/usr/bin/env bash
# Makes .venv: pytest, what checks schemas, pages and packages, and one folder for each release of the official client, so that each
# runs in a process of its own.
set -euo pipefail
cd "$(dirname "$0")/.."

tests=Tests/OfficialClient
lists=("$tests/requirements.txt" Tests/Page/requirements.txt Tests/Packaging/requirements.txt "$tests/clients.txt")
made=.venv/made-from
if [ -f "$made" ] && cat "${lists[@]}" | cmp -s - "$made"; then exit; fi

echo "== make .venv"
rm -rf .venv
python3 -m venv .venv
pip=(.venv/bin/pip --quiet --disable-pip-version-check)
"${pip[@]}" install -r "$tests/requirements.txt" -r Tests/Page/requirements.txt -r Tests/Packaging/requirements.txt
while read -r version; do
    # What the client needs itself is in requirements.txt, once for all releases.
    "${pip[@]}" install --no-deps --target ".venv/clients/$version" "dataiku-api-client==$version"
done <"$tests/clients.txt"
# Written last: a run that was interrupted starts anew.
cat "${lists[@]}" >"$made"

#!/usr/bin/env bash
# Looks at the daemon's pages in Chromium: first the recorded ones, then those of a daemon that runs.
# With --screenshots DIR it leaves a picture of each page there, at each width and in each scheme.
set -euo pipefail
cd "$(dirname "$0")/../.."

: "${MOORING:?is the path of the mooring program}"
export MOORING=$(realpath "$MOORING")
python=$PWD/.venv/bin/python
PYTHONDONTWRITEBYTECODE=1 "$python" -m pytest -q -p no:cacheprovider Tests/Page "$@"

#!/usr/bin/env bash
# Plays a change's whole way on the built-in sandbox: planned, applied, altered behind Mooring's back, mended, rolled out,
# failed, rolled back, pruned, reported. MOORING is the program; all happens in a copy of examples/quickstart that is
# removed at the end, but for the drift report.
set -euo pipefail

source_folder=$(cd "$(dirname "$0")/.." && pwd)
MOORING=${MOORING:-$source_folder/.build/debug/mooring}
[ -x "$MOORING" ] || { echo "demo: there is no program '$MOORING'; run 'make demo'" >&2; exit 1; }
command -v python3 >/dev/null || { echo "demo: 'python3' is not on the PATH" >&2; exit 1; }

work=$(mktemp -d)
server=
stop_server() {
    [ -z "$server" ] || { kill "$server" 2>/dev/null && wait "$server" 2>/dev/null; server=; } || server=
}
trap 'stop_server; rm -rf "$work"' EXIT
mkdir "$work/bin"
ln -s "$MOORING" "$work/bin/mooring"
PATH=$work/bin:$PATH
unset MOORING_SANDBOX_KEY
cp -R "$source_folder/examples/quickstart" "$work/quickstart"
cd "$work/quickstart"
rm -rf .mooring

title() { printf '\n\n==== %s\n' "$*"; }

# expect STATUS COMMAND...: shows the command, runs it, and insists on how it ends.
expect() {
    local due=$1 status=0
    shift
    printf '\n$ '
    printf '%s ' "${@@Q}" | sed -E "s/'([A-Za-z0-9_./-]+)'/\\1/g; s/ $//"
    printf '\n'
    "$@" || status=$?
    [ "$status" -eq 0 ] || printf '(exit status %s)\n' "$status"
    [ "$status" -eq "$due" ] || { echo "demo: expected exit status $due" >&2; exit 1; }
}

title "1. The manifests are checked, without any network"
expect 0 mooring validate

title "2. The plan: everything is new. It is saved, to be applied exactly so"
expect 2 mooring plan --detailed-exitcode -o first.plan

title "3. The apply: in order, followed until the deployment is healthy"
expect 0 mooring apply first.plan

title "4. The second plan: nothing to do"
expect 0 mooring plan --detailed-exitcode

# serve: answers on a port, for who works behind Mooring's back.
serve() {
    rm -f "$work/server.json"
    mooring sandbox --port 0 --data .mooring/sandbox --json >"$work/server.json" &
    server=$!
    echo '$ mooring sandbox --port 0 --data .mooring/sandbox --json &'
    for _ in $(seq 200); do
        [ ! -s "$work/server.json" ] || return 0
        kill -0 "$server" 2>/dev/null || break
        sleep 0.05
    done
    echo "demo: the sandbox ended" >&2
    exit 1
}

# somebody LOGIN PATH KEY VALUE: changes one setting behind Mooring's back, as in a screen of DSS.
somebody() { python3 "$source_folder/scripts/somebody.py" "$work/server.json" "$@"; }

title "5. Somebody moves the infrastructure to another stage, by the REST API"
serve
somebody admin /api-deployer/infras/local/settings stage '"Production"'
stop_server

title "6. The plan shows exactly that"
expect 2 mooring plan --detailed-exitcode

title "7. The apply mends it"
expect 0 mooring apply --auto-approve
expect 0 mooring plan --detailed-exitcode

title "8. A release: new code, a new version, a roll-out"
expect 0 sed -i 's/min(0.3,/min(0.25,/' code/discount.py
expect 0 sed -i 's/version: v1/version: v2/; s/First release/Smaller discounts/' services/churn.yaml
expect 2 mooring plan --detailed-exitcode -o release.plan
expect 0 mooring apply release.plan

title "9. A bad release: its code does not start, so its health fails, and it is rolled back"
expect 0 sed -i '1i # sandbox: unhealthy' code/discount.py
expect 0 sed -i 's/version: v2/version: v3/' services/churn.yaml
expect 9 mooring apply --auto-approve

title "10. What runs where: v2 still answers, and v3 waits for a better one"
expect 0 mooring status

title "11. The deployment leaves the manifests: it is listed, and left as it is"
cp infra/local.yaml "$work/local.yaml"
expect 0 sed -i '/^---/,$d' infra/local.yaml
expect 0 mooring plan --detailed-exitcode

title "12. It is deleted only when that is asked for, and as many as are let through"
expect 7 mooring apply --auto-approve --prune
expect 0 mooring apply --auto-approve --prune --max-deletes 1

title "13. It comes back, with a better release"
cp "$work/local.yaml" infra/local.yaml
expect 0 sed -i 1d code/discount.py
expect 0 sed -i 's/version: v3/version: v4/' services/churn.yaml
expect 0 mooring apply --auto-approve --reason "v3 did not start"

title "14. Bob changes a tag and saves another version in the screens of DSS, and rolls nothing out"
serve
somebody bob /projects/CHURN/apiservices/churn/settings tags '["churn", "urgent"]'
somebody bob /api-deployer/deployments/churn-on-local/settings generationsMapping \
    '{"mode": "SINGLE_GENERATION", "generation": "v2"}'
stop_server

title "15. What drifted, in which layer, by whom and since when; as a page for others, too"
report=${TMPDIR:-/tmp}/mooring-drift.html
expect 3 mooring drift --format html -o "$report"
[ -s "$report" ] || { echo "demo: there is no report" >&2; exit 1; }

title "16. Drift is healed, and nothing else is touched"
expect 0 mooring apply --only-drift --auto-approve
expect 0 mooring drift

title "17. Who did what, and when"
expect 0 mooring history

title "18. At 3 a.m.: back to v2, and held there until a manifest changes it"
expect 0 mooring rollback Deployment/churn-on-local --to v2 --reason "v4 discounts too much" --auto-approve
expect 0 mooring apply --auto-approve
expect 0 mooring status 'Deployment/*'

printf '\n\nThe drift report is a page to open in a browser: %s\n' "$report"

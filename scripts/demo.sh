#!/usr/bin/env bash
# Plays a change's whole way on the built-in sandbox: planned, applied, altered behind Mooring's back, mended, rolled out,
# failed, rolled back, pruned, reported. Then a daemon does so by itself for commits that are pushed. MOORING is the program;
# all happens in copies of examples/quickstart and examples/watch that are removed at the end, but for the drift report.
# With KEEP=1 the daemon's page stays open until Ctrl-C.
set -euo pipefail

source_folder=$(cd "$(dirname "$0")/.." && pwd)
MOORING=${MOORING:-$source_folder/.build/debug/mooring}
[ -x "$MOORING" ] || { echo "demo: there is no program '$MOORING'; run 'make demo'" >&2; exit 1; }
for program in python3 git; do
    command -v $program >/dev/null || { echo "demo: '$program' is not on the PATH" >&2; exit 1; }
done

work=$(mktemp -d)
server=
daemon=
stop_server() {
    [ -z "$server" ] || { kill "$server" 2>/dev/null && wait "$server" 2>/dev/null; server=; } || server=
}
stop_daemon() {
    [ -z "$daemon" ] || { kill "$daemon" 2>/dev/null && wait "$daemon" 2>/dev/null; daemon=; } || daemon=
}
trap 'stop_daemon; stop_server; rm -rf "$work"' EXIT
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

# await_line PROCESS FILE NAME: waits until a program that was started has said where it is.
await_line() {
    for _ in $(seq 200); do
        [ ! -s "$2" ] || return 0
        kill -0 "$1" 2>/dev/null || break
        sleep 0.05
    done
    echo "demo: the $3 ended" >&2
    exit 1
}

# serve [DATA]: answers on a port, for who works behind Mooring's back.
serve() {
    local data=${1:-.mooring/sandbox}
    rm -f "$work/server.json"
    mooring sandbox --port 0 --data "$data" --json >"$work/server.json" &
    server=$!
    echo "\$ mooring sandbox --port 0 --data $data --json &"
    await_line "$server" "$work/server.json" sandbox
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

# The daemon's part: one machine is the git server, the DSS node and the daemon at once.
cp -R "$source_folder/examples/watch" "$work/watch"
cd "$work/watch"
export MOORING_SANDBOX_KEY=the-key-of-the-demo MOORING_TOKEN=the-token-of-the-demo CHURN_HOOK=the-secret-of-the-demo
export GIT_AUTHOR_NAME=Ann GIT_AUTHOR_EMAIL=ann@example.com GIT_COMMITTER_NAME=Ann GIT_COMMITTER_EMAIL=ann@example.com
export GIT_CONFIG_GLOBAL=/dev/null

# commit MESSAGE: commits what lies in the repository, and pushes it.
commit() {
    expect 0 git -C repository commit -q -a -m "$1"
    expect 0 git -C repository push -q origin HEAD:main
}

# await WORDS: asks the daemon until its status holds the words, and shows it.
await() {
    local shown
    for _ in $(seq 600); do
        shown=$(mooring watch status --url "$page") || break
        if [[ $shown == *$1* ]]; then
            printf '\n$ mooring watch status\n%s\n' "$shown"
            return 0
        fi
        sleep 0.1
    done
    printf '%s\n' "$shown" >&2
    cat "$work/daemon.log" >&2
    echo "demo: the daemon does not say '$1'" >&2
    exit 1
}

# query VERSION: asks the service as a customer's program does, and insists on the version that answers.
query() {
    printf '\n$ python3 scripts/query.py\n'
    python3 "$source_folder/scripts/query.py" "$work/server.json" "$1"
}

# newest: the first digits of the commit that was pushed last.
newest() { git -C repository rev-parse HEAD | cut -c1-10; }

title "19. Git push to deploy: a repository, and a commit that is pushed to it"
serve sandbox
expect 0 git init -q --bare -b main churn.git
expect 0 git init -q -b main repository
git -C repository remote add origin "$work/watch/churn.git"
git -C repository add .
commit "First release"
expect 0 mooring watch check

title "20. The daemon follows it, and brings the commit live"
mooring watch --listen 127.0.0.1:0 --json >"$work/daemon.json" 2>"$work/daemon.log" &
daemon=$!
echo '$ mooring watch --listen 127.0.0.1:0 --json &'
await_line "$daemon" "$work/daemon.json" daemon
page=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["url"])' "$work/daemon.json")
echo "The page is at $page/"
await "Synced  Healthy  $(newest)"
query v1

title "21. A bad commit is pushed: it does not start, is undone and held, and the old version keeps serving"
expect 0 sed -i '1i # sandbox: unhealthy' repository/code/discount.py
expect 0 sed -i 's/version: v1/version: v2/' repository/services/churn.yaml
commit "Smaller discounts"
await "commit $(newest) is held"
query v1

title "22. A good one follows, and is live by itself"
expect 0 sed -i 1d repository/code/discount.py
expect 0 sed -i 's/min(0.3,/min(0.25,/' repository/code/discount.py
expect 0 sed -i 's/version: v2/version: v3/' repository/services/churn.yaml
commit "Smaller discounts that start"
await "Synced  Healthy  $(newest)"
query v3

title "23. What the daemon wrote down meanwhile"
cat "$work/daemon.log"

printf '\n\nThe drift report is a page to open in a browser: %s\n' "$report"
if [ "${KEEP:-}" = 1 ]; then
    printf 'The daemon goes on until Ctrl-C: its page is at %s/, its token is %s, the repository is %s\n' \
        "$page" "$MOORING_TOKEN" "$work/watch/repository"
    wait "$daemon"
else
    printf "The daemon's page was at %s/: 'make demo KEEP=1' leaves it open.\n" "$page"
    stop_daemon
fi

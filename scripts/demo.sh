#!/usr/bin/env bash
# Plays a change's whole way on the built-in sandbox: planned, applied, altered behind Mooring's back, mended, rolled out,
# failed, rolled back. MOORING is the program; all happens in a copy of examples/quickstart that is removed at the end.
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

title "5. Somebody moves the infrastructure to another stage, by the REST API"
mooring sandbox --port 0 --data .mooring/sandbox --json >"$work/server.json" &
server=$!
echo '$ mooring sandbox --port 0 --data .mooring/sandbox --json &'
for _ in $(seq 200); do
    [ ! -s "$work/server.json" ] || break
    kill -0 "$server" 2>/dev/null || { echo "demo: the sandbox ended" >&2; exit 1; }
    sleep 0.05
done
cat >"$work/alter.py" <<'PYTHON'
import base64, json, sys, urllib.request

with open(sys.argv[1]) as file:
    sandbox = json.load(file)
url = sandbox["url"] + "/dip/publicapi/api-deployer/infras/local/settings"
headers = {
    "Authorization": "Basic " + base64.b64encode((sandbox["apiKey"] + ":").encode()).decode(),
    "Content-Type": "application/json",
}

def send(method, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, headers, method=method)
    # The server is on this machine, whatever proxies there are.
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10) as answer:
        return json.load(answer)

settings = send("GET")
print(f"GET {url}\n    stage is {settings['stage']}")
settings["stage"] = "Production"
send("PUT", settings)
print(f"PUT {url}\n    stage is {send('GET')['stage']}")
PYTHON
python3 "$work/alter.py" "$work/server.json"
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

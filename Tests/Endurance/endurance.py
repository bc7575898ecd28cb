#!/usr/bin/env python3
"""Uses the built program as a hostile world would, and says what came of it.

    endurance.py kills  --mooring PATH --count 200   kill -9 at random moments of an apply, then apply again
    endurance.py crowd  --mooring PATH               ten applies of one workspace at once
    endurance.py import --mooring PATH               500 objects of a node become manifests, and the plan is empty
    endurance.py daemon-kills --mooring PATH --count 50   kill -9 of a daemon at random moments while commits are pushed
    endurance.py daemon-idle  --mooring PATH --repositories 50 --minutes 10   memory, CPU and look-ups of one at rest
    endurance.py hooks --mooring PATH                webhooks that are forged, repeated, far too many and far too long

Each ends with status 1 and a sentence when a promise is broken. Seeds are printed; --seed replays.
"""

import argparse
import base64
import collections
import json
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

import daemons
import webhooks
from daemons import Broken

CANARY = "canary-" + "9f31c0de"


class Sandbox:
    """A server on a free port, in a folder that goes away with it."""

    def __init__(self, mooring, folder, seed=None, latency=0):
        self.key = CANARY + "-admin-key"
        words = [mooring, "sandbox", "--port", "0", "--data", str(folder / "sandbox"), "--json"]
        if latency:
            words += ["--latency", f"{latency}ms"]
        if seed is not None:
            (folder / "seed.json").write_text(json.dumps(seed))
            words += ["--seed", str(folder / "seed.json")]
        environment = dict(os.environ, MOORING_SANDBOX_KEY=self.key)
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment)
        self.url = json.loads(self.process.stdout.readline())["url"]

    def call(self, method, path, body=None):
        request = urllib.request.Request(
            self.url + path,
            data=None if body is None else json.dumps(body).encode(),
            method=method,
            headers={"Authorization": "Basic " + base64.b64encode(f"{self.key}:".encode()).decode()},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def writes(self):
        """The requests that were not reads, as (method, path, status), oldest first."""
        log = self.call("GET", "/sandbox/requests")
        return [
            (entry["method"], entry["path"].split("?")[0], entry["status"])
            for entry in log
            if entry["method"] != "GET" and not entry["path"].startswith("/sandbox/")
        ]

    def close(self):
        self.process.terminate()
        self.process.wait(timeout=30)


def workspace(folder, url, services):
    """A workspace of `services` services, each with an endpoint, a package and a deployment: four resources each."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "mooring.yaml").write_text(
        f"""apiVersion: mooring/v1
kind: Workspace
metadata: {{name: endurance}}
spec:
  manifests: [all.yaml]
  limits: {{maxChanges: 10000, updates: 3}}
  environments:
    test:
      designer: {{url: "{url}", apiKey: {{env: DSS_KEY}}}}
"""
    )
    documents = [
        """apiVersion: mooring/v1
kind: Infra
metadata: {name: prod}
spec:
  type: STATIC
  stage: Production
  apiNodes:
    - {url: "sandbox://node-1", adminAPIKey: {env: NODE_KEY}}
"""
    ]
    for number in range(services):
        documents.append(
            f"""apiVersion: mooring/v1
kind: APIService
metadata: {{project: SANDBOX, name: service-{number}}}
spec:
  tags: [endurance]
  endpoints:
    - {{id: score, type: PY_FUNCTION, code: "def f(x): return {number}", userFunctionName: f}}
  package: {{version: v1}}
"""
        )
        documents.append(
            f"""apiVersion: mooring/v1
kind: Deployment
metadata: {{name: service-{number}-on-prod}}
spec: {{publishedServiceId: service-{number}, infraId: prod, version: v1}}
"""
        )
    (folder / "all.yaml").write_text("---\n".join(documents))


def environment(sandbox):
    return dict(os.environ, DSS_KEY=sandbox.key, NODE_KEY=sandbox.key, NO_COLOR="1")


def check_once(writes):
    """Each object was made, saved and rolled out once, and no write was refused as done already."""
    done = collections.Counter((method, path) for method, path, status in writes if 0 < status < 400)
    twice = {key: count for key, count in done.items() if count > 1}
    refused = [entry for entry in writes if 400 <= entry[2] < 500]
    # Deployments are made by one path for all; their number is checked by the list.
    twice.pop(("POST", "/dip/publicapi/api-deployer/deployments"), None)
    if twice or refused:
        raise Broken(f"done twice: {twice}; refused: {refused[:5]}")


def check_no_canary(*folders):
    for folder in folders:
        for path in pathlib.Path(folder).rglob("*"):
            if path.is_file() and CANARY.encode() in path.read_bytes():
                raise Broken(f"a secret is in {path.name}")


def run(words, folder, env, **options):
    return subprocess.run(
        words, cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, timeout=300, **options,
    )


def kills(arguments):
    """kill -9 at `count` moments, spread over the time that a whole apply takes."""
    mooring, generator = arguments.mooring, random.Random(arguments.seed)
    services = arguments.resources // 4
    whole = None
    died = collections.Counter()
    for number in range(-1, arguments.count):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="mooring-kill-"))
        sandbox = Sandbox(mooring, folder, latency=5)
        try:
            sandbox.call("PUT", "/sandbox/faults", {"updateDuration": 40})
            place = folder / "workspace"
            workspace(place, sandbox.url, services)
            env = environment(sandbox)
            apply = [mooring, "apply", "--auto-approve"]
            begin = time.monotonic()
            if number < 0:
                first = run(apply, place, env)
                if first.returncode != 0:
                    raise Broken(f"an apply that nobody disturbs ends with {first.returncode}:\n{first.stdout[-2000:]}")
                whole = time.monotonic() - begin
                check_once(sandbox.writes())
                print(f"{arguments.resources} resources are applied in {whole:.2f} s, seed {arguments.seed}", flush=True)
                continue
            moment = generator.uniform(0, whole)
            process = subprocess.Popen(
                apply, cwd=place, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                process.wait(timeout=moment)
                died["was done before"] += 1
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.wait()
                died["was killed"] += 1
            second = run(apply, place, env)
            if second.returncode != 0:
                raise Broken(
                    f"killed after {moment:.3f} s, the next apply ends with {second.returncode}:\n{second.stdout[-3000:]}")
            check_once(sandbox.writes())
            plan = run([mooring, "plan", "--detailed-exitcode"], place, env)
            if plan.returncode != 0:
                raise Broken(f"killed after {moment:.3f} s, then applied, the plan is not empty:\n{plan.stdout[-3000:]}")
            deployments = sandbox.call("GET", "/dip/publicapi/api-deployer/deployments")
            if len(deployments) != services:
                raise Broken(f"{len(deployments)} deployments instead of {services}")
            check_no_canary(place)
            if (number + 1) % 20 == 0:
                print(f"{number + 1} of {arguments.count} converged", flush=True)
        finally:
            sandbox.close()
            shutil.rmtree(folder, ignore_errors=True)
    print(f"{arguments.count} of {arguments.count} converged, nothing was done twice; " + ", ".join(
        f"{count} {what}" for what, count in sorted(died.items())))


def crowd(arguments):
    """Ten processes at once: one works, the others are told that it does, or wait for it."""
    mooring = arguments.mooring
    for wait in (False, True):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="mooring-crowd-"))
        sandbox = Sandbox(mooring, folder, latency=5)
        try:
            place = folder / "workspace"
            workspace(place, sandbox.url, 25)
            env = environment(sandbox)
            words = [mooring, "apply", "--auto-approve"] + (["--lock-timeout", "5m"] if wait else [])
            logs = [folder / f"log-{number}.txt" for number in range(10)]
            processes = [
                subprocess.Popen(
                    words, cwd=place, env=env, stdin=subprocess.DEVNULL, stdout=log.open("w"), stderr=subprocess.STDOUT)
                for log in logs
            ]
            for process in processes:
                process.wait(timeout=300)
            outputs = [log.read_text() for log in logs]
            codes = collections.Counter(process.returncode for process in processes)
            wanted = {0: 10} if wait else {0: 1, 6: 9}
            # One that starts when the first is done finds nothing to do, which is right as well.
            fine = dict(codes) == wanted or (not wait and set(codes) == {0, 6})
            if not fine:
                raise Broken(f"ten applies end with {dict(codes)}:\n" + "\n".join(outputs)[-3000:])
            check_once(sandbox.writes())
            plan = run([mooring, "plan", "--detailed-exitcode"], place, env)
            if plan.returncode != 0:
                raise Broken(f"after ten applies the plan is not empty:\n{plan.stdout[-3000:]}")
            print(f"ten applies at once{' with --lock-timeout' if wait else ''}: exit codes {dict(sorted(codes.items()))}")
        finally:
            sandbox.close()
            shutil.rmtree(folder, ignore_errors=True)


def estate(count):
    """A node with `count` objects, some with fields that nobody knows, and secrets."""
    services, infras = count // 5, 8
    mystery = {"n": 1.5, "list": [None, "ü", {"deep": True}]}
    seed = {
        "projects": ["CHURN", "FRAUD"],
        "nodes": [f"node-{number}" for number in range(1, infras + 1)],
        "services": [], "packages": [], "infras": [], "deployments": [],
    }
    for number in range(infras):
        seed["infras"].append({
            "id": f"infra-{number}", "type": "STATIC", "stage": ["Development", "Test", "Production"][number % 3],
            "apiNodes": [{"url": f"sandbox://node-{number + 1}", "adminAPIKey": CANARY + "-admin-key", "odd": mystery}],
            "permissions": [{"group": "ops", "admin": True, "read": True, "deploy": True}], "mystery": mystery,
        })
    for number in range(services):
        project, name = ["CHURN", "FRAUD"][number % 2], f"service-{number}"
        endpoints = [
            {"id": "predict", "type": "STD_PREDICTION", "modelRef": f"model{number}", "computePropensity": False, "mystery": mystery},
            {"id": "code", "type": "PY_FUNCTION", "code": f"def f(x):\n\treturn '{number}'  # ü\n\n", "userFunctionName": "f"},
        ]
        settings = {"tags": ["b", "a"][: number % 3], "endpoints": endpoints}
        if number % 4 == 0:
            settings["authMethod"] = "API_KEYS"
            settings["authRealm"] = {"queryKeys": [CANARY + f"-{number}"]}
        seed["services"].append({"projectKey": project, "id": name, "settings": settings})
        seed["packages"].append({"projectKey": project, "serviceId": name, "id": "v1", "publish": True})
        seed["packages"].append({"projectKey": project, "serviceId": name, "id": "v2", "publish": True})
        mapping = {"mode": "SINGLE_GENERATION", "generation": "v2"}
        if number % 7 == 0:
            mapping = {"mode": "MULTI_GENERATION", "entries": [
                {"generation": "v1", "proba": 0.9}, {"generation": "v2", "proba": 0.1}]}
        seed["deployments"].append({
            "id": f"{name}-on-{number % infras}", "publishedServiceId": name, "infraId": f"infra-{number % infras}",
            "enabled": number % 5 != 0, "generationsMapping": mapping, "mystery": mystery,
        })
    return seed


def imports(arguments):
    """Everything that a node holds becomes manifests that plan empty, without a write and without a secret."""
    mooring = arguments.mooring
    folder = pathlib.Path(tempfile.mkdtemp(prefix="mooring-import-"))
    seed = estate(500)
    sandbox = Sandbox(mooring, folder, seed=seed)
    try:
        place = folder / "workspace"
        place.mkdir()
        (place / "mooring.yaml").write_text(
            f"""apiVersion: mooring/v1
kind: Workspace
metadata: {{name: imported}}
spec:
  environments:
    test:
      designer: {{url: "{sandbox.url}", apiKey: {{env: DSS_KEY}}}}
"""
        )
        env = dict(os.environ, DSS_KEY=sandbox.key, NO_COLOR="1")
        before = sandbox.call("GET", "/sandbox/state")["records"]
        done = run([mooring, "import"], place, env)
        if done.returncode != 0:
            raise Broken(f"import ends with {done.returncode}:\n{done.stdout[-3000:]}")
        plan = run([mooring, "plan", "--detailed-exitcode", "--json"], place, env)
        if plan.returncode != 0:
            raise Broken(f"the plan after the import is not empty ({plan.returncode}):\n{plan.stdout[-3000:]}")
        if sandbox.writes():
            raise Broken(f"an import wrote: {sandbox.writes()[:5]}")
        if sandbox.call("GET", "/sandbox/state")["records"] != before:
            raise Broken("an import changed what is live")
        check_no_canary(place)
        if CANARY in done.stdout + plan.stdout:
            raise Broken("a secret was printed")
        files = [path for path in place.rglob("*.yaml")]
        resources = sum(len(re.findall(r"^kind: ", path.read_text(), re.M)) for path in files)
        objects = sum(len(seed[key]) for key in ("services", "packages", "infras", "deployments"))
        objects += sum(len(service["settings"]["endpoints"]) for service in seed["services"])
        print(f"{objects} live objects became {resources} documents in {len(files)} files; the plan is empty, no write was sent")
    finally:
        sandbox.close()
        shutil.rmtree(folder, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["kills", "crowd", "import", "daemon-kills", "daemon-idle", "hooks"])
    parser.add_argument("--mooring", required=True, type=os.path.abspath)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--resources", type=int, default=300)
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--repositories", type=int, default=50)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--interval", type=int, default=30, help="seconds between two look-ups of a repository")
    parser.add_argument("--megabytes", type=float, default=40, help="the most memory of a daemon at rest")
    parser.add_argument("--share", type=float, default=1, help="the most of a core, in percent, of a daemon at rest")
    parser.add_argument("--seconds", type=float, default=5, help="how long webhooks are called as fast as can be")
    arguments = parser.parse_args()
    alone = {"kills": kills, "crowd": crowd, "import": imports}
    with_daemon = {"daemon-kills": daemons.kills, "daemon-idle": daemons.idle, "hooks": webhooks.hooks}
    try:
        if arguments.what in alone:
            alone[arguments.what](arguments)
        else:
            folder = pathlib.Path(tempfile.mkdtemp(prefix="mooring-daemon-"))
            try:
                with_daemon[arguments.what](arguments, folder, lambda **options: Sandbox(arguments.mooring, folder, **options))
            finally:
                shutil.rmtree(folder, ignore_errors=True)
    except Broken as promise:
        sys.exit(f"broken: {promise}")


if __name__ == "__main__":
    main()

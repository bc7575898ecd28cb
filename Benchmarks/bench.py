#!/usr/bin/env python3
"""Measures Mooring against curl, the official client, libyaml and Terraform, and checks the bars.

    bench.py --mooring PROGRAM --reading PROGRAM --python PROGRAM [PART…]

Prints a table, writes results.json beside this file, and ends with 1 when a bar is missed. Without PART all parts run:
fleet, size, reading, validation, terraform, start, push, rest.
"""

import argparse
import json
import os
import pathlib
import platform
import shutil
import statistics
import sys
import tempfile

import pushing
from measuring import Failed, alternately, environment, run, sandbox, seconds, walls

HERE = pathlib.Path(__file__).resolve().parent
GENERATOR = HERE.parent / "examples" / "fleet" / "generate.py"
LATENCY = "20ms"
CONCURRENCY = 16
# A service of the generated fleet is itself, two endpoints, a package and a deployment.
RESOURCES_A_SERVICE = 5


class Bench:
    def __init__(self, programs, folder):
        self.mooring = programs.mooring
        self.reading = programs.reading
        self.python = programs.python
        self.folder = folder
        self.rows = []

    # What the parts say

    def row(self, name, value, against="", ratio=None, bar=None, met=None, **figures):
        """One line of the table; `met` is None where there is no bar."""
        self.rows.append({
            "name": name, "mooring": value, "against": against, "ratio": ratio, "bar": bar, "met": met} | figures)
        print(f"   {name}: {value}{', ' + against if against else ''}", file=sys.stderr, flush=True)

    def at_most(self, name, ours, theirs, program, bar):
        """Our time over theirs."""
        ratio = statistics.median(ours) / statistics.median(theirs)
        self.row(name, seconds(ours), f"{program} {seconds(theirs)}", ratio, f"<= {bar}", ratio <= bar,
                 seconds=ours, theirs=theirs)

    def at_least(self, name, ours, theirs, program, bar):
        """Their time over ours: how many times faster we are."""
        ratio = statistics.median(theirs) / statistics.median(ours)
        self.row(name, seconds(ours), f"{program} {seconds(theirs)}", ratio, f">= {bar} x faster", ratio >= bar,
                 seconds=ours, theirs=theirs)

    # What the parts share

    def fleet(self, name, services):
        """A fresh workspace on a sandbox of its own, whose roll-outs are done at once."""
        folder = self.folder / name
        run([sys.executable, GENERATOR, services, 1, folder])
        data = folder / ".mooring" / "sandbox"
        data.mkdir(parents=True)
        (data / "faults.json").write_text('{"updateDuration": 0}\n')
        return folder

    def applied_fleet(self, name, services):
        folder = self.fleet(name, services)
        run([self.mooring, "apply", "--auto-approve", "-C", folder])
        return folder

    def plan(self, folder, *options):
        """A plan that finds nothing to do; it fails when it finds anything."""
        return run([self.mooring, "plan", "--detailed-exitcode", "--concurrency", CONCURRENCY, "-C", folder, *options])

    # The parts

    def measure_fleet(self):
        services = 1000
        folder = self.applied_fleet("fleet", services)
        with sandbox(self.mooring, folder / ".mooring" / "sandbox", LATENCY) as server:
            self.plan(folder)
            server.forget()
            self.plan(folder)
            requests = server.requests()
            self.count(requests, services)
            curl = self.curl_command(server, requests)
            name = f"no-op plan of {services} services, packages, deployments at {LATENCY}"
            if shutil.which("curl"):
                ours, theirs = alternately(5, lambda: self.plan(folder), lambda: run(curl))
                self.at_most(name, walls(ours), walls(theirs), "curl", 1.15)
            else:
                ours = [self.plan(folder) for _ in range(5)]
                self.row(name, seconds(walls(ours)), "curl is not on the PATH")
            script = run([self.python, HERE / "official_client.py", server.url, server.key, "FLEET"],
                         env=environment() | {"PYTHONPATH": str(self.client_folder())})
            self.at_least("the same", walls(ours), [script.wall], "official client", 13)

    def client_folder(self):
        clients = HERE.parent / ".venv" / "clients"
        newest = (HERE.parent / "Tests" / "OfficialClient" / "clients.txt").read_text().split()[0]
        return clients / newest

    def count(self, requests, services):
        """Requests for each service, deployment and infrastructure, and the constant rest: the lists."""
        counts = {"service": 0, "deployment": 0, "infra": 0, "constant": 0}
        for method, path in requests:
            if method != "GET":
                raise Failed(f"a plan writes nothing, but sent {method} {path}")
            words = path.split("?")[0].strip("/").split("/")
            # As [dip, publicapi, api-deployer, deployments, ID, …] and [dip, publicapi, projects, KEY, apiservices, ID, …].
            if words[2:4] == ["api-deployer", "deployments"] and len(words) > 4:
                counts["deployment"] += 1
            elif words[2:4] == ["api-deployer", "infras"] and len(words) > 4:
                counts["infra"] += 1
            elif "apiservices" in words[:-1] or words[2:4] == ["api-deployer", "services"] and len(words) > 4:
                counts["service"] += 1
            else:
                counts["constant"] += 1
        met = (counts["service"] <= 2 * services and counts["deployment"] <= 2 * services and counts["infra"] <= 1
               and counts["constant"] <= 8)
        self.row("requests of that plan", f"{len(requests)}", " ".join(f"{k} {v}" for k, v in counts.items()),
                 bar="<= 2 a service, 2 a deployment, 1 an infra, 8", met=met, counts=counts)

    def curl_command(self, server, requests):
        config = self.folder / "curl.config"
        lines = [f'user = "{server.key}:"']
        for _, path in requests:
            lines += [f'url = "{server.url}{path}"', 'output = "/dev/null"']
        config.write_text("\n".join(lines) + "\n")
        return ["curl", "--disable", "--silent", "--show-error", "--globoff", "--fail", "--parallel", "--parallel-max",
                CONCURRENCY, "--config", config]

    def measure_size(self):
        services = 2000
        resources = services * RESOURCES_A_SERVICE + 1
        folder = self.fleet("size", services)
        saved = self.folder / "plan.json"
        with sandbox(self.mooring, folder / ".mooring" / "sandbox"):
            first = run([self.mooring, "plan", "-C", folder])
            run([self.mooring, "plan", "-o", saved, "-C", folder])
            applied = run([self.mooring, "apply", saved, "-C", folder])
            runs = [self.plan(folder) for _ in range(5)]
        name = f"no-op plan of {resources} resources, no latency"
        self.row(f"{name}: wall", seconds(walls(runs)), seconds=walls(runs))
        self.row(f"{name}: CPU", seconds([each.cpu for each in runs]), seconds=[each.cpu for each in runs])
        for name, peak in [
                (f"{name}: peak memory", max(each.peak_mb for each in runs)),
                ("the plan that creates them: peak memory", first.peak_mb),
                ("the apply of that plan, saved: peak memory", applied.peak_mb)]:
            self.row(name, f"{peak:.0f} MB", bar="<= 100 MB", met=peak <= 100, megabytes=peak)

    def measure_reading(self):
        folder = self.fleet("reading", 1000)
        files = sorted(folder.glob("*/*.yaml"))
        result = json.loads(run([self.reading, 15, *files]).output)
        name = f"reading {len(files)} manifests, {result['bytes'] / 1e6:.2f} MB"
        self.at_most(name, [each / 1e9 for each in result["read"]], [each / 1e9 for each in result["bare"]],
                     "libyaml's events", 2)

    def measure_validation(self):
        folder = self.fleet("validation", 500)
        runs = [run([self.mooring, "validate", "-C", folder]) for _ in range(9)]
        self.row("validation of 1001 manifests", seconds(walls(runs)), seconds=walls(runs))

    def measure_terraform(self):
        services, resources = 400, 2000
        if not shutil.which("terraform"):
            self.row("plan and apply against Terraform", "not measured", "terraform is not on the PATH")
            return
        rounds = []

        def ours():
            folder = self.fleet(f"ours-{len(rounds)}", services)
            plan = run([self.mooring, "plan", "-o", folder / "plan.json", "-C", folder])
            rounds.append(folder)
            return plan, run([self.mooring, "apply", folder / "plan.json", "-C", folder])

        def theirs():
            folder = self.folder / f"theirs-{len(rounds)}"
            folder.mkdir()
            (folder / "main.tf").write_text(
                f'resource "terraform_data" "service" {{\n  count = {resources}\n'
                '  input = "service-${count.index}"\n}\n')
            terraform = ["terraform", f"-chdir={folder}"]
            run(terraform + ["init", "-input=false"])
            plan = run(terraform + ["plan", "-input=false", "-out=plan"])
            return plan, run(terraform + ["apply", "-input=false", "plan"])

        mooring, terraform = alternately(3, ours, theirs)
        for index, (verb, bar) in enumerate([("plan that creates", 4), ("apply of", 20)]):
            self.at_least(f"{verb} {services * RESOURCES_A_SERVICE + 1} resources",
                          [each[index].wall for each in mooring], [each[index].wall for each in terraform],
                          f"terraform, {resources}", bar)

    def measure_start(self):
        if not shutil.which("terraform"):
            self.row("version against Terraform", "not measured", "terraform is not on the PATH")
            return
        ours, theirs = alternately(
            21, lambda: run([self.mooring, "version"]), lambda: run(["terraform", "version"]))
        self.at_most("version", walls(ours), walls(theirs), "terraform", 0.3)

    def measure_push(self):
        hook = "interval: 1h, webhook: {provider: generic, secret: {env: HOOK_KEY}}"
        ways = [("webhook", hook, True, 1), ("polling at 2 s", "interval: 2s", False, 3)]
        for name, settings, is_told, bar in ways:
            whole, after = pushing.measure(self.mooring, self.folder / f"push-{is_told}", settings, is_told)
            p95 = pushing.percentile(whole, 0.95)
            self.row(
                f"{len(whole)} pushes to 1,000 manifests, {name}: begin of push to first write",
                pushing.distribution(whole), bar=f"p95 <= {bar} s", met=p95 <= bar, seconds=whole)
            self.row(f"the same from the end of the push, {name}", pushing.distribution(after), seconds=after)

    def measure_rest(self):
        megabytes = pushing.at_rest(self.mooring, self.folder / "rest")
        self.row("daemon at rest, 1,000 manifests", f"{megabytes:.0f} MB", bar="<= 40 MB", met=megabytes <= 40,
                 megabytes=megabytes)

    def table(self):
        head = ("what", "Mooring", "against", "ratio", "bar", "")
        words = {True: "met", False: "MISSED", None: ""}
        rows = [head] + [
            (each["name"], each["mooring"], each["against"], "" if each["ratio"] is None else f"{each['ratio']:.2f}",
             each["bar"] or "", words[each["met"]]) for each in self.rows]
        widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
        return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


PARTS = {
    "fleet": Bench.measure_fleet, "size": Bench.measure_size, "reading": Bench.measure_reading,
    "validation": Bench.measure_validation, "terraform": Bench.measure_terraform, "start": Bench.measure_start,
    "push": Bench.measure_push, "rest": Bench.measure_rest,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for program in ("mooring", "reading", "python"):
        # Not resolved: the Python of a virtual environment is a link that must be called by its own name.
        parser.add_argument(f"--{program}", required=True, type=lambda path: pathlib.Path(os.path.abspath(path)))
    parser.add_argument("parts", nargs="*", metavar="PART")
    given = parser.parse_args()
    unknown = [part for part in given.parts if part not in PARTS]
    if unknown:
        parser.error(f"unknown part '{unknown[0]}'; there are {', '.join(PARTS)}")
    with tempfile.TemporaryDirectory(prefix="mooring-bench-") as folder:
        bench = Bench(given, pathlib.Path(folder))
        failed = False
        for part in given.parts or PARTS:
            print(f"== {part}", file=sys.stderr, flush=True)
            try:
                PARTS[part](bench)
            except Failed as error:
                failed = True
                print(f"bench: {error}", file=sys.stderr)
    print(bench.table())
    machine = {"system": platform.platform(), "cores": os.cpu_count(), "load": os.getloadavg()[0]}
    (HERE / "results.json").write_text(json.dumps({"machine": machine, "rows": bench.rows}, indent=2) + "\n")
    missed = [each["name"] for each in bench.rows if each["met"] is False]
    if missed:
        print(f"bench: missed: {'; '.join(missed)}", file=sys.stderr)
    sys.exit(1 if missed or failed else 0)


if __name__ == "__main__":
    main()

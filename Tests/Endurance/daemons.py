"""The parts of endurance.py that run `mooring watch`: repositories, daemons, and what is asked of them."""

import json
import os
import pathlib
import random
import re
import signal
import sqlite3
import subprocess
import threading
import time
import urllib.error
import urllib.request

# Longer than anything takes that a daemon does here, on a busy machine and in a debug build.
PATIENCE = 180
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Broken(Exception):
    """A promise that did not hold."""


def git(folder, *words):
    settings = ["user.name=Ann", "user.email=ann@example.com", "commit.gpgsign=false", "gc.auto=0"]
    done = subprocess.run(
        ["git", *(word for setting in settings for word in ("-c", setting)), *words], cwd=folder, text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=PATIENCE,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1"})
    if done.returncode != 0:
        raise Broken(f"git {' '.join(words)} ends with {done.returncode}:\n{done.stdout}")
    return done.stdout.strip()


class Origin:
    """A bare repository in a folder, and a clone of it that is committed to and pushed from."""

    def __init__(self, folder, name):
        self.bare, self.work = folder / f"{name}.git", folder / f"{name}-work"
        git(folder, "init", "-q", "--bare", "-b", "main", str(self.bare))
        git(folder, "init", "-q", "-b", "main", str(self.work))
        git(self.work, "remote", "add", "origin", str(self.bare))

    def write(self, name, text):
        path = self.work / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def push(self, message):
        """Commits what was written and pushes it; the commit's id."""
        git(self.work, "add", "-A")
        git(self.work, "commit", "-q", "-m", message)
        git(self.work, "push", "-q", "origin", "main")
        return git(self.work, "rev-parse", "HEAD")


class Daemon:
    """`mooring watch` in a folder with a watch.yaml, its log in a file that grows with each start."""

    def __init__(self, mooring, folder, env, *options):
        self.log = folder / "daemon.log"
        self.started = time.monotonic()
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [mooring, "watch", "--json", "-f", str(folder / "watch.yaml"), *options], cwd=folder, env=env,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log)
        self.url = None

    def ready(self):
        """Waits for the page's address; it is killed meanwhile in some tests, and then there is none."""
        if self.url is None:
            line = self.process.stdout.readline()
            if not line:
                raise Broken(f"the daemon does not start:\n{self.log.read_text()[-3000:]}")
            self.url = json.loads(line)["url"]
        return self

    def get(self, path, timeout=30):
        with OPENER.open(self.ready().url + path, timeout=timeout) as answer:
            return answer.read().decode()

    def status(self):
        """The environments by place, each with its repository's `head` and `problem`."""
        places = {}
        for repository in json.loads(self.get("/api/status"))["repositories"]:
            for environment in repository["environments"]:
                environment["head"], environment["git"] = repository["head"], repository.get("problem")
                places[f"{repository['name']}/{environment['name']}"] = environment
        return places

    def wait(self, what, is_met):
        """Asks until all environments meet a condition."""
        deadline = time.monotonic() + PATIENCE
        while True:
            places = self.status()
            if all(is_met(place) for place in places.values()):
                return places
            if time.monotonic() > deadline:
                raise Broken(f"not in time: {what}\n{json.dumps(places)[:4000]}\n{self.log.read_text()[-4000:]}")
            time.sleep(0.05)

    def live(self, commit):
        return self.wait(f"{commit} is live", lambda place: place["revision"] == commit and place["sync"] == "Synced")

    def metrics(self):
        """Sums of samples by name and labels, as they are written."""
        samples = {}
        for line in self.get("/metrics").splitlines():
            if line and not line.startswith("#"):
                name, value = line.rsplit(" ", 1)
                samples[name] = float(value)
        return samples

    def lookups(self):
        """How often each repository was looked up."""
        found = {}
        for name, value in self.metrics().items():
            match = re.fullmatch(r'mooring_look_ups_total\{(.*)\}', name)
            if match:
                repository = re.search(r'repository="([^"]*)"', match[1])[1]
                found[repository] = found.get(repository, 0) + value
        return found

    def memory(self):
        """Resident, in MB."""
        text = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", text)[1]) / 1024

    def cpu(self):
        """Seconds of a core so far."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        self.process.terminate()
        code = self.process.wait(timeout=PATIENCE)
        if code != 0:
            raise Broken(f"a daemon that is asked to stop ends with {code}:\n{self.log.read_text()[-3000:]}")


def workspace(name):
    return f"""apiVersion: mooring/v1
kind: Workspace
metadata: {{name: {name}}}
spec:
  manifests: [apis]
  environments:
    prod: {{sandbox: the-watch-file-says-where}}
"""


INFRA = """apiVersion: mooring/v1
kind: Infra
metadata: {name: prod}
spec:
  type: STATIC
  stage: Production
  apiNodes: [{url: "sandbox://node-1", adminAPIKey: {env: NODE_KEY}}]
"""


def service(name, version, breaks=False):
    """A service, its package and its deployment."""
    code = ("# sandbox: unhealthy\\n" if breaks else "") + f"def f(x):\\n    return '{version}'\\n"
    return f"""apiVersion: mooring/v1
kind: APIService
metadata: {{project: SANDBOX, name: {name}}}
spec:
  authMethod: PUBLIC
  tags: [{version}]
  endpoints:
    - {{id: score, type: PY_FUNCTION, userFunctionName: f, code: "{code}"}}
  package: {{version: {version}}}
---
apiVersion: mooring/v1
kind: Deployment
metadata: {{name: {name}-on-prod}}
spec:
  publishedServiceId: {name}
  infraId: prod
  version: auto
  rollout: {{timeout: 1m, failAfter: 1s, onFailure: rollback}}
"""


def watch_file(folder, url, repositories, spec=""):
    """`repositories` are name, and lines of YAML in flow style for it."""
    text = f"""apiVersion: mooring/v1
kind: Watch
metadata: {{name: endurance}}
spec:
  data: data
  listen: 127.0.0.1:0
  tokens: {{ann: {{env: ANN_TOKEN}}}}
  secrets: {{allow: {{env: [NODE_KEY]}}}}
  {spec}
  repositories:
"""
    for name, more, environments in repositories:
        text += f"    - {{name: {name}, url: {name}.git, ref: {{branch: main}}, {more}, environments: {{"
        text += ", ".join(
            f'{environment}: {{designer: {{url: "{url}", apiKey: {{env: DSS_KEY}}}}, {settings}}}'
            for environment, settings in environments.items()) + "}}\n"
    (folder / "watch.yaml").write_text(text)


def variables(sandbox):
    return dict(
        os.environ, DSS_KEY=sandbox.key, NODE_KEY=sandbox.key, ANN_TOKEN="the-token-of-ann", HOOK_KEY="the-key-of-hooks",
        NO_COLOR="1")


# Sudden ends

class Generations(threading.Thread):
    """Looks at which version each deployment is set to, all the time."""

    def __init__(self, sandbox, names):
        super().__init__(daemon=True)
        self.sandbox, self.names = sandbox, names
        self.seen = {name: [] for name in names}
        self.is_over = False

    def run(self):
        while not self.is_over:
            for name in self.names:
                version = self.version(name)
                if version and self.seen[name][-1:] != [version]:
                    self.seen[name].append(version)
            time.sleep(0.02)

    def version(self, name):
        try:
            path = f"/dip/publicapi/api-deployer/deployments/{name}-on-prod/settings"
            return self.sandbox.call("GET", path)["generationsMapping"].get("generation")
        except urllib.error.HTTPError:
            return None


def check_order(generations, bad):
    """No deployment goes back to an older version, but from a bad one to what it was before."""
    for name, seen in generations.seen.items():
        numbers = [int(version[1:]) for version in seen]
        for before, after in zip(numbers, numbers[1:]):
            if after < before and before not in bad:
                raise Broken(f"'{name}' went back from v{before} to v{after}: {seen}")


def check_history(folder, commits):
    """The runs, oldest first, are of commits that are no older than those before."""
    order = {commit: number for number, commit in enumerate(commits)}
    with sqlite3.connect(f"file:{folder / 'data/state/churn.db'}?mode=ro", uri=True) as database:
        begun = [json.loads(row[0]) for row in database.execute("SELECT begun FROM run ORDER BY number")]
    applied = [order[run["commit"]] for run in begun if run.get("commit")]
    if not applied or applied != sorted(applied):
        raise Broken(f"an older commit was applied over a newer one: {applied}")


def kills(arguments, folder, sandbox_at):
    """kill -9 at random moments while commits are pushed; then it must come to the newest good commit."""
    generator = random.Random(arguments.seed)
    sandbox = sandbox_at(latency=5)
    names = [f"service-{number}" for number in range(4)]
    generations, daemon = Generations(sandbox, names), None
    try:
        sandbox.call("PUT", "/sandbox/faults", {"updateDuration": 60})
        origin = Origin(folder, "churn")
        origin.write("mooring.yaml", workspace("churn"))
        origin.write("apis/infra.yaml", INFRA)
        watch_file(folder, sandbox.url, [("churn", "interval: 1s", {"prod": "apply: auto"})])
        env = variables(sandbox)
        commits, bad, broken = [], set(), set()
        number = 0

        def push(is_good=True):
            nonlocal number
            number += 1
            chosen = set(names if number == 1 else generator.sample(names, generator.randint(1, len(names))))
            if is_good:
                # A commit is good when nothing in it is broken.
                chosen |= broken
                broken.clear()
            else:
                broken.update(chosen)
            for name in sorted(chosen):
                origin.write(f"apis/{name}.yaml", service(name, f"v{number}", breaks=not is_good))
            if not is_good:
                bad.add(number)
            commits.append(origin.push(f"Commit {number}"))

        push()
        daemon = Daemon(arguments.mooring, folder, env)
        begin = time.monotonic()
        daemon.live(commits[-1])
        whole = time.monotonic() - begin
        print(f"the first commit is live after {whole:.2f} s, seed {arguments.seed}", flush=True)
        generations.start()
        for turn in range(arguments.count):
            pushes = generator.randint(1, 3)
            moments = sorted(generator.uniform(0, whole) for _ in range(pushes))
            end = generator.uniform(0, 2 * whole)
            begin = time.monotonic()
            is_dead = False
            for index, moment in enumerate(moments + [2 * whole]):
                if not is_dead and end <= moment:
                    time.sleep(max(0, begin + end - time.monotonic()))
                    daemon.kill()
                    is_dead = True
                if index < pushes:
                    time.sleep(max(0, begin + moment - time.monotonic()))
                    # The newest one is good; one before it may not be.
                    push(is_good=index == pushes - 1 or generator.random() > 0.4)
            daemon = Daemon(arguments.mooring, folder, env)
            daemon.live(commits[-1])
            for name in names:
                declared = re.search(r"package: \{version: (v\d+)\}", (origin.work / f"apis/{name}.yaml").read_text())[1]
                if generations.version(name) != declared:
                    raise Broken(f"'{name}' is at {generations.version(name)}, and the newest commit says {declared}")
            check_order(generations, bad)
            check_history(folder, commits)
            if (turn + 1) % 10 == 0:
                print(f"{turn + 1} of {arguments.count} came to the newest commit", flush=True)
        if [entry for entry in sandbox.writes() if entry[0] == "DELETE"]:
            raise Broken("something was deleted")
        daemon.stop()
        print(
            f"{arguments.count} of {arguments.count} came to the newest good commit of {len(commits)}, "
            f"of which {len(bad)} were bad; none was applied over a newer one")
    finally:
        generations.is_over = True
        if generations.is_alive():
            generations.join()
        if daemon and daemon.process.poll() is None:
            daemon.kill()
        sandbox.close()


# Idle

def idle(arguments, folder, sandbox_at):
    """Repositories to which nobody pushes: memory, CPU and look-ups over so many minutes."""
    sandbox = sandbox_at()
    daemon = None
    interval = arguments.interval
    try:
        repositories = []
        for number in range(arguments.repositories):
            name = f"repository-{number}"
            origin = Origin(folder, name)
            origin.write("mooring.yaml", workspace(name))
            # Each has all that it needs: an object belongs to one repository.
            origin.write("apis/infra.yaml", INFRA.replace("name: prod", f"name: infra-{number}"))
            origin.write(
                "apis/service.yaml",
                service(f"service-{number}", "v1").replace("infraId: prod", f"infraId: infra-{number}"))
            origin.push("First release")
            repositories.append((name, f"interval: {interval}s", {"prod": "apply: auto, driftInterval: 24h"}))
        watch_file(folder, sandbox.url, repositories)
        daemon = Daemon(arguments.mooring, folder, variables(sandbox))
        daemon.wait("all are live", lambda place: place["revision"] is not None and place["sync"] == "Synced")
        # The first plans and applies are over; what they took is given back by and by.
        time.sleep(min(10, interval))
        begin, cpu, before = time.monotonic(), daemon.cpu(), daemon.lookups()
        sent = len(sandbox.call("GET", "/sandbox/requests"))
        samples = []
        while time.monotonic() - begin < arguments.minutes * 60:
            time.sleep(5)
            samples.append(daemon.memory())
        duration = time.monotonic() - begin
        share = (daemon.cpu() - cpu) / duration
        after = daemon.lookups()
        counts = [after[name] - before[name] for name, _, _ in repositories]
        third = max(1, len(samples) // 3)
        growth = max(samples[-third:]) - max(samples[:third])
        print(
            f"{arguments.repositories} repositories, {arguments.minutes} minutes: at most {max(samples):.1f} MB, "
            f"grown by {growth:.1f} MB; {share * 100:.2f} % of a core; "
            f"{sum(counts):.0f} look-ups, {min(counts):.0f} to {max(counts):.0f} a repository at one in {interval} s ± 10 %")
        fewest, most = duration / (1.1 * interval) - 1, duration / (0.9 * interval) + 1
        if min(counts) < fewest or max(counts) > most:
            raise Broken(f"look-ups of a repository: {min(counts)} to {max(counts)}, and {fewest:.1f} to {most:.1f} are due")
        requests = len(sandbox.call("GET", "/sandbox/requests")) - sent
        if requests:
            raise Broken(f"{requests} requests were sent to the nodes, and nothing had changed")
        if growth > 2:
            raise Broken("memory grows")
        if max(samples) > arguments.megabytes:
            raise Broken(f"more than {arguments.megabytes} MB")
        if share > arguments.share / 100:
            raise Broken(f"more than {arguments.share} % of a core")
        daemon.stop()
    finally:
        if daemon and daemon.process.poll() is None:
            daemon.kill()
        sandbox.close()

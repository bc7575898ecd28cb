"""A repository that somebody pushes to, two sandboxes, and the daemon between them: all as the programs they are."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import requests

KEY = "the-key-of-the-tests"
TOKEN = "the-token-of-ann"
API = "/dip/publicapi/api-deployer"
# Longer than anything that a daemon of a test does on a busy machine.
PATIENCE_SECONDS = 120
PAUSE_SECONDS = 0.2

WATCH = """\
apiVersion: mooring/v1
kind: Watch
metadata: {{name: central}}
spec:
  data: data
  listen: 127.0.0.1:0
  interval: 1s
  tokens: {{ann: {{env: ANN_TOKEN}}}}
  secrets: {{allow: {{env: [NODE_KEY]}}}}
  repositories:
    - name: churn
      url: origin.git
      ref: {{branch: main}}
      environments:
        test: {{apply: auto, drift: detect, driftInterval: 1h, designer: {{url: "{test}", apiKey: {{env: DSS_KEY}}}}}}
        prod: {{apply: approve, drift: off, designer: {{url: "{prod}", apiKey: {{env: DSS_KEY}}}}}}
"""

WORKSPACE = """\
apiVersion: mooring/v1
kind: Workspace
metadata: {name: churn}
spec:
  manifests: [apis]
  environments:
    test: {sandbox: the-watch-file-says-where}
    prod: {sandbox: the-watch-file-says-where}
"""

MANIFESTS = """\
apiVersion: mooring/v1
kind: APIService
metadata: {{project: CHURN, name: churn}}
spec:
  authMethod: PUBLIC
  endpoints:
    - {{id: discount, type: PY_FUNCTION, userFunctionName: discount, code: {{file: ../code/discount.py}}}}
  package: {{version: {version}}}
---
apiVersion: mooring/v1
kind: Infra
metadata: {{name: main}}
spec:
  type: STATIC
  stage: Production
  apiNodes: [{{url: "sandbox://node-1", adminAPIKey: {{env: NODE_KEY}}}}]
---
apiVersion: mooring/v1
kind: Deployment
metadata: {{name: churn-main}}
spec:
  publishedServiceId: churn
  infraId: main
  version: auto
  enabled: true
  rollout: {{timeout: 1m, failAfter: 1s, onFailure: rollback}}
"""


class Daemon:
    """`url` is where its page lies. Programs that it starts end with it."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.mooring = os.environ["MOORING"]
        self.started = []
        self.variables = os.environ | {
            "MOORING_SANDBOX_KEY": KEY, "DSS_KEY": KEY, "NODE_KEY": KEY, "ANN_TOKEN": TOKEN,
            "BOB_TOKEN": "the-token-of-bob", "NO_COLOR": "1",
        }
        try:
            self.sandboxes = {name: self.start("sandbox", "--port", "0", "--json")["url"] for name in ("test", "prod")}
            (self.folder / "watch.yaml").write_text(WATCH.format(**self.sandboxes))
            self.git("init", "-q", "--bare", "-b", "main", "origin.git")
            self.git("init", "-q", "-b", "main", "work")
            self.git("-C", "work", "remote", "add", "origin", "../origin.git")
            self.release("v1", "Serve the first version")
            self.url = self.start("watch", "--json", "-f", "watch.yaml")["url"].rstrip("/")
        except BaseException:
            self.stop()
            raise

    def start(self, *arguments):
        """Starts a command that prints a line of JSON once it is ready."""
        errors = open(self.folder / f"{arguments[0]}-{len(self.started)}.log", "w")
        process = subprocess.Popen(
            [self.mooring, *arguments], cwd=self.folder, env=self.variables, stdout=subprocess.PIPE, stderr=errors,
            text=True,
        )
        self.started.append(process)
        process.log = Path(errors.name)
        return self.ready(process)

    def ready(self, process):
        line = process.stdout.readline()
        assert line, f"'mooring {process.args[1]}' ended: {process.log.read_text()}"
        return json.loads(line)

    def read_again(self):
        """The daemon reads its file again; its port is another one then."""
        process = self.started[-1]
        process.send_signal(signal.SIGHUP)
        self.url = self.ready(process)["url"].rstrip("/")

    def stop(self):
        for process in reversed(self.started):
            process.terminate()
        for process in reversed(self.started):
            process.wait(timeout=PATIENCE_SECONDS)

    # Commits

    def git(self, *arguments):
        settings = ["user.name=Ann", "user.email=ann@example.com", "commit.gpgsign=false", "protocol.file.allow=always"]
        command = ["git", *(word for setting in settings for word in ("-c", setting)), *arguments]
        return subprocess.run(
            command, cwd=self.folder, env=self.variables, check=True, capture_output=True, text=True
        ).stdout.strip()

    def release(self, version, subject, breaks=False):
        """Pushes another version with other code; `breaks` makes one that does not start. Returns the commit's id."""
        work = self.folder / "work"
        for folder in ("apis", "code"):
            (work / folder).mkdir(exist_ok=True)
        (work / "mooring.yaml").write_text(WORKSPACE)
        (work / "apis" / "churn.yaml").write_text(MANIFESTS.format(version=version))
        head = "# sandbox: unhealthy\n" if breaks else ""
        (work / "code" / "discount.py").write_text(f"{head}def discount(price):\n    return price  # {version}\n")
        return self.push(subject)

    def push(self, subject):
        self.git("-C", "work", "add", "-A")
        self.git("-C", "work", "commit", "-q", "-m", subject)
        self.git("-C", "work", "push", "-q", "origin", "HEAD:main")
        return self.git("-C", "work", "rev-parse", "HEAD")

    # What is live

    def environment(self, name):
        """As `/api/status` tells it."""
        status = requests.get(f"{self.url}/api/status", timeout=PATIENCE_SECONDS).json()
        return next(one for one in status["repositories"][0]["environments"] if one["name"] == name)

    def wait(self, name, condition):
        """Waits until an environment stands as `condition` says; returns it."""
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            status = self.environment(name)
            if condition(status):
                return status
            assert time.monotonic() < end, f"'{name}' stands otherwise for too long: {json.dumps(status)}"
            time.sleep(PAUSE_SECONDS)

    def wait_for_live(self, name, commit):
        return self.wait(name, lambda status: status["revision"] == commit and status["sync"] == "Synced")

    def wait_for_plan(self, name, commit):
        return self.wait(name, lambda status: status.get("pending") and status["pending"]["commit"]["id"] == commit)

    def change_by_hand(self, name, deployment):
        """Somebody disables a deployment on the node."""
        path = f"{self.sandboxes[name]}{API}/deployments/{deployment}/settings"
        settings = requests.get(path, auth=(KEY, ""), timeout=PATIENCE_SECONDS).json()
        assert settings["enabled"] is True, settings
        answer = requests.put(path, json=settings | {"enabled": False}, auth=(KEY, ""), timeout=PATIENCE_SECONDS)
        answer.raise_for_status()

    def look_now(self, name):
        """As `mooring watch sync`."""
        token = {"Authorization": f"Bearer {TOKEN}"}
        requests.post(f"{self.url}/api/r/churn/{name}/sync", headers=token, timeout=PATIENCE_SECONDS).raise_for_status()

    def slow_down(self, name, milliseconds):
        """Lets each update take so long."""
        path = f"{self.sandboxes[name]}/sandbox/faults"
        requests.put(path, json={"updateDuration": milliseconds}, auth=(KEY, ""), timeout=PATIENCE_SECONDS).raise_for_status()


"""How long it takes from a push to the daemon's first write, and what a daemon at rest takes of memory."""

import json
import math
import pathlib
import statistics
import sys
import time

from measuring import Failed, sandbox

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Tests" / "Endurance"))
import daemons  # noqa: E402
import webhooks  # noqa: E402

# Each service is two manifests; with the workspace's infrastructure they are a thousand files and one.
SERVICES = 500
PUSHES = 100


class Pushed:
    """A repository of a thousand manifests, and a daemon that has all of it live."""

    def __init__(self, mooring, folder, node, settings):
        folder.mkdir()
        self.node = node
        self.origin = daemons.Origin(folder, "churn")
        self.origin.write("mooring.yaml", daemons.workspace("churn"))
        self.origin.write("apis/infra.yaml", daemons.INFRA)
        for number in range(SERVICES):
            service, deployment = daemons.service(f"service-{number}", "v1").split("---\n")
            self.origin.write(f"apis/service-{number}.yaml", service)
            self.origin.write(f"apis/deployment-{number}.yaml", deployment)
        first = self.origin.push("First release")
        daemons.watch_file(
            folder, node.url, [("churn", settings, {"prod": "apply: auto, driftInterval: 24h"})],
            "limits: {maxChanges: 10000, updates: 3}")
        self.daemon = daemons.Daemon(mooring, folder, daemons.variables(node))
        self.daemon.live(first)

    def tag(self, number):
        """Changes one service, as most commits do."""
        path = f"apis/service-{number % SERVICES}.yaml"
        text = (self.origin.work / path).read_text()
        head, tail = text.split("tags: [", 1)
        self.origin.write(path, head + f"tags: [push-{number}" + tail[tail.index("]"):])

    def first_write(self, since):
        """When the first request after a moment came to the node that was no read; in seconds since 1970."""
        for entry in json.loads(self.node.control("GET", "requests")):
            if entry["method"] != "GET" and entry["time"] >= since * 1000:
                return entry["time"] / 1000
        raise Failed("a push was followed by no write")


def measure(mooring, folder, settings, is_told):
    """Seconds from the begin and from the end of each push to the first write."""
    with sandbox(mooring, folder.parent / f"{folder.name}-node") as node:
        pushed = Pushed(mooring, folder, node, settings)
        try:
            whole, after = [], []
            for number in range(PUSHES):
                pushed.tag(number)
                node.forget()
                daemons.git(pushed.origin.work, "commit", "-q", "-a", "-m", f"Push {number}")
                begin = time.time()
                daemons.git(pushed.origin.work, "push", "-q", "origin", "main")
                end = time.time()
                if is_told:
                    body = b'{"ref": "refs/heads/main", "number": %d}' % number
                    status = webhooks.call_hook(pushed.daemon, body, webhooks.signed(body))
                    if status != 202:
                        raise Failed(f"the webhook is answered with {status}")
                pushed.daemon.live(daemons.git(pushed.origin.work, "rev-parse", "HEAD"))
                write = pushed.first_write(begin)
                whole.append(write - begin)
                after.append(write - end)
            pushed.daemon.stop()
            return whole, after
        except daemons.Broken as error:
            raise Failed(str(error)) from error
        finally:
            if pushed.daemon.process.poll() is None:
                pushed.daemon.kill()


def at_rest(mooring, folder):
    """MB of a daemon whose repository rests, a minute after the last thing it did."""
    with sandbox(mooring, folder.parent / f"{folder.name}-node") as node:
        pushed = Pushed(mooring, folder, node, "interval: 5s")
        try:
            time.sleep(60)
            return pushed.daemon.memory()
        finally:
            pushed.daemon.kill()


def percentile(values, share):
    """The smallest value that so many of all do not exceed."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def distribution(values):
    return (
        f"p50 {statistics.median(values):.2f} s, p95 {percentile(values, 0.95):.2f} s, max {max(values):.2f} s")

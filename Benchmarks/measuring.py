"""Starts programs and measures them: wall, CPU, peak memory. Standard library only."""

import base64
import contextlib
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass

# No measured program takes longer, however slow the machine; one that hangs is ended.
LONGEST_SECONDS = 400
STOP_SECONDS = 30


def environment():
    """Ours, without what would send requests to 127.0.0.1 elsewhere or let Terraform ask the network."""
    kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    return kept | {"CHECKPOINT_DISABLE": "1", "TF_CLI_CONFIG_FILE": os.devnull, "TF_IN_AUTOMATION": "1"}


@dataclass(frozen=True)
class Run:
    """One run of a program. `peak_mb` is its resident memory at most, with this process's own (some 20 MB) as a floor."""

    wall: float
    cpu: float
    peak_mb: float
    output: str


class Failed(Exception):
    """A program did not end as it must for its figures to count."""


def run(command, expected=0, env=None):
    """Runs a program to its end; what it printed on standard error is shown only when it fails.

    Nothing but the program is between the two looks at the clock: no threads, no pipes.
    """
    words = [os.fspath(word) if isinstance(word, os.PathLike) else str(word) for word in command]
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        actions = [
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0), (os.POSIX_SPAWN_DUP2, output.fileno(), 1),
            (os.POSIX_SPAWN_DUP2, errors.fileno(), 2)]
        start = time.perf_counter()
        process = os.posix_spawnp(words[0], words, env or environment(), file_actions=actions)
        with ended_after(LONGEST_SECONDS, process):
            # Not a wait of the library: it does not tell what the program used.
            _, status, usage = os.wait4(process, 0)
        wall = time.perf_counter() - start
        output.seek(0)
        errors.seek(0)
        text, problems = output.read(), errors.read()
    code = os.waitstatus_to_exitcode(status)
    if code != expected:
        raise Failed(f"{' '.join(words)} ended with {code}, not {expected}:\n{(problems + text)[-2000:]}")
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, text)


@contextlib.contextmanager
def ended_after(limit, process):
    """Kills a process that takes longer than so many seconds."""
    before = signal.signal(signal.SIGALRM, lambda *_: os.kill(process, signal.SIGKILL))
    signal.alarm(limit)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def alternately(rounds, *works):
    """Runs each work once a round, so that a machine that is slow for a while is slow for all. A list of runs for each."""
    results = [[] for _ in works]
    for _ in range(rounds):
        for work, result in zip(works, results):
            result.append(work())
    return results


def walls(runs):
    return [each.wall for each in runs]


def seconds(values):
    """The median, and from the least to the most: `1.23 s (1.20-1.31)`."""
    return f"{statistics.median(values):.3g} s ({min(values):.3g}-{max(values):.3g})"


class Sandbox:
    """`mooring sandbox` in a process of its own, on a free port."""

    def __init__(self, url, key):
        self.url = url
        self.key = key

    def requests(self):
        """`METHOD path` of each request since `forget`, oldest first; its own controls left out."""
        entries = json.loads(self.control("GET", "requests"))
        return [(each["method"], each["path"]) for each in entries if not each["path"].startswith("/sandbox/")]

    def forget(self):
        self.control("DELETE", "requests")

    def control(self, method, name):
        request = urllib.request.Request(f"{self.url}/sandbox/{name}", method=method)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        token = base64.b64encode(f"{self.key}:".encode()).decode()
        request.add_header("Authorization", f"Basic {token}")
        with opener.open(request, timeout=STOP_SECONDS) as answer:
            return answer.read()


@contextlib.contextmanager
def sandbox(mooring, data, latency=None):
    command = [mooring, "sandbox", "--port", "0", "--json", "--data", data]
    if latency:
        command += ["--latency", latency]
    process = subprocess.Popen(
        [str(word) for word in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, env=environment())
    try:
        line = process.stdout.readline()
        if not line:
            raise Failed("the sandbox ended before it was ready")
        ready = json.loads(line)
        yield Sandbox(ready["url"], ready["apiKey"])
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            print("bench: the sandbox did not stop in time and was killed", file=sys.stderr)
            process.kill()
            process.wait()
        process.stdout.close()

"""The daemon under the bounds of its service: the system calls, and no root."""

import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import pytest

from conftest import MOORING, TOP

USER = 65534
LONGEST_SECONDS = 120
UNIT = TOP / "packaging/systemd/mooring.service"
LAUNCHER = pathlib.Path(__file__).with_name("confined.py")


@pytest.fixture
def place():
    """The example of the daemon, with its repository, where a user without rights can work."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="mooring-daemon-"))
    shutil.copytree(TOP / "examples/watch", folder, dirs_exist_ok=True)
    shutil.copy(MOORING, folder / "mooring")
    variables = {"PATH": os.environ["PATH"], "HOME": str(folder), "GIT_CONFIG_GLOBAL": "/dev/null"} | {
        f"GIT_{who}_{what}": f"{what.lower()}@example.com" for who in ["AUTHOR", "COMMITTER"] for what in ["NAME", "EMAIL"]}

    def git(*arguments, at="repository"):
        subprocess.run(["git", "-C", str(folder / at), *arguments], env=variables, check=True, capture_output=True)

    git("init", "-q", "--bare", "-b", "main", "churn.git", at=".")
    git("init", "-q", "-b", "main")
    git("add", ".")
    git("commit", "-q", "-m", "Begin")
    git("push", "-q", "../churn.git", "main")
    if os.geteuid() == 0:
        for path in [folder, *folder.rglob("*")]:
            os.chown(path, USER, USER, follow_symlinks=False)
    yield folder
    shutil.rmtree(folder)


def confined(place, *arguments):
    return [sys.executable, str(LAUNCHER), str(UNIT), str(USER), *map(str, arguments)]


def test_the_bounds_hold(place):
    """What is not let through fails, which anybody may do elsewhere; else the test below would show nothing."""
    nice = ["/usr/bin/nice", "-n", "5", "true"]
    free = subprocess.run(nice, capture_output=True, text=True)
    assert (free.returncode, free.stderr) == (0, "")
    assert "Operation not permitted" in subprocess.run(confined(place, *nice), capture_output=True, text=True).stderr


def test_the_daemon_works_within_its_service_s_bounds(place):
    log = place / "log"
    variables = {"PATH": os.environ["PATH"], "MOORING_SANDBOX_KEY": "a-key", "MOORING_TOKEN": "a-token",
                 "CHURN_HOOK": "a-secret", "no_proxy": "*"}
    with log.open("w") as file:
        daemon = subprocess.Popen(
            confined(place, place / "mooring", "watch", "-f", place / "watch.yaml", "--listen", "127.0.0.1:0"),
            cwd=place, env=variables, stdout=file, stderr=file)
    try:
        deadline = time.monotonic() + LONGEST_SECONDS
        while "info applied" not in log.read_text():
            assert daemon.poll() is None and time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
        url = re.search(r"http://127\.0\.0\.1:\d+", log.read_text())[0]
        # What the image asks for its health.
        status = subprocess.run(
            [str(MOORING), "watch", "status", "--url", url], env=variables, capture_output=True, text=True)
        assert status.returncode == 0 and "churn" in status.stdout, status.stderr
    finally:
        daemon.send_signal(signal.SIGTERM)
        assert daemon.wait(timeout=LONGEST_SECONDS) == 0, log.read_text()
    assert "not permitted" not in log.read_text()

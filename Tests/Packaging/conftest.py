"""What the tests share: the program on the PATH, a sandbox on a port, and a repository whose 'prod' is that sandbox."""

import json
import os
import pathlib
import shutil
import subprocess
from dataclasses import dataclass, field

import pytest

TOP = pathlib.Path(__file__).parents[2]
MOORING = pathlib.Path(os.environ["MOORING"]).absolute()
STOP_SECONDS = 30
LONGEST_SECONDS = 300

WORKSPACE = """\
apiVersion: mooring/v1
kind: Workspace
metadata: {{name: quickstart}}
spec:
  manifests: [services, infra]
  secrets: {{allow: {{env: [DSS_DEPLOYER_KEY]}}}}
  environments:
    prod:
      designer: {{url: "{url}", apiKey: {{env: DSS_DEPLOYER_KEY}}}}
"""


@dataclass(frozen=True)
class Sandbox:
    """What `mooring sandbox --json` prints when it is ready."""

    url: str
    apiKey: str
    nodes: dict


@pytest.fixture
def sandbox(tmp_path):
    command = [str(MOORING), "sandbox", "--port", "0", "--json", "--data", str(tmp_path / "sandbox")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    line = process.stdout.readline()
    assert line, "the sandbox ended before it was ready"
    yield Sandbox(**json.loads(line))
    process.terminate()
    process.wait(timeout=STOP_SECONDS)


@pytest.fixture
def tools(tmp_path):
    """A folder for the PATH: the program, and a `curl` that notes what stands on its command line."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ["curl", "mooring"]:
        real = MOORING if name == "mooring" else shutil.which(name)
        (folder / name).write_text(
            f'#!/bin/bash\nprintf "%s\\n" "{name} $*" >>"{tmp_path}/command-lines"\nexec "{real}" "$@"\n')
        (folder / name).chmod(0o755)
    return folder


@dataclass
class Project:
    """A repository on a server, whose workspace speaks to the sandbox as 'prod'."""

    origin: pathlib.Path
    scratch: pathlib.Path
    sandbox: Sandbox
    tools: pathlib.Path
    clones: int = field(default=0)

    def git(self, folder, *arguments):
        environment = self.variables() | {
            "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_AUTHOR_NAME": "Ann", "GIT_AUTHOR_EMAIL": "ann@example.com",
            "GIT_COMMITTER_NAME": "Ann", "GIT_COMMITTER_EMAIL": "ann@example.com"}
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments], env=environment, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def clone(self, branch="main"):
        """A runner's fresh copy."""
        self.clones += 1
        folder = self.scratch / f"clone-{self.clones}"
        self.git(self.scratch, "clone", "-q", str(self.origin), str(folder))
        self.git(folder, "checkout", "-q", branch)
        return folder

    def checkout(self, branch, isWhole):
        """What a server hands to a job: one commit alone, or the history of all branches, and no branch of its own."""
        if isWhole:
            folder = self.clone()
            self.git(folder, "checkout", "-q", "--detach", f"origin/{branch}")
            self.git(folder, "branch", "-q", "-D", "main")
            return folder
        self.clones += 1
        folder = self.scratch / f"clone-{self.clones}"
        self.git(self.scratch, "clone", "-q", "--depth", "1", "-b", branch, f"file://{self.origin}", str(folder))
        return folder

    def push(self, change, branch="main", base="main"):
        """Lets `change` edit a copy, and pushes that as a commit."""
        folder = self.clone(base)
        if branch != base:
            self.git(folder, "checkout", "-q", "-b", branch)
        change(folder)
        self.git(folder, "add", "-A")
        self.git(folder, "commit", "-q", "-m", f"Change {branch}")
        self.git(folder, "push", "-q", "origin", f"HEAD:{branch}")

    def variables(self):
        """What every process gets; no proxy stands between the parts of a test."""
        return {"PATH": f"{self.tools}:{os.environ['PATH']}", "HOME": str(self.scratch), "no_proxy": "*", "LANG": "C.UTF-8"}

    def secrets(self):
        # Values that are in no other text.
        return {"DSS_DEPLOYER_KEY": self.sandbox.apiKey}

    def mooring(self, folder, *arguments):
        return subprocess.run(
            [str(MOORING), *arguments], cwd=folder, env=self.variables() | self.secrets(), capture_output=True,
            text=True, timeout=LONGEST_SECONDS)

    def command_lines(self):
        notes = self.scratch / "command-lines"
        return notes.read_text().splitlines() if notes.exists() else []


def edit(folder, name, old, new):
    file = folder / name
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def release(folder, version="v2"):
    edit(folder, "code/discount.py", "min(0.3,", "min(0.25,")
    edit(folder, "services/churn.yaml", "version: v1", f"version: {version}")


def bad_release(folder):
    """Its code does not start, so the roll-out fails and is rolled back."""
    release(folder, "v3")
    code = folder / "code/discount.py"
    code.write_text("# sandbox: unhealthy\n" + code.read_text())


@pytest.fixture
def project(tmp_path, sandbox, tools):
    project = Project(tmp_path / "origin.git", tmp_path, sandbox, tools)
    seed = tmp_path / "seed"
    shutil.copytree(TOP / "examples" / "quickstart", seed, ignore=shutil.ignore_patterns(".mooring", "README.md"))
    (seed / "mooring.yaml").write_text(WORKSPACE.format(url=sandbox.url))
    edit(seed, "infra/local.yaml", "{file: ../.mooring/sandbox/key}", "{env: DSS_DEPLOYER_KEY}")
    project.git(tmp_path, "init", "-q", "--bare", "-b", "main", str(project.origin))
    project.git(seed, "init", "-q", "-b", "main")
    project.git(seed, "add", "-A")
    project.git(seed, "commit", "-q", "-m", "Begin")
    project.git(seed, "push", "-q", str(project.origin), "main")
    return project

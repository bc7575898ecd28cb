"""What the program prints with --json, checked against the committed schemas by an independent validator."""

import json
import os
import pathlib
import shutil
import subprocess

import jsonschema
import pytest

TOP = pathlib.Path(__file__).parents[2]
MOORING = os.path.abspath(os.environ["MOORING"])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reports") / "quickstart"
    shutil.copytree(TOP / "examples" / "quickstart", folder, ignore=shutil.ignore_patterns(".mooring"))
    return folder


def report(folder, schema, *arguments, status=0):
    done = subprocess.run(
        [MOORING, *arguments, "-C", str(folder)], capture_output=True, text=True, timeout=120)
    assert done.returncode == status, done.stdout + done.stderr
    document = json.loads(done.stdout)
    jsonschema.Draft202012Validator(json.loads((TOP / "schemas" / schema).read_text())).validate(document)
    return document


def test_reports_validate_before_and_after_an_apply(folder):
    plan = report(folder, "plan.json", "plan", "-e", "local", "--detailed-exitcode", "--json", status=2)
    assert plan["summary"]["create"] == 7
    run = report(folder, "run.json", "apply", "--auto-approve", "--json")
    assert run["summary"]["applied"] == 7
    plan = report(folder, "plan.json", "plan", "-e", "local", "--detailed-exitcode", "--json")
    assert plan["changes"] == []
    status = report(folder, "status.json", "status", "--json")
    assert {row["sync"] for row in status["resources"]} == {"Synced"}


def test_reports_of_failures_validate_too(folder):
    report(folder, "plan.json", "plan", "-e", "nowhere", "--json", status=1)
    report(folder, "run.json", "apply", "-e", "nowhere", "--json", status=1)
    report(folder, "status.json", "status", "-e", "nowhere", "--json", status=1)

"""What the program prints with --json, checked against the committed schemas by an independent validator."""

import json
import os
import pathlib
import shutil
import subprocess

import jsonschema
import pytest

import formats

TOP = pathlib.Path(__file__).parents[2]
MOORING = os.path.abspath(os.environ["MOORING"])


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "quickstart"
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


def drift(folder, form, status=0):
    done = subprocess.run(
        [MOORING, "drift", "-C", str(folder), "--format", form], capture_output=True, text=True, timeout=120)
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("state, status", [("nothing applied", 2), ("all applied", 0)])
def test_drift_in_all_forms_is_valid(folder, state, status):
    if status == 0:
        report(folder, "run.json", "apply", "--auto-approve", "--json")
    document = report(folder, "drift.json", "drift", "--json", status=status)
    assert document["hasPending"] == (status == 2) and not document["hasDrift"]
    assert formats.sarif_problems(json.loads(drift(folder, "sarif", status))) == []
    assert formats.junit_problems(drift(folder, "junit", status)) == []
    assert formats.page_problems(drift(folder, "html", status)) == []
    assert json.loads(drift(folder, "json", status))["resources"] == document["resources"]
    assert "mooring drift" in drift(folder, "markdown", status)


def test_past_runs_and_the_lock_validate(folder):
    report(folder, "run.json", "apply", "--auto-approve", "--json")
    runs = report(folder, "history.json", "history", "--json")["runs"]
    assert runs[-1]["number"] == 1 and runs[-1]["result"] == "applied"
    changes = report(folder, "history.json", "history", "1", "--json")["changes"]
    assert {change["result"] for change in changes} == {"applied"}
    address = changes[0]["address"]
    assert report(folder, "history.json", "history", address, "--json")["changes"][0]["run"]["number"] == 1
    assert report(folder, "lock.json", "lock", "status", "--json")["held"] is False

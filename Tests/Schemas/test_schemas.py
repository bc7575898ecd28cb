"""Checks the committed schemas with a validator that is not ours, against what Mooring reads and writes."""

import json

import pytest
from jsonschema import Draft202012Validator

import formats
from documents import SCHEMAS, TOP, Case, read, schema

NAMES = sorted(path.stem for path in SCHEMAS.glob("*.json"))
CASES = sorted((TOP / "Tests/ManifestsTests/Cases").glob("*.txt"))
EXAMPLES = sorted((TOP / "examples").rglob("*.yaml"))
SNAPSHOTS = TOP / "Tests/ReportsTests/Snapshots"
# What a schema can tell, where it stands in a document whose kind is right.
SHAPE = {"unknown-field", "wrong-type", "unknown-value", "literal-secret", "bad-duration", "out-of-range"}


def problems(name, document):
    return [error.message for error in Draft202012Validator(schema(name)).iter_errors(document)]


def kind_of(path):
    if path.name == "mooring.yaml":
        return "workspace"
    if path.name.startswith("watch"):
        return "watch"
    return "overlay" if "overlays" in path.parts else "manifest"


@pytest.mark.parametrize("name", NAMES)
def test_each_schema_is_one(name):
    Draft202012Validator.check_schema(schema(name))


def test_there_is_a_schema_for_each_thing():
    kinds = ["APIService", "Deployment", "Endpoint", "Infra", "Package", "PublishedService"]
    others = ["drift", "history", "lock", "manifest", "overlay", "plan", "run", "status", "watch",
              "watch-environment", "watch-status", "watch-timeline", "workspace"]
    assert NAMES == sorted(kinds + others)


@pytest.mark.parametrize("name", ["drift", "history", "history-run", "history-object", "lock", "plan", "run", "status"])
def test_a_report_is_valid(name):
    assert problems(name.split("-")[0], json.loads((SNAPSHOTS / f"{name}.json").read_text())) == []


def test_a_plan_beside_its_base_is_valid():
    document = json.loads((SNAPSHOTS / "plan.json").read_text()) | {"uncommitted": True}
    document["branch"] = json.loads((SNAPSHOTS / "plan-branch.json").read_text())
    assert problems("plan", document) == []
    del document["branch"]["base"]
    assert problems("plan", document)


@pytest.mark.parametrize("name", ["drift", "lock", "plan", "status", "run"])
def test_a_report_that_only_tells_errors_is_valid(name):
    assert problems(name, json.loads((SNAPSHOTS / f"{name}-none.json").read_text())) == []


@pytest.mark.parametrize("name", ["drift", "history", "lock", "plan", "run", "status"])
def test_a_damaged_report_is_not(name):
    document = json.loads((SNAPSHOTS / f"{name}.json").read_text())
    for key in document:
        if key not in {"targets", "commit", "digest", "plan", "signal", "run", "made", "runs", "holder", "held"}:
            assert problems(name, {k: v for k, v in document.items() if k != key}), f"without {key}"
    assert problems(name, document | {"other": 1})


def test_drift_as_sarif_is_valid():
    document = json.loads((SNAPSHOTS / "drift.sarif").read_text())
    assert formats.sarif_problems(document) == []
    results = document["runs"][0]["results"]
    rules = document["runs"][0]["tool"]["driver"]["rules"]
    assert {rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in results} == {True}
    assert len({result["partialFingerprints"]["mooringDrift/v1"] for result in results}) == len(results)
    assert formats.sarif_problems(document | {"version": "2.0.0"})
    results[0]["level"] = "bad"
    assert formats.sarif_problems(document)


def test_drift_as_junit_is_valid():
    text = (SNAPSHOTS / "drift.junit.xml").read_text()
    assert formats.junit_problems(text) == []
    for old, new in [('failures="6"', 'failures="5"'), (' time="0"', ""), ("<properties>", "<properties/><properties>"),
                     ("testcase ", "testcase id='1' "), ("</failure>", "</failure><error type='x'/>")]:
        assert old in text and formats.junit_problems(text.replace(old, new, 1)), new


def test_drift_as_a_page_is_whole():
    text = (SNAPSHOTS / "drift.html").read_text()
    assert formats.page_problems(text) == []
    assert 'eve "<script>"' in formats.Page(text).texts
    for old, new in [("<main>", "<main><script></script>"), ("<main>", '<main><img src="x"/>'),
                     ('href="#drifted"', 'href="https://x"'), ("<main>", "<main><p onclick='x'>y</p>")]:
        assert formats.page_problems(text.replace(old, new, 1)), new


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: str(path.relative_to(TOP)))
def test_an_example_is_valid(path):
    documents = read(path.read_text())
    assert documents
    for document in documents:
        assert problems(kind_of(path), document) == []
        if kind_of(path) == "manifest":
            assert problems(document["kind"], document) == []


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_what_mooring_reads_is_valid(path):
    case = Case(path)
    if case.codes:
        pytest.skip("Mooring finds errors in it")
    for file, kind, document in case.documents():
        assert problems(kind, document) == [], file


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_what_mooring_refuses_for_its_shape_is_not(path):
    case = Case(path)
    if not case.codes & SHAPE or path.stem == "variables":
        pytest.skip("nothing in it that a schema tells: the type of a variable, say")
    try:
        documents = list(case.documents())
    except Exception:
        pytest.skip("not all of it is YAML")
    assert any(problems(kind, document) for _, kind, document in documents)


DEPLOYMENT = {
    "apiVersion": "mooring/v1",
    "kind": "Deployment",
    "metadata": {"name": "d"},
    "spec": {"publishedServiceId": "s", "infraId": "i", "version": "v1"},
}


def changed(path, value):
    document = json.loads(json.dumps(DEPLOYMENT))
    *parents, last = path.split(".")
    place = document
    for name in parents:
        place = place.setdefault(name, {})
    place[last] = value
    return document


@pytest.mark.parametrize("path, value", [
    ("spec.version", 1.10),
    ("spec.enabled", "${var.enabled}"),
    ("spec.rollout.timeout", "1h30m"),
    ("spec.rollout.timeout", "${var.minutes}m"),
    ("spec.rollout.onFailure", "${var.mode}"),
    ("spec.generations", "${var.generations}"),
    ("spec.raw", {"anything": [1, None, {"secret": {"env": "X"}}]}),
    ("metadata.labels", {"team": "growth", "tier": 1}),
    ("metadata.lifecycle", {"protect": True, "ignore": ["/tags", {"fields": ["/a"], "until": "2026-12-31"}]}),
])
def test_a_manifest_may_say(path, value):
    assert problems("Deployment", changed(path, value)) == []
    assert problems("manifest", changed(path, value)) == []


@pytest.mark.parametrize("path, value", [
    ("spec.version", True),
    ("spec.version", "a/b"),
    ("spec.enabled", "yes"),
    ("spec.enabled", "x${var.enabled}"),
    ("spec.rollout.timeout", "30"),
    ("spec.rollout.timeuot", "30s"),
    ("spec.rollout.onFailure", "rolback"),
    ("spec.generations", [{"generation": "v1"}]),
    ("spec.publishedServiceId", None),
    ("metadata.external", True),
    ("metadata.lifecycle", {"drift": "mend"}),
    ("metadata.project", "P"),
    ("apiVersion", "mooring/v2"),
    ("extra", 1),
])
def test_a_manifest_may_not_say(path, value):
    assert problems("Deployment", changed(path, value))
    assert problems("manifest", changed(path, value))


def test_an_overlay_needs_little_and_may_remove():
    overlay = {
        "apiVersion": "mooring/v1", "kind": "Infra", "metadata": {"name": "i"},
        "spec": {"stage": None, "apiNodes": {"$replace": [{"url": "http://n", "adminAPIKey": {"env": "K"}}]}},
    }
    assert problems("overlay", overlay) == []
    assert problems("manifest", overlay)
    assert problems("overlay", overlay | {"spec": {"stagee": "x"}})


@pytest.mark.parametrize("secret, is_valid", [
    ({"env": "K"}, True), ({"file": "k"}, True), ({"exec": ["pass", "k"]}, True), ("${var.key}", True),
    ("literal", False), ({"env": "K", "file": "k"}, False), ({"exec": []}, False), ({"vault": "k"}, False),
])
def test_a_secret_is_a_reference(secret, is_valid):
    infra = {
        "apiVersion": "mooring/v1", "kind": "Infra", "metadata": {"name": "i"},
        "spec": {"apiNodes": [{"url": "http://n", "adminAPIKey": secret}]},
    }
    assert (problems("Infra", infra) == []) is is_valid

"""What the daemon answers, checked by validators and parsers that are not ours."""

import json
import re

import pytest
from jsonschema import Draft202012Validator
from prometheus_client.parser import text_string_to_metric_families

from documents import TOP, schema

SNAPSHOTS = TOP / "Tests/ServerTests/Snapshots"
DOCUMENTS = ["watch-environment", "watch-status", "watch-timeline"]
# What each name may end in, by Prometheus' conventions: the base unit, and `_total` for what only grows.
UNITS = ("_seconds", "_bytes", "_info")


def problems(name, document):
    return [error.message for error in Draft202012Validator(schema(name)).iter_errors(document)]


def families():
    return list(text_string_to_metric_families((SNAPSHOTS / "metrics.txt").read_text()))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_is_valid(name):
    assert problems(name, json.loads((SNAPSHOTS / f"{name}.json").read_text())) == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_damaged_document_is_not(name):
    document = json.loads((SNAPSHOTS / f"{name}.json").read_text())
    for key in document.keys() - {"made"}:
        assert problems(name, {k: v for k, v in document.items() if k != key}), f"without {key}"
    assert problems(name, document | {"other": 1})


def test_the_status_has_what_scripts_rely_on():
    status = json.loads((SNAPSHOTS / "watch-status.json").read_text())
    for repository in status["repositories"]:
        assert {"name", "head", "environments"} <= repository.keys()
        for environment in repository["environments"]:
            assert {"name", "revision", "sync", "health", "held", "suspended", "lastRun"} <= environment.keys()
            assert environment["held"] is None or {"revision", "reason"} <= environment["held"].keys()
            assert environment["lastRun"] is None or environment["lastRun"].keys() == {"id", "result", "finished"}
            assert isinstance(environment["suspended"], bool)


def test_measurements_are_read_by_the_official_parser():
    found = {family.name: family for family in families()}
    assert found["mooring_build_info"].samples[0].labels == {"version": "1.2.3"}
    histogram = [s for s in found["mooring_reconcile_duration_seconds"].samples if s.labels["environment"] == "prod"]
    buckets = [s.value for s in histogram if s.name.endswith("_bucket")]
    assert buckets == sorted(buckets) and buckets[-1] == 5
    assert [s.value for s in histogram if s.name.endswith("_count")] == [5]
    # A name of a route is whatever somebody wrote.
    routes = {sample.labels["route"] for sample in found["mooring_notifications"].samples}
    assert routes == {'team "chat"\\\n'}


def test_each_measurement_is_told_once_and_says_what_it_is():
    names = [family.name for family in families()]
    assert len(names) == len(set(names))
    text = (SNAPSHOTS / "metrics.txt").read_text()
    for family in families():
        assert family.documentation, family.name
        assert family.samples, family.name
        assert re.fullmatch(r"(mooring|process)_[a-z_]+", family.name)
        assert family.type in {"counter", "gauge", "histogram"}, family.name
        if family.type == "counter":
            assert f"# TYPE {family.name}_total counter" in text
        if "duration" in family.name or "timestamp" in family.name:
            assert family.name.endswith(UNITS), family.name
        labels = [tuple(sorted(s.labels.items())) + (s.name,) for s in family.samples]
        assert len(labels) == len(set(labels)), family.name


def test_of_the_states_each_environment_is_in_one():
    for family in families():
        if family.name in {"mooring_sync_status", "mooring_health_status"}:
            sums = {}
            for sample in family.samples:
                place = (sample.labels["repository"], sample.labels["environment"])
                sums[place] = sums.get(place, 0) + sample.value
            assert set(sums.values()) == {1}

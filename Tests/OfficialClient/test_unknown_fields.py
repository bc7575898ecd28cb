"""Fields that Mooring does not know, put into live objects by the official client, survive an apply to the byte."""

import json
import os
import pathlib
import shutil
import subprocess

import dataikuapi
import pytest

UNKNOWN = {"newerFeature": {"z": 1.5, "a": [1e300, None, "ü\u2028"], "nested": [{"k": 12345678901234567890}]}}
EXAMPLE = pathlib.Path(__file__).parents[2] / "examples" / "quickstart"


def mooring(*arguments, cwd, status=0):
    done = subprocess.run([os.environ["MOORING"], *arguments], cwd=cwd, capture_output=True, text=True, timeout=120)
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def workspace(tmp_path):
    """The quick start, applied to a sandbox that answers on a port; with the official client of that sandbox."""
    folder = tmp_path / "quickstart"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns(".mooring"))
    server = subprocess.Popen(
        [os.environ["MOORING"], "sandbox", "--port", "0", "--json", "--data", str(folder / ".mooring" / "sandbox")],
        stdout=subprocess.PIPE, text=True)
    ready = json.loads(server.stdout.readline())
    mooring("apply", "--auto-approve", cwd=folder)
    yield folder, dataikuapi.DSSClient(ready["url"], ready["apiKey"])
    server.terminate()
    server.wait(timeout=30)


def field_text(client, path, key="newerFeature"):
    """The field as it stands in the answer, byte for byte."""
    text = client._session.get(client.host + "/dip/publicapi" + path).text
    start = text.index(f'"{key}"')
    _, end = json.JSONDecoder().raw_decode(text[start + len(key) + 3:])
    return text[start:start + len(key) + 3 + end]


def replace(file, old, new):
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def test_unknown_fields_survive_an_apply(workspace):
    folder, client = workspace
    deployer = client.get_apideployer()
    infra = deployer.get_infra("local").get_settings()
    infra.get_raw().update(UNKNOWN)
    infra.save()
    deployment = deployer.get_deployment("churn-on-local").get_settings()
    deployment.get_raw().update(UNKNOWN)
    deployment.save()
    service = client.get_project("CHURN").get_api_service("churn").get_settings()
    endpoint = next(e for e in service.get_raw()["endpoints"] if e["id"] == "discount")
    endpoint.update(UNKNOWN)
    service.save()
    paths = [
        "/api-deployer/infras/local/settings", "/api-deployer/deployments/churn-on-local/settings",
        "/projects/CHURN/apiservices/churn/settings",
    ]
    before = [field_text(client, path) for path in paths]
    assert json.loads("{" + before[0] + "}") == UNKNOWN

    replace(folder / "infra" / "local.yaml", "stage: Development", "stage: Test")
    replace(folder / "code" / "discount.py", "0.3", "0.2")
    replace(folder / "services" / "churn.yaml", "version: v1", "version: v2")
    plan = json.loads(mooring("plan", "--json", cwd=folder))
    changed = {change["address"] for change in plan["changes"]}
    assert {"Infra/local", "Endpoint/CHURN/churn/discount", "Deployment/churn-on-local"} <= changed
    assert "newerFeature" not in json.dumps(plan)
    mooring("apply", "--auto-approve", cwd=folder)

    assert [field_text(client, path) for path in paths] == before
    assert deployer.get_infra("local").get_settings().get_raw()["stage"] == "Test"
    mapping = deployer.get_deployment("churn-on-local").get_settings().get_raw()["generationsMapping"]
    assert mapping["generation"] == "v2"
    mooring("plan", "--detailed-exitcode", cwd=folder)

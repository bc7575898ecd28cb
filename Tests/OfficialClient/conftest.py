"""What the tests share: a sandbox on a port, the official client that talks to it, and a note of every call made."""

import itertools
import json
import os
import subprocess
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

import dataikuapi
import pytest
import requests

from calls import PREFIX, CallLog

LONGEST_SLEEP_SECONDS = 0.02
STOP_SECONDS = 30


@dataclass(frozen=True)
class Sandbox:
    """What `mooring sandbox --json` prints when it is ready."""

    url: str
    apiKey: str
    nodes: dict


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory):
    data = tmp_path_factory.mktemp("sandbox")
    command = [os.environ["MOORING"], "sandbox", "--port", "0", "--json", "--data", str(data)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    line = process.stdout.readline()
    assert line, "the sandbox ended before it was ready"
    yield Sandbox(**json.loads(line))
    process.terminate()
    assert process.wait(timeout=STOP_SECONDS) in (0, 143), "SIGTERM stops the sandbox in an orderly way"


@pytest.fixture(scope="session")
def log():
    return CallLog()


@pytest.fixture(scope="session")
def client(sandbox, log):
    """The official client as it is; its session tells each finished request to the log."""
    client = dataikuapi.DSSClient(sandbox.url, sandbox.apiKey)

    def note(response, *_, **__):
        parts = urlsplit(response.request.url)
        log.add(response.request.method, parts.path.removeprefix(PREFIX), parts.query, response.status_code)

    client._session.hooks["response"].append(note)
    return client


@pytest.fixture(scope="session")
def raw(sandbox):
    """Requests outside the official client: for bytes and headers that it does not show."""
    session = requests.Session()
    session.auth = (sandbox.apiKey, "")
    session.trust_env = False

    def send(method, path, **options):
        return session.request(method, sandbox.url + PREFIX + path, **options)

    return send


@pytest.fixture(scope="session", autouse=True)
def hasty():
    """Shortens every sleep: release 12 waits five seconds between two looks at a future."""
    sleep = time.sleep
    time.sleep = lambda seconds: sleep(min(seconds, LONGEST_SLEEP_SECONDS))
    yield
    time.sleep = sleep


_numbers = itertools.count(1)


@pytest.fixture
def fresh():
    """Makes names that no other test uses."""
    return lambda word: f"{word}-{next(_numbers)}"


@pytest.fixture
def project(client):
    return client.get_project("SANDBOX")


@pytest.fixture
def service(project, fresh):
    """A new API service with one function and one prediction endpoint."""
    service = project.create_api_service(fresh("service"))
    settings = service.get_settings()
    settings.add_prediction_endpoint("predict", "aBcD1234")
    settings.get_raw()["endpoints"].append(
        {"id": "score", "type": "PY_FUNCTION", "userFunctionName": "score", "code": "def score(x):\n    return x\n",
         "testQueries": [{"name": "one", "q": {"x": 1}}]})
    settings.save()
    return service


@pytest.fixture
def published(client, service):
    """A published service with the versions v1 and v2."""
    for version in ("v1", "v2"):
        service.create_package(version)
        service.publish_package(version)
    return client.get_apideployer().get_service(service.id)


@pytest.fixture
def infra(client, sandbox, fresh):
    """A STATIC infrastructure with the sandbox's two nodes."""
    infra = client.get_apideployer().create_infra(fresh("infra"), "Production", "STATIC")
    settings = infra.get_settings()
    for _, url in sorted(sandbox.nodes.items()):
        settings.add_apinode(url, sandbox.apiKey)
    settings.save()
    return infra


@pytest.fixture
def deployment(client, published, infra, fresh):
    """A deployment of v1 that is not started."""
    return client.get_apideployer().create_deployment(fresh("deployment"), published.id, infra.id, "v1")


@pytest.fixture
def needs():
    """Skips a test when this release of the client does not have a method."""

    def check(owner, *names):
        missing = [name for name in names if not hasattr(owner, name)]
        if missing:
            pytest.skip(f"this client has no {type(owner).__name__}.{' and '.join(missing)}")

    return check

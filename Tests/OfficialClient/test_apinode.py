"""The API nodes behind a roll-out: their administration, and the queries of a service's users."""

import dataikuapi
import pytest
from dataikuapi.utils import DataikuException


@pytest.fixture
def admin(sandbox):
    return dataikuapi.APINodeAdminClient(sandbox.nodes["node-1"], sandbox.apiKey)


@pytest.fixture
def archives(service, tmp_path):
    """The archives of the versions v1 and v2, as files on the node's own disk."""
    paths = []
    for version in ("v1", "v2"):
        service.create_package(version)
        path = tmp_path / f"{version}.zip"
        service.download_package_to_file(version, str(path))
        paths.append(str(path))
    return paths


def test_a_service_from_archive_to_answer(admin, sandbox, archives, fresh):
    name = fresh("service")
    admin.create_service(name)
    assert {"serviceId": name, "enabled": False}.items() <= next(
        each for each in admin.list_services() if each["serviceId"] == name).items()
    service = admin.service(name)
    for path in archives:
        service.import_generation_from_archive(path)
    assert len(service.list_generations()) == 2
    service.preload_generation("v1")
    node = dataikuapi.APINodeClient(sandbox.nodes["node-1"], name)

    def served():
        return node.predict_record("predict", {"age": 1})["apiContext"]["serviceGeneration"]

    with pytest.raises(DataikuException):
        served()
    service.switch_to_single_generation("v1")
    assert served() == "v1"
    assert isinstance(service.switch_to_newest(), dict)
    assert served() == "v2"
    service.set_generations_mapping({"entries": [{"generation": "v1", "proba": 1.0}]})
    assert served() == "v1"
    service.disable()
    with pytest.raises(DataikuException):
        served()
    service.enable()
    assert served() == "v1"
    with pytest.raises(DataikuException, match="IllegalArgumentException"):
        service.set_generations_mapping({})
    service.delete()
    assert name not in [each["serviceId"] for each in admin.list_services()]


def test_a_generation_is_not_imported_twice(admin, archives, fresh):
    name = fresh("service")
    admin.create_service(name)
    admin.service(name).import_generation_from_archive(archives[0])
    with pytest.raises(DataikuException, match="IllegalArgumentException"):
        admin.service(name).import_generation_from_archive(archives[0])


def test_keys_come_and_go(admin, sandbox):
    auth = admin.auth()
    made = [auth.add_key(label=label) for label in ("one", "two")]
    assert [key["label"] for key in made] == ["one", "two"] and all(key["key"] for key in made)
    other = dataikuapi.APINodeAdminClient(sandbox.nodes["node-1"], made[0]["key"])
    assert {"one", "two"} <= {key.get("label") for key in other.auth().list_keys()}
    auth.delete_key(made[0]["key"])
    with pytest.raises(DataikuException):
        other.list_services()
    if hasattr(auth, "delete_key_by_id"):
        auth.delete_key_by_id(made[1]["id"])


def test_metrics_and_caches_answer_json(admin):
    assert isinstance(admin.get_metrics(), dict)
    for call in ("clean_unused_services_and_generations", "clean_code_env_cache", "clear_model_cache"):
        if hasattr(admin, call):
            getattr(admin, call)()


def test_a_wrong_admin_key_is_refused(sandbox):
    with pytest.raises(DataikuException):
        dataikuapi.APINodeAdminClient(sandbox.nodes["node-1"], "wrong").list_services()


@pytest.fixture
def users(deployment, published, sandbox):
    deployment.start_update().wait_for_result()
    return dataikuapi.APINodeClient(sandbox.nodes["node-2"], published.id)


def test_predictions_one_and_many(users):
    one = users.predict_record("predict", {"age": 42})
    assert one["result"]["ignored"] is False
    assert one["apiContext"]["endpointId"] == "predict"
    many = users.predict_records("predict", [{"features": {"age": age}} for age in range(3)])
    assert len(many["results"]) == 3
    assert users.predict_record("predict", {"age": 42})["result"] == one["result"], "the same question, the same answer"


def test_a_function_answers_with_and_without_arguments(users):
    assert users.run_function("score", x=1) and users.run_function("score")


def test_unknown_endpoints_and_services_are_errors(users, sandbox, fresh):
    with pytest.raises(DataikuException):
        users.predict_record(fresh("absent"), {})
    with pytest.raises(DataikuException):
        dataikuapi.APINodeClient(sandbox.nodes["node-1"], fresh("absent")).predict_record("predict", {})


def test_a_service_with_keys_wants_one(client, service, infra, sandbox, fresh):
    settings = service.get_settings()
    settings.get_raw().update(authMethod="API_KEYS", authRealm={"queryKeys": ["k-123"]})
    settings.save()
    service.create_package("v1")
    service.publish_package("v1")
    deployment = client.get_apideployer().create_deployment(fresh("deployment"), service.id, infra.id, "v1")
    deployment.start_update().wait_for_result()
    url = sandbox.nodes["node-1"]
    assert dataikuapi.APINodeClient(url, service.id, api_key="k-123").predict_record("predict", {})["result"]
    for key in (None, "wrong"):
        with pytest.raises(DataikuException):
            dataikuapi.APINodeClient(url, service.id, api_key=key).predict_record("predict", {})

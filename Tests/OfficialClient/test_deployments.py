"""Deployments on the API deployer: settings, roll-outs, health, queries, deletion."""

import json

import dataikuapi
import pytest
from dataikuapi.utils import DataikuException


@pytest.fixture
def deployer(client):
    return client.get_apideployer()


@pytest.fixture
def live(deployment):
    """A deployment that is rolled out."""
    deployment.start_update().wait_for_result()
    return deployment


def test_a_new_deployment_is_there_and_not_started(deployer, deployment, published, infra):
    status = deployment.get_status()
    basic = status.get_light()["deploymentBasicInfo"]
    assert (basic["id"], basic["publishedServiceId"], basic["infraId"], basic["enabled"]) == (
        deployment.id, published.id, infra.id, True)
    assert status.get_health() == "UNKNOWN"
    assert deployment.id in [each.id for each in deployer.list_deployments()]
    assert deployment.id in [
        each["deploymentBasicInfo"]["id"] for each in deployer.list_deployments(as_objects=False)]
    raw = deployment.get_settings().get_raw()
    assert (raw["id"], raw["publishedServiceId"], raw["infraId"], raw["enabled"]) == (
        deployment.id, published.id, infra.id, True)
    assert raw["generationsMapping"] == {"mode": "SINGLE_GENERATION", "generation": "v1"}


def test_what_is_missing_or_there_already_is_refused(deployer, deployment, published, infra, fresh):
    name = fresh("deployment")
    with pytest.raises(DataikuException, match="IllegalArgumentException: .*" + deployment.id):
        deployer.create_deployment(deployment.id, published.id, infra.id, "v1")
    for service, place, version in [
            ("absent", infra.id, "v1"), (published.id, "absent", "v1"), (published.id, infra.id, "absent")]:
        with pytest.raises(DataikuException, match="NotFoundException: .*absent"):
            deployer.create_deployment(name, service, place, version)
    assert name not in [each.id for each in deployer.list_deployments()]


def test_an_update_brings_the_service_to_all_nodes(deployment, published, sandbox):
    future = deployment.start_update()
    assert future.wait_for_result() is not None
    status = deployment.get_status()
    assert status.get_health() == "HEALTHY"
    assert status.get_health_messages()["error"] is False
    urls = [f"{url}/public/api/v1/{published.id}" for url in sandbox.nodes.values()]
    assert sorted(status.get_service_urls()) == sorted(urls)
    for url in sandbox.nodes.values():
        answer = dataikuapi.APINodeClient(url, published.id).predict_record("predict", {"age": 42})
        assert answer["apiContext"]["serviceGeneration"] == "v1"
        assert "prediction" in answer["result"]


def test_a_saved_version_is_out_of_sync_until_the_update(live, published, sandbox):
    settings = live.get_settings()
    settings.set_single_version("v2")
    settings.save()
    assert live.get_settings().get_raw()["generationsMapping"] == {"mode": "SINGLE_GENERATION", "generation": "v2"}
    assert live.get_status().get_health() == "OUT_OF_SYNC"
    node = dataikuapi.APINodeClient(sandbox.nodes["node-1"], published.id)
    assert node.predict_record("predict", {})["apiContext"]["serviceGeneration"] == "v1"
    live.start_update().wait_for_result()
    assert live.get_status().get_health() == "HEALTHY"
    assert node.predict_record("predict", {})["apiContext"]["serviceGeneration"] == "v2"


def test_two_versions_share_the_queries(live, published, sandbox):
    settings = live.get_settings()
    settings.get_raw()["generationsMapping"] = {
        "mode": "MULTI_GENERATION",
        "entries": [{"generation": "v1", "proba": 0.5}, {"generation": "v2", "proba": 0.5}]}
    settings.save()
    live.start_update().wait_for_result()
    node = dataikuapi.APINodeClient(sandbox.nodes["node-1"], published.id)

    def served(**how):
        return node.predict_record("predict", {}, **how)["apiContext"]["serviceGeneration"]

    assert {served(dispatch_key=str(key)) for key in range(64)} == {"v1", "v2"}
    assert served(dispatch_key="user-17") == served(dispatch_key="user-17")
    assert [served(forced_generation=version) for version in ("v1", "v2")] == ["v1", "v2"]


def test_unknown_fields_of_a_deployment_survive(deployment):
    settings = deployment.get_settings()
    settings.get_raw()["unknown"] = {"z": 1.5, "a": [None, {"deep": 12345678901234567890}], "e": 1e-7}
    settings.get_raw()["generationsMapping"]["extra"] = [1]
    wanted = json.dumps(settings.get_raw())
    settings.save()
    settings.save(ignore_warnings=True)
    assert json.dumps(deployment.get_settings().get_raw()) == wanted


def test_a_disabled_deployment_answers_no_queries(live, published, sandbox):
    node = dataikuapi.APINodeClient(sandbox.nodes["node-1"], published.id)
    node.predict_record("predict", {})
    settings = live.get_settings()
    settings.set_enabled(False)
    settings.save()
    live.start_update().wait_for_result()
    with pytest.raises(DataikuException):
        node.predict_record("predict", {})


def test_a_node_with_a_wrong_key_is_unhealthy_and_the_future_still_has_a_result(
        deployer, published, sandbox, fresh):
    infra = deployer.create_infra(fresh("infra"), "Test", "STATIC")
    settings = infra.get_settings()
    settings.add_apinode(sandbox.nodes["node-1"], sandbox.apiKey)
    settings.add_apinode(sandbox.nodes["node-2"], "wrong")
    settings.save()
    deployment = deployer.create_deployment(fresh("deployment"), published.id, infra.id, "v1")
    result = deployment.start_update().wait_for_result()
    assert result["messages"], "what failed"
    status = deployment.get_status()
    assert status.get_health() == "UNHEALTHY"
    messages = status.get_health_messages()
    assert (messages["error"], messages["maxSeverity"]) == (True, "ERROR")
    assert messages["messages"][0]["severity"] == "ERROR"


def test_an_infra_without_nodes_is_a_warning(deployer, published, fresh):
    infra = deployer.create_infra(fresh("infra"), "Test", "STATIC")
    deployment = deployer.create_deployment(fresh("deployment"), published.id, infra.id, "v1")
    deployment.start_update().wait_for_result()
    status = deployment.get_status()
    assert status.get_health() == "WARNING"
    assert status.get_service_urls() == []


def test_a_cluster_has_one_public_url(deployer, published, fresh):
    infra = deployer.create_infra(fresh("infra"), "Test", "K8S")
    deployment = deployer.create_deployment(fresh("deployment"), published.id, infra.id, "v1")
    with pytest.raises(ValueError, match="initializing"):
        deployment.get_status().get_service_urls()
    deployment.start_update().wait_for_result()
    status = deployment.get_status()
    assert status.get_health() == "HEALTHY"
    assert [url.endswith(f"/public/api/v1/{published.id}") for url in status.get_service_urls()] == [True]


def test_governance_status_is_an_object(deployment, needs):
    needs(deployment, "get_governance_status")
    assert isinstance(deployment.get_governance_status(), dict)
    assert isinstance(deployment.get_governance_status(version="v1"), dict)


def test_an_openapi_document_is_json_and_a_missing_one_an_error(deployer, live, fresh, needs):
    needs(live, "get_open_api")
    document = live.get_open_api()
    assert json.loads(document.get_raw()) == document.get()
    assert any("predict" in path for path in document.get()["paths"])
    with pytest.raises(DataikuException, match="NotFoundException"):
        deployer.get_deployment(fresh("absent")).get_open_api()


def test_test_queries_of_the_service_and_given_ones(live, needs):
    needs(live, "run_test_queries")
    results = live.run_test_queries(endpoint_id="score")["results"]
    assert len(results) == 1, "the endpoint has one test query"
    queries = [{"q": {"features": {"age": age}}} for age in range(3)]
    assert len(live.run_test_queries(endpoint_id="predict", test_queries=queries)["results"]) == 3
    with pytest.raises(DataikuException, match="IllegalArgumentException"):
        live.run_test_queries()


def test_queries_through_the_deployer_in_a_long_url(live, needs):
    needs(live, "run_queries")
    queries = [{"q": {"features": {"text": "x" * 1000}}} for _ in range(300)]
    assert len(json.dumps(queries)) > 300_000
    assert len(live.run_queries(queries, endpoint_id="predict")["results"]) == 300
    queries = [{"q": {"features": {}}, "headers": [{"key": "X-A", "value": "b"}]}]
    assert len(live.run_queries(queries, endpoint_id="predict", adapt_query_for_infra_type=False)["results"]) == 1


def test_updates_are_listed_and_told_in_full(deployment, needs):
    needs(deployment, "list_updates", "get_update")
    assert deployment.list_updates() == []
    for _ in range(2):
        deployment.start_update().wait_for_result()
    updates = deployment.list_updates()
    assert [update.status for update in updates] == ["SUCCESS", "SUCCESS"]
    assert len({update.start_time for update in updates}) == 2
    assert all(update.type for update in updates)
    for update in updates:
        full = update.get_full_update()
        assert (full.start_time, full.status) == (update.start_time, update.status)
        assert full.end_time >= full.start_time > 1_600_000_000_000
        assert full.requester and isinstance(full.logs, list)
        assert deployment.get_update(full.start_time).get_raw() == full.get_raw()
    assert deployment.get_update().start_time == max(update.start_time for update in updates)


def test_an_enabled_deployment_is_not_deleted(client, deployment):
    with pytest.raises(Exception, match="must be disabled first"):
        deployment.delete()
    with pytest.raises(DataikuException, match="IllegalArgumentException"):
        client._perform_empty("DELETE", f"/api-deployer/deployments/{deployment.id}")
    assert deployment.get_status().get_light()["deploymentBasicInfo"]["enabled"] is True


def test_deletion_is_the_known_sequence(deployer, live, log, published, sandbox):
    mark = len(log)
    live.delete(disable_first=True)
    path = f"/api-deployer/deployments/{live.id}"
    made = log.since(mark)
    assert made[:3] == [f"GET {path}", f"GET {path}/status", f"GET {path}/settings"]
    assert made[3].startswith(f"PUT {path}/settings")
    assert made[4].startswith(f"DELETE {path}")
    assert live.id not in [each.id for each in deployer.list_deployments()]
    with pytest.raises(DataikuException, match="NotFoundException"):
        live.get_status()
    with pytest.raises(DataikuException):
        dataikuapi.APINodeClient(sandbox.nodes["node-1"], published.id).predict_record("predict", {})


def test_a_disabled_deployment_is_deleted_at_once(deployer, deployment):
    settings = deployment.get_settings()
    settings.set_enabled(False)
    settings.save()
    deployment.delete()
    assert deployment.id not in [each.id for each in deployer.list_deployments()]

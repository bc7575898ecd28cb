"""The API deployer: stages, infrastructures, published services and their versions."""

import json
import zipfile

import pytest
from dataikuapi.utils import DataikuException

KINDS = ["STATIC", "K8S", "AZURE_ML", "SAGEMAKER", "SNOWPARK", "VERTEX_AI"]


@pytest.fixture
def deployer(client):
    return client.get_apideployer()


def test_the_stages_are_those_of_a_fresh_node(deployer):
    assert [stage["id"] for stage in deployer.list_stages()] == ["Development", "Test", "Production"]
    assert all("desc" in stage for stage in deployer.list_stages())


@pytest.mark.parametrize("kind", KINDS)
def test_an_infra_of_each_kind(deployer, fresh, kind):
    name = fresh("infra")
    infra = deployer.create_infra(name, "Test", kind, govern_check_policy="WARN")
    assert infra.id == name
    settings = infra.get_settings()
    assert settings.get_type() == kind
    raw = settings.get_raw()
    assert (raw["id"], raw["stage"], raw["governCheckPolicy"]) == (name, "Test", "WARN")
    assert ("apiNodes" in raw) == (kind == "STATIC")
    light = infra.get_status().get_raw()["infraBasicInfo"]
    assert (light["id"], light["stage"], light["type"]) == (name, "Test", kind)
    assert name in [each.id for each in deployer.list_infras()]
    assert name in [each["infraBasicInfo"]["id"] for each in deployer.list_infras(as_objects=False)]
    infra.delete()
    assert name not in [each.id for each in deployer.list_infras()]


def test_nodes_of_an_infra_come_and_go(deployer, fresh):
    infra = deployer.create_infra(fresh("infra"), "Test", "STATIC")
    assert infra.get_settings().get_raw()["governCheckPolicy"] == "NO_CHECK"
    settings = infra.get_settings()
    settings.add_apinode("http://one", "key-1")
    settings.add_apinode("http://two", "key-2", graphite_prefix="two")
    settings.add_apinode("http://two", "key-3")
    settings.save()
    settings = infra.get_settings()
    nodes = settings.get_raw()["apiNodes"]
    assert [(node["url"], node.get("graphitePrefix")) for node in nodes] == [
        ("http://one", None), ("http://two", "two"), ("http://two", None)]
    assert not {"key-1", "key-2", "key-3"} & {node["adminAPIKey"] for node in nodes}, "keys come back encrypted"
    settings.remove_apinode("http://two")
    settings.save()
    assert infra.get_settings().get_raw()["apiNodes"] == [nodes[0]], "and go back as they came"


def test_unknown_fields_of_an_infra_survive(infra):
    settings = infra.get_settings()
    settings.get_raw()["unknown"] = {"z": 1.5, "a": [None, {"deep": True}]}
    settings.get_raw()["permissions"] = [{"group": "ops", "read": True, "deploy": True, "admin": False}]
    wanted = json.dumps(settings.get_raw())
    settings.save()
    assert json.dumps(infra.get_settings().get_raw()) == wanted


def test_an_infra_with_deployments(infra, deployment):
    handles = infra.get_status().get_deployments()
    assert [handle.id for handle in handles] == [deployment.id]
    with pytest.raises(DataikuException, match="IllegalArgumentException"):
        infra.delete()


def test_wrong_infras_are_refused(deployer, infra, fresh):
    with pytest.raises(DataikuException, match="IllegalArgumentException: .*" + infra.id):
        deployer.create_infra(infra.id, "Test", "STATIC")
    with pytest.raises(DataikuException, match="NotFoundException"):
        deployer.get_infra(fresh("absent")).get_settings()
    with pytest.raises(DataikuException, match="NotFoundException"):
        deployer.get_infra(fresh("absent")).get_status()
    with pytest.raises(DataikuException, match="NotFoundException"):
        deployer.get_infra(fresh("absent")).delete()


def test_a_published_service_from_birth_to_death(deployer, fresh):
    name = fresh("published")
    service = deployer.create_service(name)
    assert service.id == name
    status = service.get_status()
    assert (status.get_versions(), status.get_deployments()) == ([], [])
    assert status.get_raw()["serviceBasicInfo"]["id"] == name
    assert name in [each.id for each in deployer.list_services()]
    assert name in [each["serviceBasicInfo"]["id"] for each in deployer.list_services(as_objects=False)]
    with pytest.raises(DataikuException, match="IllegalArgumentException"):
        deployer.create_service(name)
    service.delete()
    assert name not in [each.id for each in deployer.list_services()]
    with pytest.raises(DataikuException, match="NotFoundException"):
        service.get_status()


def test_settings_of_a_published_service_survive(deployer, fresh):
    service = deployer.create_service(fresh("published"))
    settings = service.get_settings()
    settings.get_raw()["permissions"] = [
        {"group": "ops", "read": True, "write": False, "deploy": True, "admin": False}]
    settings.get_raw()["unknown"] = [1.0, {"b": 1, "a": 2}]
    wanted = json.dumps(settings.get_raw())
    settings.save()
    assert json.dumps(service.get_settings().get_raw()) == wanted


def test_an_uploaded_archive_comes_back_as_it_went(deployer, service, fresh, tmp_path, needs):
    service.create_package("v1")
    source, copy = tmp_path / "v1.zip", tmp_path / "copy.zip"
    service.download_package_to_file("v1", str(source))
    target = deployer.create_service(fresh("published"))
    with open(source, "rb") as file:
        target.import_version(file)
    assert [version["id"] for version in target.get_status().get_versions()] == ["v1"]
    needs(target, "download_version_to_file", "get_version_stream")
    target.download_version_to_file("v1", str(copy))
    assert copy.read_bytes() == source.read_bytes()
    with target.get_version_stream("v1") as answer:
        assert answer.content == source.read_bytes()


def test_any_zip_is_a_version_named_by_its_file(deployer, fresh, tmp_path):
    path = tmp_path / "release-7.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("anything.txt", "as a real node would make it" * 1000)
    target = deployer.create_service(fresh("published"))
    with open(path, "rb") as file:
        target.import_version(file)
    assert [version["id"] for version in target.get_status().get_versions()] == ["release-7"]
    if hasattr(target, "get_version_stream"):
        with target.get_version_stream("release-7") as answer:
            assert answer.content == path.read_bytes()


def test_versions_of_a_published_service_come_and_go(published):
    assert [version["id"] for version in published.get_status().get_versions()] == ["v1", "v2"]
    published.delete_version("v1")
    assert [version["id"] for version in published.get_status().get_versions()] == ["v2"]
    with pytest.raises(DataikuException, match="NotFoundException"):
        published.delete_version("v1")


def test_what_a_deployment_maps_to_stays(published, deployment):
    with pytest.raises(DataikuException, match="IllegalArgumentException"):
        published.delete_version("v1")
    published.delete_version("v2")
    with pytest.raises(DataikuException, match="IllegalArgumentException"):
        published.delete()


def test_a_published_service_with_deployments(published, infra, deployment):
    status = published.get_status()
    assert [handle.id for handle in status.get_deployments()] == [deployment.id]
    assert [handle.id for handle in status.get_deployments(infra_id=infra.id)] == [deployment.id]
    assert status.get_deployments(infra_id="other") == []

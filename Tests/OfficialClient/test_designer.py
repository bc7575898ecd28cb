"""The API designer: services, their settings, packages."""

import io
import json
import zipfile

import pytest
from dataikuapi.utils import DataikuException


def exact(text):
    """JSON with the text of its numbers and the order of its keys."""
    return json.loads(text, parse_float=lambda t: ("number", t), parse_int=lambda t: ("number", t),
                      object_pairs_hook=lambda pairs: ("object", pairs))


def member(document, *path):
    for name in path:
        document = document[name] if isinstance(name, int) else dict(document[1])[name]
    return document


def test_a_new_service_has_no_endpoint_and_is_in_the_list(project, fresh):
    name = fresh("service")
    service = project.create_api_service(name)
    assert service.id == name
    items = [item for item in project.list_api_services() if item.id == name]
    assert [(item["projectKey"], item.id, item.name, item.auth_method, item.endpoints) for item in items] == [
        ("SANDBOX", name, name, "PUBLIC", [])]
    assert items[0].to_api_service().id == name
    assert name in [each.id for each in project.list_api_services(as_type="objects")]
    assert project.get_api_service(name).get_settings().endpoints == []


def test_the_list_shows_id_and_type_of_endpoints(project, service):
    item = next(item for item in project.list_api_services() if item.id == service.id)
    assert [(endpoint["id"], endpoint["type"]) for endpoint in item.endpoints] == [
        ("predict", "STD_PREDICTION"), ("score", "PY_FUNCTION")]


def test_settings_have_the_known_fields(service):
    raw = service.get_settings().get_raw()
    assert (raw["projectKey"], raw["id"], raw["name"]) == ("SANDBOX", service.id, service.id)
    assert set(raw) == {"projectKey", "id", "name", "tags", "authMethod", "authRealm", "oauth2Config", "endpoints",
                        "customFields", "versionTag"}
    assert raw["versionTag"]["lastModifiedBy"] == {"login": "admin"}


def test_each_kind_of_endpoint_that_the_client_writes_comes_back(project, fresh):
    service = project.create_api_service(fresh("service"))
    settings = service.get_settings()
    settings.add_prediction_endpoint("a", "m1")
    settings.add_clustering_endpoint("b", "m2")
    settings.add_forecasting_endpoint("c", "m3")
    settings.add_causal_prediction_endpoint("d", "m4", compute_propensity=True)
    if hasattr(settings, "add_multitarget_prediction_endpoint"):
        settings.add_multitarget_prediction_endpoint("e", "m5")
    wanted = json.loads(json.dumps(settings.endpoints))
    settings.save()
    assert service.get_settings().endpoints == wanted


def test_each_save_raises_the_version_number(service):
    settings = service.get_settings()
    before = settings.get_raw()["versionTag"]["versionNumber"]
    settings.save()
    assert service.get_settings().get_raw()["versionTag"]["versionNumber"] == before + 1


def test_unknown_fields_survive_to_the_byte_where_dss_keeps_them(client, service):
    path = f"/projects/SANDBOX/apiservices/{service.id}/settings"
    value = {"z": 1.0, "a": [1e-7, {"b": None, "a": 12345678901234567890}], "é": "\u2028\u0000"}
    settings = service.get_settings()
    settings.get_raw()["endpoints"][0]["unknownToAll"] = value
    settings.get_raw()["customFields"] = value
    settings.get_raw()["unknownTop"] = value
    settings.save()
    document = exact(client._perform_text("GET", path))
    wanted = exact(json.dumps(value))
    assert member(document, "endpoints", 0, "unknownToAll") == wanted
    assert member(document, "customFields") == wanted
    assert "unknownTop" not in dict(document[1]), "a live server drops unknown top-level keys without an error"


def test_identity_does_not_change_by_a_save(service):
    settings = service.get_settings()
    settings.get_raw().update(id="other", projectKey="OTHER")
    settings.save()
    raw = service.get_settings().get_raw()
    assert (raw["id"], raw["projectKey"]) == (service.id, "SANDBOX")


def test_packages_come_and_go(service):
    assert service.list_packages() == []
    service.create_package("v1")
    service.create_package("v2")
    packages = service.list_packages()
    assert sorted(package["id"] for package in packages) == ["v1", "v2"]
    assert all(package["createdOn"] > 1_600_000_000_000 for package in packages), "milliseconds since 1970"
    service.delete_package("v1")
    assert [package["id"] for package in service.list_packages()] == ["v2"]
    with pytest.raises(DataikuException):
        service.delete_package("v1")
    with pytest.raises(DataikuException, match="IllegalArgumentException: .*v2.*exists"):
        service.create_package("v2")


def test_a_package_has_a_summary(service, needs):
    needs(service, "get_package_summary")
    service.create_package("v1", release_notes="First & best: 100 %, é")
    summary = service.get_package_summary("v1")
    assert (summary["id"], summary["releaseNotes"]) == ("v1", "First & best: 100 %, é")
    assert [(endpoint["id"], endpoint["type"]) for endpoint in summary["endpoints"]] == [
        ("predict", "STD_PREDICTION"), ("score", "PY_FUNCTION")]


def test_an_archive_is_a_zip_and_the_same_by_file_and_by_stream(service, tmp_path):
    service.create_package("v1")
    path = tmp_path / "v1.zip"
    service.download_package_to_file("v1", str(path))
    with service.download_package_stream("v1") as stream:
        streamed = stream.read()
    assert path.read_bytes() == streamed
    assert zipfile.ZipFile(io.BytesIO(streamed)).testzip() is None


def test_a_package_is_a_snapshot(service, tmp_path):
    service.create_package("v1")
    before, after = tmp_path / "before.zip", tmp_path / "after.zip"
    service.download_package_to_file("v1", str(before))
    settings = service.get_settings()
    settings.add_prediction_endpoint("later", "m9")
    settings.save()
    service.download_package_to_file("v1", str(after))
    assert before.read_bytes() == after.read_bytes()


def test_publishing_makes_the_published_service(client, service, fresh):
    deployer = client.get_apideployer()
    service.create_package("v1")
    service.publish_package("v1")
    other = fresh("published")
    service.publish_package("v1", published_service_id=other)
    for name in (service.id, other):
        assert [version["id"] for version in deployer.get_service(name).get_status().get_versions()] == ["v1"]
    with pytest.raises(DataikuException, match="IllegalArgumentException: .*v1.*exists"):
        service.publish_package("v1")


def test_a_service_that_is_not_there(project, fresh):
    absent = project.get_api_service(fresh("absent"))
    assert absent.list_packages() == [], "a live server lists nothing instead of failing"
    with pytest.raises(DataikuException, match="NotFoundException: .*" + absent.id):
        absent.get_settings()
    with pytest.raises(DataikuException, match="NotFoundException"):
        absent.create_package("v1")
    with pytest.raises(DataikuException, match="NotFoundException"):
        absent.publish_package("v1")


def test_a_service_that_exists_is_not_made_again(project, service):
    with pytest.raises(DataikuException, match="IllegalArgumentException: .*" + service.id):
        project.create_api_service(service.id)


@pytest.mark.parametrize("word", ["with space", "é", "a+b&c=d;e:f@g", "100%", "[x]{y}|^`", "~._-"])
def test_odd_ids_arrive_as_they_are(project, fresh, word):
    name = fresh(word)
    service = project.create_api_service(name)
    assert service.get_settings().get_raw()["id"] == name
    assert name in [item.id for item in project.list_api_services()]

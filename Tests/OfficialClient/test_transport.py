"""Keys, paths, headers and the form of errors."""

import dataikuapi
import pytest
from dataikuapi.utils import DataikuException


def test_a_wrong_key_is_told_as_dss_tells_it(sandbox):
    wrong = dataikuapi.DSSClient(sandbox.url, "wrong")
    with pytest.raises(DataikuException) as error:
        wrong.get_apideployer().list_stages()
    assert str(error.value) == "com.dataiku.dip.exceptions.NotAuthenticatedException: Unknown API Key"


@pytest.mark.parametrize("method, path, status", [
    ("GET", "/api-deployer/deployments/absent", 404),
    ("GET", "/projects/SANDBOX/apiservices/absent/settings", 404),
    ("GET", "/futures/absent", 400),
    ("POST", "/api-deployer/stages", 405),
    ("PUT", "/api-deployer/infras", 405),
    ("GET", "/no/such/route", 404),
    ("POST", "/api-deployer/services", 400),
])
def test_an_error_has_its_three_texts(raw, method, path, status):
    response = raw(method, path)
    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/json;charset=utf-8"
    body = response.json()
    assert set(body) >= {"errorType", "message", "detailedMessage"}
    assert body["message"] and body["detailedMessage"] and body["errorType"].count(".") >= 2


def test_a_body_that_is_no_json_is_refused(raw):
    response = raw("POST", "/api-deployer/services", data="{")
    assert (response.status_code, response.json()["errorType"]) == (400, "java.lang.IllegalArgumentException")


def test_unknown_fields_on_create_are_refused(raw, fresh):
    for path, body in [
            ("services", {"publishedServiceId": fresh("x"), "description": ""}),
            ("infras", {"id": fresh("x"), "stage": "Test", "type": "STATIC", "description": ""}),
            ("deployments", {"deploymentId": fresh("x"), "description": ""})]:
        assert raw("POST", f"/api-deployer/{path}", json=body).status_code == 400


def test_answers_name_their_version_and_type(raw):
    response = raw("GET", "/api-deployer/stages")
    assert response.headers["Content-Type"] == "application/json;charset=utf-8"
    assert response.headers["DSS-API-Version"] and response.headers["DSS-Version"]
    assert int(response.headers["Content-Length"]) == len(response.content)


def test_an_archive_has_its_type_and_length_and_is_not_compressed(raw, service):
    service.create_package("v1")
    response = raw("GET", f"/projects/SANDBOX/apiservices/{service.id}/packages/v1/archive")
    assert response.headers["Content-Type"] in ("application/zip", "application/octet-stream")
    assert int(response.headers["Content-Length"]) == len(response.content)
    assert "Content-Encoding" not in response.headers


def test_slashes_too_many_do_not_matter(sandbox, raw):
    stages = raw("GET", "/api-deployer/stages").json()
    assert dataikuapi.DSSClient(sandbox.url + "/", sandbox.apiKey).get_apideployer().list_stages() == stages
    for path in ("/api-deployer/stages/", "//api-deployer///stages"):
        assert raw("GET", path).json() == stages


def test_the_documented_prefix_is_the_same_node(sandbox, raw):
    import requests

    response = requests.get(sandbox.url + "/public/api/api-deployer/stages", auth=(sandbox.apiKey, ""))
    assert response.json() == raw("GET", "/api-deployer/stages").json()


def test_a_key_is_taken_in_every_documented_form(sandbox):
    import requests

    class Bearer(requests.auth.AuthBase):
        def __call__(self, request):
            request.headers["Authorization"] = "Bearer " + sandbox.apiKey
            return request

    for form in ((sandbox.apiKey, ""), ("", sandbox.apiKey), Bearer()):
        response = requests.get(sandbox.url + "/dip/publicapi/api-deployer/stages", auth=form)
        assert response.status_code == 200


def test_head_is_answered_without_a_body(raw):
    assert raw("HEAD", "/api-deployer/stages").content == b""


def test_a_body_needs_no_content_type(raw, fresh):
    name = fresh("published")
    body = '{"publishedServiceId": "%s"}' % name
    for headers in ({"Content-Type": None}, {"Content-Type": "text/plain"}, {"Content-Type": "application/json"}):
        response = raw("POST", "/api-deployer/services", data=body, headers=headers)
        assert response.status_code == 200
        assert raw("DELETE", f"/api-deployer/services/{name}").status_code == 200


def test_queries_read_booleans_in_any_case_and_plus_as_space(raw, service):
    raw("POST", f"/projects/SANDBOX/apiservices/{service.id}/packages/v1?releaseNotes=a+b%20c%2B&x=")
    summary = raw("GET", f"/projects/SANDBOX/apiservices/{service.id}/packages/v1/summary").json()
    assert summary["releaseNotes"] == "a b c+"
    assert raw("GET", "/futures/?withScenarios=TRUE&withNotScenarios=false&allUsers=True").json() == []

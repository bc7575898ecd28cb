"""Prints what the official client sends for each operation: recordings.json, for Tests/LikenessTests."""

import io
import json
import sys
import tempfile
import threading
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version

import dataikuapi
from dataikuapi.dss.future import DSSFuture

PREFIX = "/dip/publicapi"
KEY = "key-1"
HEADERS = ("Authorization", "Content-Type", "X-DKU-APITicket", "X-DKU-ProxyUser")

# What the server answers, as text, so that the forms of numbers are what they are here.
DOCUMENTS = {
    "apiservice": '{"projectKey": "CHURN", "id": "scoring", "name": "scoring", "authMethod": "PUBLIC", "endpoints": '
                  '[{"id": "score", "type": "PY_FUNCTION", "code": "def f(x):\\n\\treturn \\"é😀\\u2028\\""}], '
                  '"customFields": {}, "tags": [], "oauth2Config": null, "versionTag": {"versionNumber": 3}}',
    "infra": '{"id": "prod", "type": "STATIC", "stage": "Production", "apiNodes": [{"url": "http://n1", '
             '"adminAPIKey": "e:AES:abc", "graphitePrefix": null}], "unknown": {"z": 1.5, "a": [true, false, -3]}}',
    "odd-infra": '{"id": "odd", "type": "STATIC", "apiNodes": [], "weights": [1.50, 1E5, 1e-7, -0, 0.1]}',
    "service": '{"id": "scoring", "name": "Scoring / é", "permissions": [], "owner": "admin"}',
    "deployment": '{"id": "d1", "publishedServiceId": "scoring", "infraId": "prod", "enabled": true, '
                  '"generationsMapping": {"mode": "SINGLE_GENERATION", "generation": "v1"}, "tags": ["a&b"]}',
}
LIGHT = {"deploymentBasicInfo": {"id": "d1", "enabled": True, "publishedServiceId": "scoring"}}
UPDATE = {"startTimestamp": 1700000000000, "type": "UPDATE", "status": "SUCCESS"}
ANSWERS = {
    "GET /projects/CHURN/apiservices/": "[]",
    "GET /projects/CHURN/apiservices/scoring/settings": DOCUMENTS["apiservice"],
    "GET /projects/CHURN/apiservices/scoring/packages": "[]",
    "GET /projects/": "[]",
    "GET /api-deployer/stages": "[]",
    "GET //dip/publicapi/api-deployer/stages": "[]",
    "GET /api-deployer/infras": "[]",
    "GET /api-deployer/infras/prod/settings": DOCUMENTS["infra"],
    "GET /api-deployer/infras/odd/settings": DOCUMENTS["odd-infra"],
    "GET /api-deployer/services": "[]",
    "GET /api-deployer/services/scoring/settings": DOCUMENTS["service"],
    "GET /api-deployer/deployments": "[]",
    "GET /api-deployer/deployments/d1": json.dumps(LIGHT),
    "GET /api-deployer/deployments/d1/settings": DOCUMENTS["deployment"],
    "GET /api-deployer/deployments/d1/update": json.dumps([UPDATE]),
    "POST /api-deployer/deployments/d1/actions/update": '{"jobId": "J1", "hasResult": false, "alive": true}',
    "GET /futures/": "[]",
    "GET /futures/J1": '{"jobId": "J1", "hasResult": true, "alive": false, "result": {}}',
    "GET /jobs/running/": "[]",
}


class Recorder(BaseHTTPRequestHandler):
    requests = []
    protocol_version = "HTTP/1.1"

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        # Not `self.path`: that one has runs of slashes taken out.
        target = self.requestline.split(" ")[1].removeprefix(PREFIX)
        request = {"method": self.command, "target": target}
        headers = {name: self.headers[name] for name in HEADERS if self.headers[name] is not None}
        if headers.get("Content-Type", "").startswith("multipart/"):
            message = b"Content-Type: " + headers.pop("Content-Type").encode() + b"\r\n\r\n" + body
            request["parts"] = [
                {"headers": dict(part.items()), "content": part.get_payload(decode=True).decode()}
                for part in BytesParser().parsebytes(message).get_payload()]
        elif body:
            request["body"] = body.decode()
        request["headers"] = headers
        Recorder.requests.append(request)
        reply = ANSWERS.get(f"{self.command} {target.split('?')[0]}", "{}").encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)

    do_GET = do_POST = do_PUT = do_DELETE = answer

    def log_message(self, *_):
        pass


def change(settings, edit):
    """Edits the raw settings and saves them."""
    edit(settings.get_raw())
    settings.save()


QUERIES = [{"q": {"features": {"name": "é & 1+1=2", "age": 42}}, "headers": [{"key": "X-A", "value": "b"}]}]
GRANTS = [{"group": "ops", "queryThroughDeployer": True}]


def designer(client):
    project = client.get_project("CHURN")
    service = project.get_api_service("scoring")
    folder = tempfile.mkdtemp()
    return {
        "DSSProject.list_api_services": project.list_api_services,
        "DSSProject.create_api_service": lambda: project.create_api_service("scoring"),
        "DSSAPIService.get_settings": service.get_settings,
        "DSSAPIServiceSettings.save": lambda: change(
            service.get_settings(), lambda raw: raw.update(authMethod="API_KEYS")),
        "DSSAPIService.list_packages": service.list_packages,
        "DSSAPIService.get_package_summary": lambda: service.get_package_summary("v1"),
        "DSSAPIService.create_package": lambda: service.create_package("v1"),
        "DSSAPIService.create_package, with release notes": lambda: service.create_package(
            "v1", release_notes="First & best: 100 %, é + ~'*()"),
        "DSSAPIService.delete_package": lambda: service.delete_package("v1"),
        "DSSAPIService.download_package_to_file": lambda: service.download_package_to_file("v1", f"{folder}/v1.zip"),
        "DSSAPIService.publish_package": lambda: service.publish_package("v1"),
        "DSSAPIService.publish_package, under another name": lambda: service.publish_package("v1", "other one"),
        "DSSAPIService.get_package_summary, odd letters": lambda: service.get_package_summary("é 1"),
        "DSSAPIService.get_package_summary, marks": lambda: service.get_package_summary("a+b&c=d;e:f@g"),
        "DSSAPIService.get_package_summary, a slash": lambda: service.get_package_summary("a/b"),
        "DSSAPIService.get_package_summary, a question": lambda: service.get_package_summary("a?b#c"),
        "DSSAPIService.get_package_summary, a percent sign": lambda: service.get_package_summary("100%"),
        "DSSAPIService.get_package_summary, an escape": lambda: service.get_package_summary("a%41b"),
    }


def deployer_of_infras_and_services(client):
    deployer = client.get_apideployer()
    infra, odd = deployer.get_infra("prod"), deployer.get_infra("odd")
    service = deployer.get_service("scoring")
    folder = tempfile.mkdtemp()
    archive = io.BytesIO(b"bytes of a zip")
    archive.name = f"{folder}/v1.zip"
    return {
        "DSSAPIDeployer.list_stages": deployer.list_stages,
        "DSSAPIDeployer.list_infras": deployer.list_infras,
        "DSSAPIDeployer.create_infra": lambda: deployer.create_infra("prod", "Production", "STATIC"),
        "DSSAPIDeployer.create_infra, with a policy": lambda: deployer.create_infra(
            "prod", "Production", "K8S", govern_check_policy="PREVENT"),
        "DSSAPIDeployerInfra.get_status": infra.get_status,
        "DSSAPIDeployerInfra.get_settings": infra.get_settings,
        "DSSAPIDeployerInfraSettings.save": lambda: change(
            infra.get_settings(), lambda raw: raw.update(stage="Test")),
        "DSSAPIDeployerInfraSettings.save, unusual numbers": lambda: odd.get_settings().save(),
        "DSSAPIDeployerInfra.delete": infra.delete,
        "DSSAPIDeployer.list_services": deployer.list_services,
        "DSSAPIDeployer.create_service": lambda: deployer.create_service("scoring"),
        "DSSAPIDeployerService.get_status": service.get_status,
        "DSSAPIDeployerService.get_settings": service.get_settings,
        "DSSAPIDeployerServiceSettings.save": lambda: change(
            service.get_settings(), lambda raw: raw.update(owner="ops")),
        "DSSAPIDeployerService.import_version": lambda: service.import_version(archive),
        "DSSAPIDeployerService.download_version_to_file": lambda: service.download_version_to_file(
            "v1", f"{folder}/v1.zip"),
        "DSSAPIDeployerService.delete_version": lambda: service.delete_version("v1"),
        "DSSAPIDeployerService.delete": service.delete,
    }


def deployer_of_deployments(client):
    deployer = client.get_apideployer()
    deployment = deployer.get_deployment("d1")

    def save(ignore_warnings):
        settings = deployment.get_settings()
        settings.set_single_version("v2")
        settings.save(ignore_warnings=ignore_warnings)

    return {
        "DSSAPIDeployer.list_deployments": deployer.list_deployments,
        "DSSAPIDeployer.create_deployment": lambda: deployer.create_deployment("d1", "scoring", "prod", "v1"),
        "DSSAPIDeployer.create_deployment, with all arguments": lambda: deployer.create_deployment(
            "d1", "scoring", "prod", "v1", endpoint_id="score", ignore_warnings=True,
            authorizations_to_query_through_deployer=GRANTS),
        "DSSAPIDeployerDeployment.get_status": deployment.get_status,
        "DSSAPIDeployerDeployment.get_governance_status": deployment.get_governance_status,
        "DSSAPIDeployerDeployment.get_governance_status, of a version":
            lambda: deployment.get_governance_status(version="v1"),
        "DSSAPIDeployerDeployment.get_settings": deployment.get_settings,
        "DSSAPIDeployerDeploymentSettings.save": lambda: save(False),
        "DSSAPIDeployerDeploymentSettings.save, ignoring warnings": lambda: save(True),
        "DSSAPIDeployerDeployment.start_update": lambda: deployment.start_update().wait_for_result(),
        "DSSAPIDeployerDeployment.delete": lambda: deployment.delete(disable_first=True),
        "DSSAPIDeployerDeployment.delete, ignoring errors": lambda: deployment.delete(
            disable_first=True, ignore_pre_delete_errors=True),
        "DSSAPIDeployerDeployment.get_open_api": deployment.get_open_api,
        "DSSAPIDeployerDeployment.run_test_queries": deployment.run_test_queries,
        "DSSAPIDeployerDeployment.run_test_queries, given ones": lambda: deployment.run_test_queries(
            endpoint_id="score", test_queries=QUERIES),
        "DSSAPIDeployerDeployment.run_queries": lambda: deployment.run_queries(QUERIES),
        "DSSAPIDeployerDeployment.run_queries, with all arguments": lambda: deployment.run_queries(
            QUERIES, endpoint_id="score", adapt_query_for_infra_type=False),
        "DSSAPIDeployerDeployment.list_updates": lambda: deployment.list_updates()[0].get_full_update(),
        "DSSAPIDeployerDeployment.get_update": deployment.get_update,
        "DSSAPIDeployerDeployment.get_update, by its time": lambda: deployment.get_update(1700000000000),
    }


def node(client):
    future = DSSFuture(client, "J1")
    url = client.host
    return {
        "DSSClient.list_projects": client.list_projects,
        "DSSClient.list_project_keys": client.list_project_keys,
        "DSSClient.get_auth_info": client.get_auth_info,
        "DSSClient.get_instance_info": client.get_instance_info,
        "DSSClient.list_futures": client.list_futures,
        "DSSClient.list_futures, of all users": lambda: client.list_futures(all_users=True),
        "DSSClient.list_running_scenarios": client.list_running_scenarios,
        "DSSClient.list_running_scenarios, of all users": lambda: client.list_running_scenarios(all_users=True),
        "DSSClient.list_running_jobs": client.list_running_jobs,
        "DSSClient.list_running_jobs, one's own": lambda: client.list_running_jobs(all_users=False),
        "DSSFuture.get_state": future.get_state,
        "DSSFuture.peek_state": future.peek_state,
        "DSSFuture.abort": future.abort,
        "credentials: an internal ticket":
            lambda: dataikuapi.DSSClient(url, internal_ticket="ticket-1").get_apideployer().list_stages(),
        "credentials: a token":
            lambda: dataikuapi.DSSClient(url, jwt_bearer_token="token-1").get_apideployer().list_stages(),
        "credentials: a key that is not ASCII": lambda: dataikuapi.DSSClient(url, "clé").get_apideployer().list_stages(),
        "headers: acting as another user": lambda: dataikuapi.DSSClient(
            url, KEY, extra_headers={"X-DKU-ProxyUser": "ada"}).get_apideployer().list_stages(),
        "headers: an extra one loses to the key": lambda: dataikuapi.DSSClient(
            url, KEY, extra_headers={"Authorization": "mine"}).get_apideployer().list_stages(),
        "a host with a slash at its end": lambda: dataikuapi.DSSClient(url + "/", KEY).get_apideployer().list_stages(),
    }


def record():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Recorder)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    client = dataikuapi.DSSClient(f"http://127.0.0.1:{server.server_port}", KEY)
    recordings = []
    for table in (designer, deployer_of_infras_and_services, deployer_of_deployments, node):
        for name, operation in table(client).items():
            Recorder.requests = []
            operation()
            recordings.append({"operation": name, "requests": Recorder.requests})
    server.shutdown()
    document = {"client": version("dataiku-api-client"), "documents": DOCUMENTS, "recordings": recordings}
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(record())

"""The calls of the designer, the deployer and of long tasks, and which of them the tests made."""

import re

from dataikuapi.dss.apideployer import DSSAPIDeployerDeployment, DSSAPIDeployerService
from dataikuapi.dss.apiservice import DSSAPIService
from dataikuapi.dssclient import DSSClient

PREFIX = "/dip/publicapi"

# Method, path, and what a release of the client must have to make the call (None: all have it).
CALLS = [
    ("GET", "/futures/", None),
    ("GET", "/futures/{J}", None),
    ("DELETE", "/futures/{J}", None),
    ("GET", "/jobs/running/", (DSSClient, "list_running_jobs")),
    ("GET", "/projects/{P}/apiservices/", None),
    ("POST", "/projects/{P}/apiservices/{S}", None),
    ("GET", "/projects/{P}/apiservices/{S}/settings", None),
    ("PUT", "/projects/{P}/apiservices/{S}/settings", None),
    ("GET", "/projects/{P}/apiservices/{S}/packages", None),
    ("GET", "/projects/{P}/apiservices/{S}/packages/{V}/summary", (DSSAPIService, "get_package_summary")),
    ("POST", "/projects/{P}/apiservices/{S}/packages/{V}", None),
    ("DELETE", "/projects/{P}/apiservices/{S}/packages/{V}", None),
    ("GET", "/projects/{P}/apiservices/{S}/packages/{V}/archive", None),
    ("POST", "/projects/{P}/apiservices/{S}/packages/{V}/publish", None),
    ("GET", "/api-deployer/stages", None),
    ("GET", "/api-deployer/infras", None),
    ("POST", "/api-deployer/infras", None),
    ("GET", "/api-deployer/infras/{I}", None),
    ("GET", "/api-deployer/infras/{I}/settings", None),
    ("PUT", "/api-deployer/infras/{I}/settings", None),
    ("DELETE", "/api-deployer/infras/{I}", None),
    ("GET", "/api-deployer/services", None),
    ("POST", "/api-deployer/services", None),
    ("GET", "/api-deployer/services/{S}", None),
    ("GET", "/api-deployer/services/{S}/settings", None),
    ("PUT", "/api-deployer/services/{S}/settings", None),
    ("POST", "/api-deployer/services/{S}/versions", None),
    ("GET", "/api-deployer/services/{S}/versions/{V}", (DSSAPIDeployerService, "get_version_stream")),
    ("DELETE", "/api-deployer/services/{S}/versions/{V}", None),
    ("DELETE", "/api-deployer/services/{S}", None),
    ("GET", "/api-deployer/deployments", None),
    ("POST", "/api-deployer/deployments", None),
    ("GET", "/api-deployer/deployments/{D}", None),
    ("GET", "/api-deployer/deployments/{D}/status", None),
    ("GET", "/api-deployer/deployments/{D}/governance-status", (DSSAPIDeployerDeployment, "get_governance_status")),
    ("GET", "/api-deployer/deployments/{D}/settings", None),
    ("PUT", "/api-deployer/deployments/{D}/settings", None),
    ("POST", "/api-deployer/deployments/{D}/actions/update", None),
    ("DELETE", "/api-deployer/deployments/{D}", None),
    ("GET", "/api-deployer/deployments/{D}/get-open-api", (DSSAPIDeployerDeployment, "get_open_api")),
    ("POST", "/api-deployer/deployments/{D}/actions/run-test-queries", (DSSAPIDeployerDeployment, "run_test_queries")),
    ("POST", "/api-deployer/deployments/{D}/actions/run-queries", (DSSAPIDeployerDeployment, "run_queries")),
    ("GET", "/api-deployer/deployments/{D}/update", (DSSAPIDeployerDeployment, "list_updates")),
    ("GET", "/api-deployer/deployments/{D}/update/{T}", (DSSAPIDeployerDeployment, "list_updates")),
    ("GET", "/api-deployer/deployments/{D}/last-update", (DSSAPIDeployerDeployment, "get_update")),
]


def lacks(requirement):
    return requirement is not None and not hasattr(*requirement)


class CallLog:
    """The requests of the official client, in their order."""

    def __init__(self):
        self.requests = []

    def add(self, method, path, query, status):
        self.requests.append((method, path, query, status))

    def since(self, mark):
        return [f"{method} {path}" + (f"?{query}" if query else "") for method, path, query, _ in self.requests[mark:]]

    def __len__(self):
        return len(self.requests)

    def succeeded(self, method, pattern):
        """Whether the call was made and answered below 400."""
        expression = re.compile(re.sub(r"\{\w\}", "[^/]+", pattern))
        return any(
            made == method and status < 400 and expression.fullmatch(path)
            for made, path, _, status in self.requests)

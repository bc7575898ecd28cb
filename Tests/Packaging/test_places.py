"""What the daemon runs in: the service, the image, the cluster."""

import json
import pathlib
import re
import shutil
import subprocess
import sys

import pytest
import yaml

from conftest import MOORING, TOP

PACKAGING = TOP / "packaging"
# Of ten, as systemd-analyze counts: what a daemon that talks to a network can come to.
MOST_EXPOSURE = 1.5


def run(*command, **more):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=120, **more)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def program(name):
    return f"{sys.prefix}/bin/{name}"


# systemd


def test_systemd_takes_the_service(tmp_path):
    text = (PACKAGING / "systemd/mooring.service").read_text()
    # The only thing that is not on this machine.
    (tmp_path / "mooring.service").write_text(text.replace("/usr/bin/mooring", str(MOORING)))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / "mooring.service")], capture_output=True, text=True,
        timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_service_is_hardened():
    options = ["--offline=true", f"--threshold={int(MOST_EXPOSURE * 10)}", "--no-pager"]
    run("systemd-analyze", "security", *options, PACKAGING / "systemd/mooring.service")


def service():
    return dict(re.findall(r"^(\w+)=(.*)$", (PACKAGING / "systemd/mooring.service").read_text(), re.M))


def test_the_service_and_the_watch_file_agree():
    watch = yaml.safe_load((PACKAGING / "debian/watch.yaml").read_text())
    assert watch["spec"]["data"] == "/var/lib/" + service()["StateDirectory"]
    assert service()["ExecStart"].endswith(" -f " + "/etc/mooring/watch.yaml")
    name, folder = service()["LoadCredential"].split(":")
    secrets = re.findall(r"\{file: ([^\s}]+)", (PACKAGING / "debian/watch.yaml").read_text())
    assert secrets and all(secret.startswith(f"/run/credentials/mooring.service/{name}_") for secret in secrets)
    assert folder == "/etc/mooring/secrets"


# The watch files that users begin with


@pytest.mark.parametrize("file", ["debian/watch.yaml", "kubernetes/example/watch.yaml"])
def test_the_program_reads_the_watch_file(file):
    run(MOORING, "watch", "check", "--offline", "-f", PACKAGING / file)


# Kubernetes


def rendered(folder):
    return [row for row in yaml.safe_load_all(run("kubectl", "kustomize", folder)) if row]


@pytest.fixture(scope="module")
def objects():
    return {row["kind"]: row for row in rendered(PACKAGING / "kubernetes/example")}


@pytest.fixture(scope="module")
def monitored(tmp_path_factory):
    folder = tmp_path_factory.mktemp("kubernetes")
    shutil.copytree(PACKAGING / "kubernetes", folder, dirs_exist_ok=True)
    file = folder / "example/kustomization.yaml"
    text = file.read_text()
    assert "# components:" in text
    file.write_text(text.replace("# components:", "components:"))
    return rendered(folder / "example")


def test_the_manifests_are_what_kubernetes_takes(monitored, tmp_path):
    known = [row for row in monitored if "monitoring.coreos.com" not in row["apiVersion"]]
    assert sorted(row["kind"] for row in known) == [
        "ConfigMap", "Deployment", "Namespace", "NetworkPolicy", "NetworkPolicy", "PersistentVolumeClaim", "Service",
        "ServiceAccount"]
    (tmp_path / "all.yaml").write_text(yaml.safe_dump_all(known))
    for version in ["1.30", "1.37"]:
        run(program("kubernetes-validate"), "--strict", "-k", version, tmp_path / "all.yaml")


def test_the_pod_keeps_the_restricted_profile(objects):
    assert objects["Namespace"]["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    pod = objects["Deployment"]["spec"]["template"]["spec"]
    container, = pod["containers"]
    assert pod["securityContext"]["runAsNonRoot"] and pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}
    assert pod["automountServiceAccountToken"] is False and "env" not in container
    assert objects["Deployment"]["spec"]["strategy"] == {"type": "Recreate"} and objects["Deployment"]["spec"]["replicas"] == 1


def test_the_parts_fit_each_other(objects):
    pod = objects["Deployment"]["spec"]["template"]["spec"]
    container, = pod["containers"]
    assert pod["serviceAccountName"] == objects["ServiceAccount"]["metadata"]["name"]
    mounts = {row["name"]: row["mountPath"] for row in container["volumeMounts"]}
    volumes = {row["name"]: row for row in pod["volumes"]}
    assert mounts.keys() == volumes.keys()
    # The config map has a hash in its name, and the pod names it so.
    assert volumes["config"]["configMap"]["name"] == objects["ConfigMap"]["metadata"]["name"] != "mooring-watch"
    assert volumes["data"]["persistentVolumeClaim"]["claimName"] == objects["PersistentVolumeClaim"]["metadata"]["name"]
    labels = objects["Deployment"]["spec"]["template"]["metadata"]["labels"]
    assert objects["Service"]["spec"]["selector"].items() <= labels.items()
    text = objects["ConfigMap"]["data"]["watch.yaml"]
    watch = yaml.safe_load(text)["spec"]
    assert container["args"][-1] == mounts["config"] + "/watch.yaml" and watch["data"] == mounts["data"]
    assert watch["listen"] == f"0.0.0.0:{container['ports'][0]['containerPort']}"
    assert all(path.startswith(mounts["secrets"] + "/") for path in re.findall(r"\{file: ([^\s}]+)", text))
    user = pod["securityContext"]["runAsUser"]
    assert f"USER {user}:{user}" in (PACKAGING / "Dockerfile").read_text()
    assert container["image"].split("@")[1].startswith("sha256:")
    assert {container[probe]["httpGet"]["path"] for probe in ["startupProbe", "livenessProbe", "readinessProbe"]} == {
        "/healthz", "/readyz"}


def test_the_rules_speak_of_metrics_that_there_are(monitored):
    sources = "".join(file.read_text() for file in (TOP / "Sources/Server").rglob("*.swift"))
    rules = next(row for row in monitored if row["kind"] == "PrometheusRule")
    for rule in rules["spec"]["groups"][0]["rules"]:
        for name in re.findall(r"mooring_\w+", rule["expr"]):
            assert f'"{name}"' in sources, name
    monitor = next(row for row in monitored if row["kind"] == "ServiceMonitor")
    service = next(row for row in monitored if row["kind"] == "Service")
    assert monitor["spec"]["selector"]["matchLabels"].items() <= service["metadata"]["labels"].items()
    assert monitor["spec"]["endpoints"][0]["port"] == service["spec"]["ports"][0]["name"]


# The image


def test_the_dockerfile_has_no_fault_that_hadolint_knows():
    run(program("hadolint"), "--failure-threshold", "info", PACKAGING / "Dockerfile")


def test_the_image_gets_what_it_copies_and_runs():
    text = (PACKAGING / "Dockerfile").read_text()
    for source in re.findall(r"^COPY (?!--from|\. )(\S+)", text, re.M):
        assert (TOP / source).exists(), source
    ignored = (PACKAGING / "Dockerfile.dockerignore").read_text().split()
    for needed in ["Makefile", "Package.swift", "Sources", "packaging", "scripts", "docs"]:
        assert (TOP / needed).exists() and needed not in ignored
    targets = re.findall(r"make (\w+) DEB=(\S+)", text)
    entry = json.loads(re.findall(r"^ENTRYPOINT (.+)$", text, re.M)[0])
    assert entry == ["tini", "--", "mooring"] and re.search(r"apt-get install .* tini\b", text)
    assert targets == [("deb", "/mooring.deb")] and f"source={targets[0][1]}" in text
    assert re.search(r"^deb:", (TOP / "Makefile").read_text(), re.M)
    # The commands are ones of the program.
    check = re.search(r'CMD \["mooring", (.*?), "--url"', text)[1]
    for words in [check, re.search(r'^CMD \[(.*?), "-f"', text, re.M)[1]]:
        run(MOORING, *re.findall(r'"(\w+)"', words), "--help")

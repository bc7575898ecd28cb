#!/usr/bin/env python3
"""Writes a workspace of SERVICES API services, each deployed to STAGES infrastructures.

    generate.py 100 3 /tmp/fleet && mooring apply -C /tmp/fleet

The same arguments give the same bytes.
"""
import argparse
import pathlib

WORKSPACE = """\
apiVersion: mooring/v1
kind: Workspace
metadata:
  name: fleet
spec:
  manifests: [services, stages]
  limits: {{maxChanges: {changes}}}
  environments:
    local:
      sandbox: .mooring/sandbox
"""

SERVICE = """\
apiVersion: mooring/v1
kind: APIService
metadata:
  project: FLEET
  name: {service}
spec:
  tags: [fleet]
  endpoints:
    - id: predict
      type: STD_PREDICTION
      modelRef: m{number:07d}
    - id: explain
      type: PY_FUNCTION
      userFunctionName: explain
      code: |
        def explain(score):
            return score * {number}
  package:
    version: v1
"""

INFRA = """\
apiVersion: mooring/v1
kind: Infra
metadata:
  name: {stage}
spec:
  type: STATIC
  stage: Development
  apiNodes:
    - url: sandbox://node-1
      adminAPIKey: {{file: ../.mooring/sandbox/key}}
"""

DEPLOYMENT = """\
---
apiVersion: mooring/v1
kind: Deployment
metadata:
  name: {service}-on-{stage}
spec:
  publishedServiceId: {service}
  infraId: {stage}
  version: auto
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("services", type=int)
    parser.add_argument("stages", type=int)
    parser.add_argument("folder", type=pathlib.Path)
    given = parser.parse_args()
    if given.services < 1 or given.stages < 1:
        parser.error("there is at least one service and one stage")
    services = [f"service-{number:04d}" for number in range(1, given.services + 1)]
    stages = [f"stage-{number}" for number in range(1, given.stages + 1)]
    # A service is itself, two endpoints and a package; a stage an infrastructure and a deployment of each service.
    changes = len(services) * 4 + len(stages) * (len(services) + 1)
    (given.folder / "services").mkdir(parents=True, exist_ok=True)
    (given.folder / "stages").mkdir(exist_ok=True)
    (given.folder / "mooring.yaml").write_text(WORKSPACE.format(changes=changes))
    for number, service in enumerate(services, 1):
        (given.folder / "services" / f"{service}.yaml").write_text(SERVICE.format(service=service, number=number))
    for stage in stages:
        deployments = [DEPLOYMENT.format(service=service, stage=stage) for service in services]
        (given.folder / "stages" / f"{stage}.yaml").write_text(INFRA.format(stage=stage) + "".join(deployments))
    print(f"{len(services)} services, {len(stages)} stages, {changes} resources in {given.folder}")


if __name__ == "__main__":
    main()

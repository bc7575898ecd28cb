"""Reads with the official client what `mooring plan` reads, one call after another, as a straightforward script does.

    official_client.py URL KEY PROJECT
"""

import sys

import dataikuapi


def main():
    url, key, project_key = sys.argv[1:]
    client = dataikuapi.DSSClient(url, key)
    project = client.get_project(project_key)
    deployer = client.get_apideployer()
    read = 0
    for item in project.list_api_services():
        service = project.get_api_service(item["id"])
        service.get_settings().get_raw()
        service.list_packages()
        read += 2
    for infra in deployer.list_infras():
        infra.get_settings().get_raw()
        read += 1
    published = deployer.list_services(as_objects=False)
    for deployment in deployer.list_deployments():
        deployment.get_settings().get_raw()
        deployment.get_status().get_health()
        read += 2
    # The settings of published services are not managed here, but the list tells their versions.
    print(read, len(published))


if __name__ == "__main__":
    main()

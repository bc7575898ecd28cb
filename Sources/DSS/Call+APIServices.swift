import HTTP
package import JSON

/// API Designer: services and their packages, on the design node.
extension Call {
    package static func listAPIServices(project: String) -> Call {
        Call("DSSProject.list_api_services", .get, "/projects/\(project)/apiservices/", reply: .json)
    }

    /// The new service has no endpoint.
    package static func createAPIService(_ service: String, project: String) -> Call {
        Call("DSSProject.create_api_service", .post, "/projects/\(project)/apiservices/\(service)", reply: .ignored)
    }

    package static func getAPIServiceSettings(_ service: String, project: String) -> Call {
        Call(
            "DSSAPIService.get_settings", .get, "/projects/\(project)/apiservices/\(service)/settings", reply: .json)
    }

    /// `settings` is the whole object.
    package static func saveAPIServiceSettings(_ service: String, project: String, _ settings: JSONValue) -> Call {
        Call(
            "DSSAPIServiceSettings.save", .put, "/projects/\(project)/apiservices/\(service)/settings",
            body: .json(settings), reply: .ignored)
    }

    package static func listPackages(service: String, project: String) -> Call {
        Call(
            "DSSAPIService.list_packages", .get, "/projects/\(project)/apiservices/\(service)/packages", reply: .json)
    }

    package static func getPackageSummary(_ package: String, service: String, project: String) -> Call {
        Call(
            "DSSAPIService.get_package_summary", .get,
            "/projects/\(project)/apiservices/\(service)/packages/\(package)/summary", reply: .json)
    }

    package static func createPackage(
        _ package: String, service: String, project: String, releaseNotes: String? = nil
    ) -> Call {
        Call(
            "DSSAPIService.create_package", .post,
            "/projects/\(project)/apiservices/\(service)/packages/\(package)",
            query: releaseNotes.map { [QueryItem("releaseNotes", $0)] } ?? [], reply: .ignored)
    }

    package static func deletePackage(_ package: String, service: String, project: String) -> Call {
        Call(
            "DSSAPIService.delete_package", .delete,
            "/projects/\(project)/apiservices/\(service)/packages/\(package)", reply: .ignored)
    }

    package static func downloadPackage(_ package: String, service: String, project: String) -> Call {
        Call(
            "DSSAPIService.download_package_to_file", .get,
            "/projects/\(project)/apiservices/\(service)/packages/\(package)/archive", reply: .file)
    }

    /// Without `publishedServiceId` the published service has the id of the service.
    package static func publishPackage(
        _ package: String, service: String, project: String, publishedServiceId: String? = nil
    ) -> Call {
        Call(
            "DSSAPIService.publish_package", .post,
            "/projects/\(project)/apiservices/\(service)/packages/\(package)/publish",
            query: publishedServiceId.map { [QueryItem("publishedServiceId", $0)] } ?? [], reply: .ignored)
    }
}

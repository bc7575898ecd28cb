import HTTP
package import JSON

/// API Deployer: published services and their versions.
extension Call {
    package static let listServices = Call(
        "DSSAPIDeployer.list_services", .get, "/api-deployer/services", reply: .json)

    package static func createService(_ service: String) -> Call {
        Call(
            "DSSAPIDeployer.create_service", .post, "/api-deployer/services",
            body: .json(["publishedServiceId": .string(service)]), reply: .json)
    }

    package static func getServiceStatus(_ service: String) -> Call {
        Call("DSSAPIDeployerService.get_status", .get, "/api-deployer/services/\(service)", reply: .json)
    }

    package static func getServiceSettings(_ service: String) -> Call {
        Call("DSSAPIDeployerService.get_settings", .get, "/api-deployer/services/\(service)/settings", reply: .json)
    }

    /// `settings` is the whole object.
    package static func saveServiceSettings(_ service: String, _ settings: JSONValue) -> Call {
        Call(
            "DSSAPIDeployerServiceSettings.save", .put, "/api-deployer/services/\(service)/settings",
            body: .json(settings), reply: .ignored)
    }

    /// Uploads the archive at `file`; the version's id comes from the archive, never from the request.
    ///
    /// `name` is the file name that is sent: the last component of `file` when it is not given.
    package static func importVersion(service: String, file: String, name: String? = nil) -> Call {
        let name = name ?? file.split(separator: "/").last.map(String.init) ?? "file"
        return Call(
            "DSSAPIDeployerService.import_version", .post, "/api-deployer/services/\(service)/versions",
            body: .file(field: "file", name: name, path: file), reply: .ignored)
    }

    package static func downloadVersion(_ version: String, service: String) -> Call {
        Call(
            "DSSAPIDeployerService.download_version_to_file", .get,
            "/api-deployer/services/\(service)/versions/\(version)", reply: .file)
    }

    package static func deleteVersion(_ version: String, service: String) -> Call {
        Call(
            "DSSAPIDeployerService.delete_version", .delete, "/api-deployer/services/\(service)/versions/\(version)",
            reply: .ignored)
    }

    /// The service must have no deployment left.
    package static func deleteService(_ service: String) -> Call {
        Call("DSSAPIDeployerService.delete", .delete, "/api-deployer/services/\(service)", reply: .ignored)
    }
}

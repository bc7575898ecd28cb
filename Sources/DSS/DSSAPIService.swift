package import JSON

/// A handle to a project of the design node.
package struct DSSProject: Sendable {
    package let client: DSSClient
    package let projectKey: String

    package func listAPIServices() async throws(DSSError) -> [APIServiceListItem] {
        try await client.list(.listAPIServices(project: projectKey)) { (item) throws(ShapeError) in
            try APIServiceListItem(item)
        }
    }

    /// Makes a service without endpoints.
    @discardableResult
    package func createAPIService(_ id: String) async throws(DSSError) -> DSSAPIService {
        try await client.perform(.createAPIService(id, project: projectKey))
        return apiService(id)
    }

    /// A handle; nothing is sent.
    package func apiService(_ id: String) -> DSSAPIService {
        DSSAPIService(client: client, projectKey: projectKey, id: id)
    }
}

/// A handle to a service of the API Designer.
package struct DSSAPIService: Sendable {
    package let client: DSSClient
    package let projectKey: String
    package let id: String

    /// The whole settings object, to the byte.
    package func getSettings() async throws(DSSError) -> JSONValue {
        try await client.object(.getAPIServiceSettings(id, project: projectKey))
    }

    /// Writes the whole settings object. A live server drops unknown top-level keys without a word.
    package func saveSettings(_ settings: JSONValue) async throws(DSSError) {
        try await client.perform(.saveAPIServiceSettings(id, project: projectKey, settings))
    }

    /// The versions; empty, too, for a service that does not exist.
    package func listPackages() async throws(DSSError) -> [PackageListItem] {
        try await client.list(.listPackages(service: id, project: projectKey)) { (item) throws(ShapeError) in
            try PackageListItem(item)
        }
    }

    package func getPackageSummary(_ package: String) async throws(DSSError) -> JSONValue {
        try await client.object(.getPackageSummary(package, service: id, project: projectKey))
    }

    /// Freezes the service as a version.
    package func createPackage(_ package: String, releaseNotes: String? = nil) async throws(DSSError) {
        try await client.perform(
            .createPackage(package, service: id, project: projectKey, releaseNotes: releaseNotes))
    }

    package func deletePackage(_ package: String) async throws(DSSError) {
        try await client.perform(.deletePackage(package, service: id, project: projectKey))
    }

    /// Writes the archive to a new file at `path` and returns its length in bytes.
    package func downloadPackage(_ package: String, to path: String) async throws(DSSError) -> Int {
        try await client.download(.downloadPackage(package, service: id, project: projectKey), to: path)
    }

    /// Brings a version to the deployer; makes the published service when none has the id.
    package func publishPackage(_ package: String, publishedServiceId: String? = nil) async throws(DSSError) {
        try await client.perform(
            .publishPackage(package, service: id, project: projectKey, publishedServiceId: publishedServiceId))
    }
}

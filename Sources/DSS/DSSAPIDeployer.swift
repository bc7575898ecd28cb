package import JSON

/// A handle to the API Deployer.
package struct DSSAPIDeployer: Sendable {
    package let client: DSSClient

    package func listStages() async throws(DSSError) -> [Stage] {
        try await client.list(.listStages) { (item) throws(ShapeError) in try Stage(item) }
    }

    package func listInfras() async throws(DSSError) -> [InfraStatus] {
        try await client.list(.listInfras) { (item) throws(ShapeError) in try InfraStatus(item) }
    }

    @discardableResult
    package func createInfra(
        _ id: String, stage: String, type: String, governCheckPolicy: String = "NO_CHECK"
    ) async throws(DSSError) -> DSSAPIDeployerInfra {
        _ = try await client.json(
            .createInfra(id, stage: stage, type: type, governCheckPolicy: governCheckPolicy))
        return infra(id)
    }

    /// A handle; nothing is sent.
    package func infra(_ id: String) -> DSSAPIDeployerInfra { DSSAPIDeployerInfra(client: client, id: id) }

    package func listServices() async throws(DSSError) -> [ServiceStatus] {
        try await client.list(.listServices) { (item) throws(ShapeError) in try ServiceStatus(item) }
    }

    @discardableResult
    package func createService(_ id: String) async throws(DSSError) -> DSSAPIDeployerService {
        _ = try await client.json(.createService(id))
        return service(id)
    }

    /// A handle; nothing is sent.
    package func service(_ id: String) -> DSSAPIDeployerService { DSSAPIDeployerService(client: client, id: id) }

    package func listDeployments() async throws(DSSError) -> [DeploymentStatus] {
        try await client.list(.listDeployments) { (item) throws(ShapeError) in try DeploymentStatus(item) }
    }

    /// Creates a deployment that is not started: `startUpdate()` must follow.
    @discardableResult
    package func createDeployment(
        _ id: String, publishedServiceId: String, infraId: String, version: String, endpointId: String? = nil,
        authorizationsToQueryThroughDeployer: JSONValue = .null, ignoreWarnings: Bool = false
    ) async throws(DSSError) -> DSSAPIDeployerDeployment {
        _ = try await client.json(
            .createDeployment(
                id, publishedServiceId: publishedServiceId, infraId: infraId, version: version, endpointId: endpointId,
                authorizationsToQueryThroughDeployer: authorizationsToQueryThroughDeployer,
                ignoreWarnings: ignoreWarnings))
        return deployment(id)
    }

    /// A handle; nothing is sent.
    package func deployment(_ id: String) -> DSSAPIDeployerDeployment {
        DSSAPIDeployerDeployment(client: client, id: id)
    }
}

/// A handle to an infrastructure.
package struct DSSAPIDeployerInfra: Sendable {
    package let client: DSSClient
    package let id: String

    package func getStatus() async throws(DSSError) -> InfraStatus {
        try await client.decode(.getInfraStatus(id)) { (value) throws(ShapeError) in try InfraStatus(value) }
    }

    /// The whole settings object, to the byte.
    package func getSettings() async throws(DSSError) -> JSONValue {
        try await client.object(.getInfraSettings(id))
    }

    package func saveSettings(_ settings: JSONValue) async throws(DSSError) {
        try await client.perform(.saveInfraSettings(id, settings))
    }

    /// The infra must have no deployment left.
    package func delete() async throws(DSSError) { try await client.perform(.deleteInfra(id)) }
}

/// A handle to a published service.
package struct DSSAPIDeployerService: Sendable {
    package let client: DSSClient
    package let id: String

    package func getStatus() async throws(DSSError) -> ServiceStatus {
        try await client.decode(.getServiceStatus(id)) { (value) throws(ShapeError) in try ServiceStatus(value) }
    }

    /// The whole settings object, to the byte.
    package func getSettings() async throws(DSSError) -> JSONValue {
        try await client.object(.getServiceSettings(id))
    }

    package func saveSettings(_ settings: JSONValue) async throws(DSSError) {
        try await client.perform(.saveServiceSettings(id, settings))
    }

    /// Uploads the archive at `file`; `name` is the file name that is sent.
    package func importVersion(file: String, name: String? = nil) async throws(DSSError) {
        try await client.perform(.importVersion(service: id, file: file, name: name))
    }

    /// Writes the archive to a new file at `path` and returns its length in bytes.
    package func downloadVersion(_ version: String, to path: String) async throws(DSSError) -> Int {
        try await client.download(.downloadVersion(version, service: id), to: path)
    }

    package func deleteVersion(_ version: String) async throws(DSSError) {
        try await client.perform(.deleteVersion(version, service: id))
    }

    /// The service must have no deployment left.
    package func delete() async throws(DSSError) { try await client.perform(.deleteService(id)) }
}

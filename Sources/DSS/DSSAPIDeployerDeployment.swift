package import JSON

/// A handle to a deployment.
package struct DSSAPIDeployerDeployment: Sendable {
    package let client: DSSClient
    package let id: String

    package func getLightStatus() async throws(DSSError) -> DeploymentStatus {
        try await client.decode(.getDeploymentLightStatus(id)) { (value) throws(ShapeError) in
            try DeploymentStatus(value)
        }
    }

    /// Asks the nodes, so it takes its time.
    package func getHeavyStatus() async throws(DSSError) -> HeavyStatus {
        try await client.decode(.getDeploymentHeavyStatus(id)) { (value) throws(ShapeError) in
            try HeavyStatus(value)
        }
    }

    /// What Govern says of the models of a version, or of all mapped versions when `version` is empty. The official client
    /// calls the answer a list of messages, and does not look into it.
    package func getGovernanceStatus(version: String = "") async throws(DSSError) -> MessageList {
        try await client.decode(.getGovernanceStatus(id, version: version)) { (value) throws(ShapeError) in
            try MessageList(value)
        }
    }

    /// The whole settings object, to the byte.
    package func getSettings() async throws(DSSError) -> JSONValue {
        try await client.object(.getDeploymentSettings(id))
    }

    /// Saving is not deploying: `startUpdate()` pushes what is saved to the nodes.
    package func saveSettings(_ settings: JSONValue, ignoreWarnings: Bool = false) async throws(DSSError) {
        try await client.perform(.saveDeploymentSettings(id, settings, ignoreWarnings: ignoreWarnings))
    }

    /// Starts to push the saved settings to the nodes. The task's end is not success: read the heavy status then.
    package func startUpdate() async throws(DSSError) -> FutureState { try await client.future(.startUpdate(id)) }

    /// One call, without the reads that the official client sends first. A live server refuses an enabled deployment.
    package func delete(ignorePreDeleteErrors: Bool = false) async throws(DSSError) {
        try await client.perform(.deleteDeployment(id, ignorePreDeleteErrors: ignorePreDeleteErrors))
    }

    /// The document's text; a 404 when there is none.
    package func getOpenAPI() async throws(DSSError) -> String {
        guard case .text(let text) = try await client.send(.getOpenAPI(id)) else {
            preconditionFailure("the OpenAPI document is text")
        }
        return text
    }

    package func runTestQueries(
        endpointId: String? = nil, testQueries: JSONValue? = nil
    ) async throws(DSSError) -> JSONValue {
        try await client.json(.runTestQueries(id, endpointId: endpointId, testQueries: testQueries))
    }

    package func runQueries(
        _ queries: JSONValue, endpointId: String? = nil, adaptQueryForInfraType: Bool = true
    ) async throws(DSSError) -> JSONValue {
        try await client.json(
            .runQueries(id, queries, endpointId: endpointId, adaptQueryForInfraType: adaptQueryForInfraType))
    }

    package func listUpdates() async throws(DSSError) -> [UpdateItem] {
        try await client.list(.listUpdates(id)) { (item) throws(ShapeError) in try UpdateItem(item) }
    }

    /// The update that started at `startTimestamp`, or the last one when it is nil.
    package func getUpdate(_ startTimestamp: String? = nil) async throws(DSSError) -> UpdateItem {
        let call = startTimestamp.map { Call.getUpdate($0, deployment: id) } ?? .getLastUpdate(id)
        return try await client.decode(call) { (value) throws(ShapeError) in try UpdateItem(value) }
    }
}

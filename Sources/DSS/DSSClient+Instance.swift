package import JSON

extension DSSClient {
    /// The keys of the projects that this connection may see.
    package func listProjectKeys() async throws(DSSError) -> [String] {
        try await list(.listProjectKeys) { (item) throws(ShapeError) in
            try item.dueObject().requiredString("projectKey")
        }
    }

    /// The projects that this connection may see, each at least with `projectKey`.
    package func listProjects() async throws(DSSError) -> [JSONValue] {
        try await list(.listProjects) { (item) throws(ShapeError) in .object(try item.dueObject()) }
    }

    package func getAuthInfo() async throws(DSSError) -> AuthInfo {
        try await decode(.getAuthInfo) { (value) throws(ShapeError) in try AuthInfo(value) }
    }

    package func getInstanceInfo() async throws(DSSError) -> InstanceInfo {
        try await decode(.getInstanceInfo) { (value) throws(ShapeError) in try InstanceInfo(value) }
    }

    /// The long tasks that are not scenarios; those of all users need administrator's rights.
    package func listFutures(allUsers: Bool = false) async throws(DSSError) -> [FutureState] {
        try await list(.listFutures(allUsers: allUsers)) { (item) throws(ShapeError) in try FutureState(item) }
    }

    package func listRunningScenarios(allUsers: Bool = false) async throws(DSSError) -> [FutureState] {
        try await list(.listRunningScenarios(allUsers: allUsers)) { (item) throws(ShapeError) in
            try FutureState(item)
        }
    }

    package func listRunningJobs(allUsers: Bool = true) async throws(DSSError) -> [JSONValue] {
        try await list(.listRunningJobs(allUsers: allUsers)) { (item) throws(ShapeError) in
            .object(try item.dueObject())
        }
    }

    /// A handle; nothing is sent.
    package func future(_ jobId: String) -> DSSFuture { DSSFuture(client: self, jobId: jobId) }

    /// A handle; nothing is sent.
    package func project(_ projectKey: String) -> DSSProject { DSSProject(client: self, projectKey: projectKey) }

    /// A handle; nothing is sent.
    package var apiDeployer: DSSAPIDeployer { DSSAPIDeployer(client: self) }
}

/// A handle to a long task.
package struct DSSFuture: Sendable {
    package let client: DSSClient
    package let jobId: String

    /// The state, with the result when it is ready.
    package func getState() async throws(DSSError) -> FutureState { try await client.future(.getFutureState(jobId)) }

    package func abort() async throws(DSSError) { try await client.perform(.abortFuture(jobId)) }
}

internal import DSS

/// The published services that there were when the run first asked: one request a run, and none where nothing is published.
actor Inventory {
    private let deployer: DSSClient
    private var reading: Task<Result<Set<String>, DSSError>, Never>?

    init(_ deployer: DSSClient) { self.deployer = deployer }

    func hasPublishedService(_ id: String) async throws(StepFailure) -> Bool {
        let task = reading ?? start()
        reading = task
        switch await task.value {
        case .success(let services): return services.contains(id)
        case .failure(let error):
            reading = nil
            throw StepFailure(error)
        }
    }

    private func start() -> Task<Result<Set<String>, DSSError>, Never> {
        Task { [deployer] in
            do throws(DSSError) {
                return .success(Set(try await deployer.apiDeployer.listServices().map(\.id)))
            } catch {
                return .failure(error)
            }
        }
    }
}

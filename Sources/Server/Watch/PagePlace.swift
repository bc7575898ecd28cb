import Resources

/// One environment as a page shows it, with what stands around it.
struct PagePlace: Hashable, Sendable {
    let snapshot: WatchSnapshot
    let repository: RepositoryStatus
    let status: EnvironmentStatus

    var place: WatchPlace { WatchPlace(repository.name, status.name) }

    /// Nil: there is no such environment.
    init?(_ snapshot: WatchSnapshot, _ place: WatchPlace) {
        guard let repository = snapshot.repositories.first(where: { $0.name == place.repository }),
            let status = repository.environments.first(where: { $0.name == place.environment })
        else { return nil }
        self.snapshot = snapshot
        self.repository = repository
        self.status = status
    }
}

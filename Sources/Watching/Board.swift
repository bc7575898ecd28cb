internal import Resources
internal import Synchronization

/// What the daemon shows: written by those who work, read by pages without waiting for anybody.
final class Board: Sendable {
    private struct State {
        var repositories: [String: RepositoryStatus]
        var environments: [WatchPlace: EnvironmentStatus]
        var counts = WatchCounts()
    }

    private let name: String
    private let version: String
    private let started: Int
    /// The repositories' names, and of each those of its environments, in the order of the watch file.
    private let order: [(name: String, environments: [String])]
    private let state: Mutex<State>

    init(_ watch: Watch, version: String, started: Int) {
        name = watch.name
        self.version = version
        self.started = started
        order = watch.repositories.map { ($0.name, $0.environments.map(\.name)) }
        var repositories: [String: RepositoryStatus] = [:]
        var environments: [WatchPlace: EnvironmentStatus] = [:]
        var counts = WatchCounts()
        for repository in watch.repositories {
            repositories[repository.name] = RepositoryStatus(
                name: repository.name, url: withoutLogin(repository.url), ref: repository.ref.text,
                path: repository.path)
            counts.repositories[repository.name] = WatchCounts.Repository()
            for environment in repository.environments {
                let place = WatchPlace(repository.name, environment.name)
                environments[place] = EnvironmentStatus(
                    name: environment.name, mode: environment.mode, drift: environment.drift)
                counts.places[place] = WatchCounts.Place()
            }
        }
        state = Mutex(State(repositories: repositories, environments: environments, counts: counts))
    }

    func snapshot(at now: Int) -> WatchSnapshot {
        state.withLock { state in
            let repositories = order.compactMap { entry -> RepositoryStatus? in
                var repository = state.repositories[entry.name]
                repository?.environments = entry.environments.compactMap {
                    state.environments[WatchPlace(entry.name, $0)]
                }
                return repository
            }
            return WatchSnapshot(
                name: name, version: version, started: started, now: now, repositories: repositories)
        }
    }

    var counts: WatchCounts { state.withLock { $0.counts } }

    func show(_ name: String, _ change: (inout RepositoryStatus) -> Void) {
        state.withLock { state in
            guard var status = state.repositories[name] else { return }
            change(&status)
            state.repositories[name] = status
        }
    }

    func problem(of repository: String) -> WatchProblem? {
        state.withLock { $0.repositories[repository]?.problem }
    }

    func show(_ place: WatchPlace, _ status: EnvironmentStatus) {
        state.withLock { $0.environments[place] = status }
    }

    func show(_ place: WatchPlace, running: RunningApply) {
        state.withLock { $0.environments[place]?.running = running }
    }

    func count(_ change: (inout WatchCounts) -> Void) { state.withLock { change(&$0.counts) } }

    func count(_ place: WatchPlace, _ change: (inout WatchCounts.Place) -> Void) {
        state.withLock { change(&$0.counts.places[place, default: WatchCounts.Place()]) }
    }

    func count(_ repository: String, _ change: (inout WatchCounts.Repository) -> Void) {
        state.withLock { change(&$0.counts.repositories[repository, default: WatchCounts.Repository()]) }
    }
}

/// The URL without what stands before the `@` of its server: a name there may be a token.
func withoutLogin(_ url: String) -> String {
    guard let scheme = url.firstRange(of: "://") else { return url }
    let rest = url[scheme.upperBound...]
    let server = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    guard let end = server.lastIndex(of: "@") else { return url }
    return String(url[..<scheme.upperBound] + rest[rest.index(after: end)...])
}

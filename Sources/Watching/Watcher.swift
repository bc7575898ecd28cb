internal import Diagnostics
internal import Files
package import Planning
internal import Reconciling
package import Resources
internal import Synchronization

/// The daemon: follows repositories and keeps their environments at the newest good commit.
///
/// All of it may be asked from any thread while it runs.
package final class Watcher: Sendable {
    private let daemon: Daemon
    let repositories: [RepositoryWatch]
    private let isStopping = Mutex(false)
    /// Open when all is done, or when nobody waits for it any more.
    private let end = Gate()

    /// What only reads is waited for so long when the daemon stops.
    static let patience: Duration = .seconds(15)
    /// What writes is waited for so many times as long: services are given five minutes to end. What is not over by then is
    /// settled by the next daemon.
    static let longestPatience = 18
    /// A repository whose look-up is overdue for so long is not followed any more.
    private static let longestDelay = 15 * 60_000

    /// Takes the data folder; nothing is looked at yet. `folder` is that of the watch file, which its paths start from;
    /// `version` Mooring's own.
    package init(_ watch: Watch, folder: String, ports: WatchPorts, version: String) throws(WatchError) {
        let daemon = Daemon(
            watch: watch, folder: folder, ports: ports,
            board: Board(watch, version: version, started: ports.time.wallMilliseconds()),
            data: try DataFolder(taking: resolvePath(watch.data, from: folder)), version: version,
            places: Turnstile(places: Daemon.mostAtOnce))
        self.daemon = daemon
        repositories = watch.repositories.map { RepositoryWatch($0, daemon) }
    }

    /// Follows all repositories until `stop` or until its task is cancelled: what is under way is finished then, within
    /// bounds, and locks are given back.
    package func run() async {
        await prepare()
        await carryOut { repository in await repository.run() }
    }

    /// Gives the data folder back; only where neither `run` nor `runOnce` was called.
    package func giveUp() { daemon.data.release() }

    private func carryOut(_ work: @escaping @Sendable (RepositoryWatch) async -> Void) async {
        let (repositories, data, end) = (repositories, daemon.data, end)
        await withTaskCancellationHandler {
            // Nobody's child: whoever does not end in time is not waited for.
            Task {
                await withTaskGroup { group in
                    for repository in repositories { group.addTask { await work(repository) } }
                }
                for repository in repositories { await repository.rest() }
                data.release()
                end.open()
            }
            await end.wait()
        } onCancel: {
            stop()
        }
    }

    /// Looks at each repository once and does all that is due, and returns when nothing is under way.
    ///
    /// With `retriesHeld`, held commits are tried once more.
    package func runOnce(retriesHeld: Bool = false) async {
        await prepare()
        if retriesHeld { await retryHeld() }
        await carryOut { repository in await repository.runOnce() }
    }

    /// Starts nothing new; `run` and `runOnce` return when what is in flight is finished.
    package func stop() {
        let wasStopping = isStopping.withLock { isStopping in
            defer { isStopping = true }
            return isStopping
        }
        guard !wasStopping else { return }
        daemon.ports.log(LogEntry(.info, "stopping"))
        for repository in repositories { Task { await repository.stop() } }
        Task {
            for _ in 1...Watcher.longestPatience {
                await daemon.ports.time.sleep(Watcher.patience)
                guard await isWriting else { break }
            }
            end.open()
        }
    }

    private var isWriting: Bool {
        get async {
            for repository in repositories {
                for environment in await repository.environments where await environment.isWriting { return true }
            }
            return false
        }
    }

    /// Reads what was known of the environments.
    func prepare() async {
        for repository in repositories { await repository.prepare() }
    }

    private func retryHeld() async {
        for repository in repositories {
            for environment in await repository.environments where await environment.memory.status.held != nil {
                do throws(WatchRefusal) { try await environment.retry(by: daemon.ports.owner) } catch {
                    daemon.log(.warning, "not tried again", environment.place, [("reason", error.diagnostic.message)])
                }
            }
        }
    }

    /// One turn of each repository, and of all that it brings about: for tests, which have no time to wait.
    func turn() async {
        for repository in repositories { await repository.turn() }
    }

    package func snapshot() -> WatchSnapshot { daemon.board.snapshot(at: daemon.now) }

    package func counts() -> WatchCounts { daemon.board.counts }

    /// Nil: there is no such environment, or nothing was read of it yet.
    package func detail(_ place: WatchPlace) async -> EnvironmentDetail? { await environment(place)?.files.detail() }

    /// Newest first.
    package func timeline(_ place: WatchPlace) async -> [TimelineEntry] {
        await environment(place)?.files.timeline() ?? []
    }

    /// The plan that waits, or that is being applied.
    package func plan(_ place: WatchPlace) async -> Plan? { await environment(place)?.files.plan() }

    /// The last drift report.
    package func drift(_ place: WatchPlace) async -> DriftReport? { await environment(place)?.files.drift() }

    /// One run of an environment, from its state; nil: there is none. Throws where it cannot be told now.
    package func run(
        _ number: Int, of place: WatchPlace
    ) async throws(WatchRefusal) -> (run: RunRecord, changes: [RunChange])? {
        guard let environment = await environment(place) else { return nil }
        return try await environment.run(number)
    }

    /// Looks at a repository at once. False: there is none of that name.
    package func poke(_ repository: String) -> Bool {
        guard let watch = repositories.first(where: { $0.repository.name == repository }) else { return false }
        Task { await watch.poke() }
        return true
    }

    /// Does what somebody asks, or throws why not.
    package func perform(_ action: WatchAction, _ actor: String) async throws(WatchRefusal) {
        let place = action.place
        guard let environment = await environment(place),
            let repository = repositories.first(where: { $0.repository.name == place.repository })
        else { throw .unknown("there is no environment '\(place)'", "The page lists all of them.") }
        switch action {
        case .approve(_, let digest): try await environment.approve(digest, by: actor)
        case .suspend(_, let reason, let until): try await environment.suspend(reason, until: until, by: actor)
        case .resume: try await environment.resume(by: actor)
        case .retry: try await environment.retry(by: actor)
        case .sync: await environment.sync(by: actor)
        case .heal: try await environment.heal(by: actor)
        }
        await repository.wake(looksUp: { if case .sync = action { true } else { false } }())
    }

    /// False: it works no more, and whoever runs it should start it anew.
    package var isAlive: Bool {
        guard !isStopping.withLock({ $0 }) else { return false }
        let now = daemon.now
        return snapshot().repositories.allSatisfy { now < ($0.nextLookUp ?? now) + Watcher.longestDelay }
    }

    func environment(_ place: WatchPlace) async -> EnvironmentWatch? {
        guard let repository = repositories.first(where: { $0.repository.name == place.repository }) else {
            return nil
        }
        return await repository.environments.first { $0.environment.name == place.environment }
    }
}

extension WatchAction {
    /// What it is about.
    var place: WatchPlace {
        switch self {
        case .approve(let place, _), .suspend(let place, _, _), .resume(let place), .retry(let place), .sync(let place),
            .heal(let place):
            place
        }
    }
}

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
    private let watch: Watch
    private let ports: WatchPorts
    private let board: Board
    private let data: DataFolder
    private let isStopping = Mutex(false)

    /// Takes the data folder and reads what was known of each environment; nothing is looked at yet. `folder` is that of
    /// the watch file, which its paths start from; `version` Mooring's own.
    package init(_ watch: Watch, folder: String, ports: WatchPorts, version: String) throws(WatchError) {
        self.watch = watch
        self.ports = ports
        data = try DataFolder(taking: resolvePath(watch.data, from: folder))
        board = Board(watch, version: version, started: ports.time.wallMilliseconds())
    }

    /// Follows all repositories until `stop` or until its task is cancelled: what is under way is finished then, within
    /// bounds, and locks are given back.
    package func run() async {}

    /// Looks at each repository once and does all that is due, and returns when nothing is under way.
    package func runOnce() async {}

    /// Starts nothing new; `run` and `runOnce` return when what is in flight is finished.
    package func stop() { isStopping.withLock { $0 = true } }

    package func snapshot() -> WatchSnapshot { board.snapshot(at: ports.time.wallMilliseconds()) }

    package func counts() -> WatchCounts { board.counts }

    /// Nil: there is no such environment, or nothing was read of it yet.
    package func detail(_ place: WatchPlace) async -> EnvironmentDetail? { nil }

    /// Newest first.
    package func timeline(_ place: WatchPlace) async -> [TimelineEntry] { [] }

    /// The plan that waits, or that is being applied.
    package func plan(_ place: WatchPlace) async -> Plan? { nil }

    /// The last drift report.
    package func drift(_ place: WatchPlace) async -> DriftReport? { nil }

    /// One run of an environment, from its state.
    package func run(_ number: Int, of place: WatchPlace) async -> (run: RunRecord, changes: [RunChange])? { nil }

    /// Looks at a repository at once. False: there is none of that name.
    package func poke(_ repository: String) -> Bool { watch.repository(repository) != nil }

    /// Does what somebody asks, or throws why not.
    package func perform(_ action: WatchAction, _ actor: String) async throws(WatchRefusal) {}

    /// False: it works no more, and whoever runs it should start it anew.
    package var isAlive: Bool { !isStopping.withLock { $0 } }
}

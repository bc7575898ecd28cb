package import Diagnostics
package import Files
package import HTTP
package import Notifications
package import Planning
package import Reconciling
package import Resources
package import StateStorage

/// What the watcher needs of the outside; tests bring their own.
package struct WatchPorts: Sendable {
    /// Opens the nodes, the state and the secrets of one environment, as the watch file says. Each reconcile opens them,
    /// and closes them by `OpenPlace.close`.
    package let open: @Sendable (_ request: PlaceRequest) async throws(ReconcileError) -> OpenPlace
    /// Resolves a secret of the daemon itself.
    package let secret: @Sendable (SecretReference) async throws(FileError) -> Secret
    /// Tells news; it is queued, and never waited for.
    package let tell: @Sendable (News) -> Void
    /// Tells the operator, who reads the log.
    package let log: @Sendable (LogEntry) -> Void
    /// Asks GitHub, GitLab or Gitea; without retries of its own.
    package let web: any Transport
    package let time: Timekeeper
    package let zones: TimeZoneDatabase
    /// Uniform in 0..<1, for jitter.
    package let random: @Sendable () -> Double
    /// Who runs the daemon, as `ann@host`.
    package let owner: String
    package let process: ProcessIdentity

    package init(
        open: @escaping @Sendable (PlaceRequest) async throws(ReconcileError) -> OpenPlace,
        secret: @escaping @Sendable (SecretReference) async throws(FileError) -> Secret,
        tell: @escaping @Sendable (News) -> Void, log: @escaping @Sendable (LogEntry) -> Void = { _ in },
        web: any Transport = CurlTransport(TransportConfiguration(maximumConnections: 4)),
        time: Timekeeper = .system, zones: TimeZoneDatabase,
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }, owner: String,
        process: ProcessIdentity
    ) {
        self.open = open
        self.secret = secret
        self.tell = tell
        self.log = log
        self.web = web
        self.time = time
        self.zones = zones
        self.random = random
        self.owner = owner
        self.process = process
    }
}

/// What is to be opened: an environment of a watched repository.
package struct PlaceRequest: Sendable {
    package let repository: WatchedRepository
    package let environment: WatchedEnvironment
    /// Where lacking versions are copied from: another environment of the same repository.
    package let source: WatchedEnvironment?
    /// Whether the state may come to be, and whether secrets are to be remembered in it.
    package let writes: Bool
    package let hasSecrets: Bool

    package init(
        repository: WatchedRepository, environment: WatchedEnvironment, source: WatchedEnvironment?, writes: Bool,
        hasSecrets: Bool
    ) {
        self.repository = repository
        self.environment = environment
        self.source = source
        self.writes = writes
        self.hasSecrets = hasSecrets
    }
}

/// The nodes, the state and the secrets of one environment.
package struct OpenPlace: Sendable {
    package let nodes: Nodes
    package let targets: PlanTargets
    package let store: any StateStore
    package let fingerprintKey: Secret?
    package let secrets: SecretResolver
    /// What was sent, by route and status.
    package let statistics: RequestStatistics
    package let close: @Sendable () async -> Void

    package init(
        nodes: Nodes, targets: PlanTargets, store: any StateStore, fingerprintKey: Secret?, secrets: SecretResolver,
        statistics: RequestStatistics, close: @escaping @Sendable () async -> Void
    ) {
        self.nodes = nodes
        self.targets = targets
        self.store = store
        self.fingerprintKey = fingerprintKey
        self.secrets = secrets
        self.statistics = statistics
        self.close = close
    }
}

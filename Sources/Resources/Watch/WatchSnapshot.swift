package import Diagnostics

/// One environment of one repository, as `churn/prod`.
package struct WatchPlace: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let repository: String
    package let environment: String

    package init(_ repository: String, _ environment: String) {
        self.repository = repository
        self.environment = environment
    }

    package var description: String { "\(repository)/\(environment)" }

    package static func < (left: WatchPlace, right: WatchPlace) -> Bool {
        (left.repository, left.environment) < (right.repository, right.environment)
    }
}

/// How everything that the daemon follows stands at one moment. Times are in milliseconds since 1970 (UTC).
package struct WatchSnapshot: Hashable, Sendable {
    package let name: String
    package let version: String
    package let started: Int
    package let now: Int
    /// In the order of the watch file.
    package var repositories: [RepositoryStatus]

    package init(name: String, version: String, started: Int, now: Int, repositories: [RepositoryStatus]) {
        self.name = name
        self.version = version
        self.started = started
        self.now = now
        self.repositories = repositories
    }
}

package struct RepositoryStatus: Hashable, Sendable {
    package let name: String
    /// Without a login.
    package let url: String
    /// As `branch main`.
    package let ref: String
    package let path: String
    /// The newest commit that was seen there; nil until one was.
    package var head: CommitStamp?
    /// The last look-up that succeeded, and when the next one is due.
    package var lookedUp: Int?
    package var nextLookUp: Int?
    /// What stands between us and the newest commit: git is away, a signature is missing, the history was rewritten.
    package var problem: WatchProblem?
    package var environments: [EnvironmentStatus] = []

    package init(name: String, url: String, ref: String, path: String) {
        self.name = name
        self.url = url
        self.ref = ref
        self.path = path
    }
}

package struct WatchProblem: Hashable, Sendable {
    package let diagnostics: [Diagnostic]
    package let since: Int
    /// When it is tried again; nil: not by itself.
    package var retry: Int?

    package init(_ diagnostics: [Diagnostic], since: Int, retry: Int? = nil) {
        self.diagnostics = diagnostics
        self.since = since
        self.retry = retry
    }
}

package struct EnvironmentStatus: Hashable, Sendable {
    package let name: String
    package let mode: WatchedEnvironment.Mode
    package let drift: WatchedEnvironment.DriftMode
    /// The commit that is live: the last one that was applied whole, or found applied.
    package var revision: CommitStamp?
    /// The commit that is being brought live; nil when nothing is under way.
    package var reconciling: CommitStamp?
    package var sync = SyncStatus.unknown
    package var health = Health.unknown
    package var held: HeldCommit?
    package var suspended: Suspension?
    /// What failed and is tried again; nodes that are away.
    package var problem: WatchProblem?
    package var lastRun: LastRun?
    /// A plan that waits for an approval, a window, or, where nothing is ever written, for nobody.
    package var pending: PendingPlan?
    package var running: RunningApply?
    /// When the windows open again, in words, while they are closed; a freeze likewise.
    package var closed: String?
    package var lock: LockStatus?
    /// Objects that drifted, by the last reading.
    package var drifted = 0
    package var driftChecked: Int?
    /// Objects that were rolled back by hand and are passed over.
    package var holds = 0
    package var orphaned = 0
    /// The last time that live was seen to be as git says.
    package var lastSuccess: Int?
    package var deployments: [DeploymentCell] = []

    package init(name: String, mode: WatchedEnvironment.Mode, drift: WatchedEnvironment.DriftMode) {
        self.name = name
        self.mode = mode
        self.drift = drift
    }
}

/// A commit that is not applied until a newer one comes or somebody asks for it.
package struct HeldCommit: Hashable, Sendable {
    package let revision: CommitStamp
    package let reasons: [Diagnostic]
    package let since: Int
    /// Whether the deployments that failed went back to what they were; what else it did stays.
    package let rolledBack: Bool

    package init(revision: CommitStamp, reasons: [Diagnostic], since: Int, rolledBack: Bool) {
        self.revision = revision
        self.reasons = reasons
        self.since = since
        self.rolledBack = rolledBack
    }

    /// The first reason's words, after its place where it has one: `manifests/a.yaml:3:5: unknown field 'x'`.
    package var reason: String {
        reasons.first.map { reason in (reason.mark.map { "\($0): " } ?? "") + reason.message } ?? ""
    }
}

package struct Suspension: Hashable, Sendable {
    package let by: String
    package let reason: String
    package let since: Int
    package let until: Int?

    package init(by: String, reason: String, since: Int, until: Int?) {
        self.by = by
        self.reason = reason
        self.since = since
        self.until = until
    }
}

package struct LastRun: Hashable, Sendable {
    package let number: Int
    package let result: RunRecord.Result
    package let finished: Int?

    package init(number: Int, result: RunRecord.Result, finished: Int?) {
        self.number = number
        self.result = result
        self.finished = finished
    }
}

package struct PendingPlan: Hashable, Sendable {
    package let digest: String
    package let revision: CommitStamp
    package let made: Int
    /// As `create` to 3.
    package let counts: [Action: Int]
    package let needsApproval: Bool

    package init(digest: String, revision: CommitStamp, made: Int, counts: [Action: Int], needsApproval: Bool) {
        self.digest = digest
        self.revision = revision
        self.made = made
        self.counts = counts
        self.needsApproval = needsApproval
    }
}

/// An apply as it goes.
package struct RunningApply: Hashable, Sendable {
    package struct Item: Hashable, Sendable {
        package let address: Address
        package let action: Action
        /// What it is doing, as `waiting for HEALTHY`.
        package var text: String
        package let since: Int

        package init(address: Address, action: Action, text: String, since: Int) {
            self.address = address
            self.action = action
            self.text = text
            self.since = since
        }
    }

    package let started: Int
    package let total: Int
    package var done = 0
    package var failed = 0
    /// What is under way, sorted by address.
    package var items: [Item] = []

    package init(started: Int, total: Int) {
        self.started = started
        self.total = total
    }
}

package struct LockStatus: Hashable, Sendable {
    package let owner: String
    package let command: String
    package let since: Int

    package init(owner: String, command: String, since: Int) {
        self.owner = owner
        self.command = command
        self.since = since
    }
}

/// What one deployment serves: a cell of the table of services by environments.
package struct DeploymentCell: Hashable, Sendable {
    package let name: String
    package let service: String
    package let infra: String?
    /// `v2`, or `v1 90% / v2 10%`.
    package let version: String?
    /// What is declared, where it differs.
    package let declaredVersion: String?
    package let sync: SyncStatus
    package let health: Health

    package init(
        name: String, service: String, infra: String?, version: String?, declaredVersion: String?, sync: SyncStatus,
        health: Health
    ) {
        self.name = name
        self.service = service
        self.infra = infra
        self.version = version
        self.declaredVersion = declaredVersion
        self.sync = sync
        self.health = health
    }
}

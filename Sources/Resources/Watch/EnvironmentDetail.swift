package import Diagnostics
package import JSON

/// All that the page shows of one environment, as it was read last. No secret is in it.
package struct EnvironmentDetail: Hashable, Sendable {
    package let place: WatchPlace
    package let revision: CommitStamp?
    /// When live was read, in milliseconds since 1970 (UTC).
    package let made: Int
    /// Sorted by address.
    package var resources: [ResourceView]
    package var diagnostics: [Diagnostic]

    package init(
        place: WatchPlace, revision: CommitStamp?, made: Int, resources: [ResourceView], diagnostics: [Diagnostic]
    ) {
        self.place = place
        self.revision = revision
        self.made = made
        self.resources = resources
        self.diagnostics = diagnostics
    }
}

/// One resource: what is declared, what is live, what differs and why.
package struct ResourceView: Hashable, Sendable {
    package struct Field: Hashable, Sendable {
        package let path: String
        /// As text that a person reads; a secret as `(secret, changed)`.
        package let live: String
        package let desired: String
        /// `manifest`, `drift` or `conflict`.
        package let origin: String

        package init(path: String, live: String, desired: String, origin: String) {
            self.path = path
            self.live = live
            self.desired = desired
            self.origin = origin
        }
    }

    package let address: Address
    package var action: Action
    package var sync: SyncStatus
    package var health: Health
    /// As drift sorts it: `clean`, `drifted`, `pending`, …; nil where that was not looked at.
    package var verdict: String?
    package var version: String?
    package var declaredVersion: String?
    package var infra: String?
    package var details: [String] = []
    package var serviceURLs: [String] = []
    /// What it refers to, sorted: the edges of the graph.
    package var uses: [Address] = []
    /// The declared fields: as the manifests have them, and as live has them.
    package var desired: JSONValue
    package var live: JSONValue
    package var fields: [Field] = []
    /// Who changed it last and when, where DSS tells.
    package var changedBy: String?
    package var changedAt: Int?
    package var hold: Hold?
    /// Where it is declared.
    package var mark: SourceMark?

    package init(
        _ address: Address, action: Action, sync: SyncStatus, health: Health, desired: JSONValue, live: JSONValue
    ) {
        self.address = address
        self.action = action
        self.sync = sync
        self.health = health
        self.desired = desired
        self.live = live
    }
}

/// One thing that happened in an environment: commit, plan, approval, apply, health, drift.
package struct TimelineEntry: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case commit, planned, approved, applied, failed
        case rolledBack = "rolled-back"
        case held, released, drift, healed, suspended, resumed, problem, recovered
    }

    /// In milliseconds since 1970 (UTC).
    package let time: Int
    package let kind: Kind
    package let revision: CommitStamp?
    /// Who, where somebody did it.
    package let actor: String?
    package let text: String
    package let run: Int?
    package let planDigest: String?

    package init(
        time: Int, kind: Kind, revision: CommitStamp? = nil, actor: String? = nil, text: String, run: Int? = nil,
        planDigest: String? = nil
    ) {
        self.time = time
        self.kind = kind
        self.revision = revision
        self.actor = actor
        self.text = text
        self.run = run
        self.planDigest = planDigest
    }
}

/// What somebody may ask of the daemon.
package enum WatchAction: Hashable, Sendable {
    /// Applies the plan with this digest, and no other.
    case approve(WatchPlace, digest: String)
    /// Nothing is written until it is resumed or `until` (milliseconds since 1970, UTC) has passed.
    case suspend(WatchPlace, reason: String, until: Int?)
    case resume(WatchPlace)
    /// Applies a held commit once more; forgets the wait before a retry.
    case retry(WatchPlace)
    /// Looks at the repository, reads what is live and reconciles, at once.
    case sync(WatchPlace)
    /// Puts back once what drifted from what was applied.
    case heal(WatchPlace)
}

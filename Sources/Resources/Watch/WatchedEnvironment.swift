package import Diagnostics

/// One environment of a watched repository, and what the daemon may do in it.
///
/// Connections, limits, pruning and the dialect are these alone: whatever a commit says of them is passed over. Rules of
/// the policy hold whatever a commit says; it may add some. Overlays, variables, manifests and where it promotes from are
/// the commit's.
package struct WatchedEnvironment: Sendable {
    package enum Mode: String, Hashable, Sendable, CaseIterable {
        /// Each new commit is applied.
        case auto
        /// Each new commit is planned, and applied once somebody approves the plan's digest.
        case approve
        /// Nothing is ever written.
        case planOnly = "plan-only"
    }

    package enum DriftMode: String, Hashable, Sendable, CaseIterable {
        case off
        case detect
        /// What was applied is put back.
        case heal
    }

    /// As the workspace names it.
    package var name: String
    package var mode: Mode
    package var drift: DriftMode
    /// Between two readings of what is live.
    package var driftInterval: Duration
    /// When something may be written; always where it is empty. Freezes of the policy go over it.
    package var windows: [FreezeWindow]
    /// Whether a deployment that ends unhealthy goes back to what it was; else it stays, and the commit is held.
    package var rollsBack: Bool
    package var designer: Connection?
    package var deployer: Connection
    package var limits: Limits
    package var policy: Policy
    package var prune: Bool
    /// Literals of the wire that are inferred, overridden by name.
    package var dialect: [String: String]
    package var mark: SourceMark

    package static let defaultDriftInterval = Duration.seconds(600)

    package init(
        name: String, mode: Mode = .auto, drift: DriftMode = .detect,
        driftInterval: Duration = WatchedEnvironment.defaultDriftInterval, windows: [FreezeWindow] = [],
        rollsBack: Bool = true, designer: Connection? = nil, deployer: Connection, limits: Limits = Limits(),
        policy: Policy = Policy(), prune: Bool = false, dialect: [String: String] = [:], mark: SourceMark
    ) {
        self.name = name
        self.mode = mode
        self.drift = drift
        self.driftInterval = driftInterval
        self.windows = windows
        self.rollsBack = rollsBack
        self.designer = designer
        self.deployer = deployer
        self.limits = limits
        self.policy = policy
        self.prune = prune
        self.dialect = dialect
        self.mark = mark
    }
}

internal import Resources

/// What an environment must know after a restart, and what it showed last.
struct EnvironmentMemory: Hashable, Sendable {
    /// What is shown; what goes on at the moment is not remembered.
    var status: EnvironmentStatus
    /// The last revision that was applied whole, or found applied.
    var live: Revision?
    /// The revision whose writing began and did not end whole.
    var begun: Begun?
    /// The key of the held revision.
    var heldKey: RevisionKey?
    /// What the newest plan was shown for.
    var shown: Revision?
    var approval: Approval?
    /// Who asked that what drifted is put back, once.
    var healer: String?
    /// A digest of what drifted when it was told last; nil: nothing did.
    var toldDrift: String?
    /// The deployments that were told to be unhealthy last, sorted.
    var toldUnhealthy: [String] = []
    /// Failures in a row that are tried again.
    var failures = 0
    /// Not before this, in milliseconds since 1970 (UTC).
    var retry: Int?

    struct Begun: Hashable, Sendable {
        let revision: Revision
        /// Whether it is to be brought to its end, rather than held.
        var isOpen: Bool
    }

    /// Somebody agreed to a plan.
    struct Approval: Hashable, Sendable {
        let digest: String
        let revision: Revision
        let by: String
        /// In milliseconds since 1970 (UTC).
        let at: Int
        /// Whether its writing began.
        var isBegun = false
    }

    init(_ status: EnvironmentStatus) { self.status = status }
}

extension EnvironmentMemory {
    /// The commits that a new head must contain.
    var anchors: [String] { [live?.id, begun.flatMap { $0.isOpen ? $0.revision.id : nil }].compactMap(\.self) }

    /// As it is before anything goes on.
    var atRest: EnvironmentMemory {
        var memory = self
        memory.status.reconciling = nil
        memory.status.running = nil
        memory.status.closed = nil
        memory.status.lock = nil
        return memory
    }
}

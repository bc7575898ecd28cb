/// What a plan does with a resource.
package enum Action: String, Hashable, Sendable, CaseIterable {
    case create, update, replace, delete, rollout
    case noOp = "no-op"

    /// The sign in front of an address in a plan.
    package var sign: String {
        switch self {
        case .create: "+"
        case .update: "~"
        case .replace: "-/+"
        case .delete: "-"
        case .rollout: ">"
        case .noOp: " "
        }
    }
}

/// Whether live matches what is declared.
package enum SyncStatus: String, Hashable, Sendable {
    case synced = "Synced"
    case outOfSync = "OutOfSync"
    case unknown = "Unknown"
}

/// How a live object fares.
package enum Health: String, Hashable, Sendable {
    case healthy = "Healthy"
    case progressing = "Progressing"
    case degraded = "Degraded"
    case missing = "Missing"
    case unknown = "Unknown"
}

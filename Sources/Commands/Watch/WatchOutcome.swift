internal import Resources
internal import Synchronization

/// The signal that asked for an early end, if one did.
final class Stopped: Sendable {
    private let value = Mutex<Int32?>(nil)

    var signal: Int32? {
        get { value.withLock { $0 } }
        set { value.withLock { $0 = newValue } }
    }
}

extension ExitStatus {
    /// What `--once` came to: the worst of all environments, as an apply would say it.
    init(_ snapshot: WatchSnapshot) {
        let all = snapshot.repositories.flatMap { repository in
            repository.environments.map { ExitStatus($0, hasProblem: repository.problem != nil) }
                + (repository.problem == nil ? [] : [.error])
        }
        let order: [ExitStatus] = [
            .error, .partlyApplied, .rolledBack, .locked, .refused, .driftedAndPending, .drifted, .changesPending,
        ]
        let found = Set(all)
        if found.contains(.drifted), found.contains(.changesPending), found.isDisjoint(with: order.prefix(5)) {
            self = .driftedAndPending
        } else {
            self = order.first(where: found.contains) ?? .done
        }
    }

    private init(_ status: EnvironmentStatus, hasProblem: Bool) {
        let isPending = status.pending != nil
        self =
            if let held = status.held {
                held.rolledBack ? .rolledBack : status.lastRun?.result == .partly ? .partlyApplied : .error
            } else if status.lock != nil {
                .locked
            } else if status.problem != nil || hasProblem {
                .error
            } else if status.pending?.needsApproval == true {
                .refused
            } else if status.drifted > 0 {
                isPending ? .driftedAndPending : .drifted
            } else {
                isPending ? .changesPending : .done
            }
    }
}

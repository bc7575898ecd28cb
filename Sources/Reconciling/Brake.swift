internal import Planning
internal import Resources
internal import StateStorage
internal import Synchronization

/// Whether a run may start something new: not after a signal, not after too many failures, not without its lease.
final class Brake: Sendable {
    private let interruption: Interruption
    private let lease: LeaseKeeper
    private let mostFailures: Int
    private let failed = Mutex<Set<Address>>([])

    init(_ interruption: Interruption, mostFailures: Int, _ lease: LeaseKeeper) {
        self.interruption = interruption
        self.mostFailures = mostFailures
        self.lease = lease
    }

    var isInterrupted: Bool { interruption.signal != nil }

    /// Counts the failure of a unit, once however often it is told.
    func countFailure(of unit: Address) { failed.withLock { _ = $0.insert(unit) } }

    /// Why nothing may be written any more.
    var loss: StateError? { lease.problem }

    var mayStart: Bool { loss == nil && reason == nil }

    /// What the user asked for, or what the run came to, that nothing new may start after; nil while it may.
    var reason: Run.End? {
        if let signal = interruption.signal { return .interrupted(signal: signal) }
        return failed.withLock { $0.count >= mostFailures } ? .stoppedAfterFailures : nil
    }
}

internal import Planning
internal import Resources
internal import Synchronization

/// Whether a run may start something new: not after a signal, and not after too many failures.
final class Brake: Sendable {
    private let interruption: Interruption
    private let mostFailures: Int
    private let failed = Mutex<Set<Address>>([])

    init(_ interruption: Interruption, mostFailures: Int) {
        self.interruption = interruption
        self.mostFailures = mostFailures
    }

    var isInterrupted: Bool { interruption.signal != nil }

    /// Counts the failure of a unit, once however often it is told.
    func countFailure(of unit: Address) { failed.withLock { _ = $0.insert(unit) } }

    /// Why nothing new may start; nil while it may.
    var reason: Run.End? {
        if let signal = interruption.signal { return .interrupted(signal: signal) }
        return failed.withLock { $0.count >= mostFailures } ? .stoppedAfterFailures : nil
    }
}

internal import Planning
internal import Synchronization

/// Whether a run may start something new: not after a signal, and not after too many failures.
final class Brake: Sendable {
    private let interruption: Interruption
    private let mostFailures: Int
    private let failures = Mutex(0)

    init(_ interruption: Interruption, mostFailures: Int) {
        self.interruption = interruption
        self.mostFailures = mostFailures
    }

    var isInterrupted: Bool { interruption.signal != nil }

    func countFailure() { failures.withLock { $0 += 1 } }

    /// Why nothing new may start; nil while it may.
    var reason: Run.End? {
        if let signal = interruption.signal { return .interrupted(signal: signal) }
        return failures.withLock { $0 >= mostFailures } ? .stoppedAfterFailures : nil
    }
}

internal import Synchronization

/// A request to stop: what is in flight is finished, nothing new is started.
package final class Interruption: Sendable {
    private let state = Mutex<Int32?>(nil)

    package init() {}

    /// The signal that asked for it, the first one; nil while nobody has.
    package var signal: Int32? { state.withLock { $0 } }

    package func interrupt(signal: Int32) { state.withLock { $0 = $0 ?? signal } }
}

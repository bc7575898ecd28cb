internal import Synchronization

/// What signals ask of a daemon: SIGINT and SIGTERM its end, SIGHUP to read its file again. A second SIGINT or SIGTERM ends
/// the process at once.
final class DaemonSignals: Sendable {
    enum Wish: Sendable { case stop, reload }

    private struct State {
        /// Signals came that nobody was told of: one is enough for any number of them, what they come to is looked up.
        var isRung = false
        var isStopping = false
        var waiting: CheckedContinuation<Bool, Never>?

        mutating func ring() -> CheckedContinuation<Bool, Never>? {
            isRung = waiting == nil
            defer { waiting = nil }
            return waiting
        }
    }

    private final class Shared: Sendable {
        let state = Mutex(State())
    }

    private let shared: Shared
    private let watch: SignalWatch

    init() {
        let shared = Shared()
        self.shared = shared
        watch = SignalWatch(
            onHangup: { shared.state.withLock { $0.ring() }?.resume(returning: true) },
            onFirst: { _ in
                shared.state.withLock { state in
                    state.isStopping = true
                    return state.ring()
                }?.resume(returning: true)
            })
    }

    /// The next wish; nil when the task is cancelled before there is one. One waits at a time.
    func next() async -> Wish? {
        let shared = shared
        let isRung = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Bool, Never>) in
                let answer = shared.state.withLock { state -> Bool? in
                    if state.isRung || Task.isCancelled {
                        defer { state.isRung = false }
                        return state.isRung
                    }
                    state.waiting = continuation
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let waiting = shared.state.withLock { state in
                defer { state.waiting = nil }
                return state.waiting
            }
            waiting?.resume(returning: false)
        }
        guard isRung else { return nil }
        return shared.state.withLock { $0.isStopping } ? .stop : .reload
    }
}

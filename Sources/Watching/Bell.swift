internal import Reconciling
internal import Synchronization

/// Wakes one who waits for a moment, or earlier when it is rung.
final class Bell: Sendable {
    private struct State {
        /// It was rung while nobody waited.
        var isRung = false
        var waiting: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    func ring() {
        let waiting = state.withLock { state in
            state.isRung = state.waiting == nil
            defer { state.waiting = nil }
            return state.waiting
        }
        waiting?.resume()
    }

    /// Returns when `duration` has passed, or when it is rung; at once where it was rung before. One waits at a time.
    func wait(_ duration: Duration, _ time: Timekeeper) async {
        let alarm = Task {
            await time.sleep(duration)
            if !Task.isCancelled { self.ring() }
        }
        await withCheckedContinuation { continuation in
            let isRung = state.withLock { state in
                if state.isRung {
                    state.isRung = false
                    return true
                }
                state.waiting = continuation
                return false
            }
            if isRung { continuation.resume() }
        }
        alarm.cancel()
    }
}

internal import Synchronization

/// Lets at most so many through at once; the others wait their turn, first come first served.
///
/// Nobody who waits is cancelled: an apply finishes what it began.
package final class Turnstile: Sendable {
    private struct State {
        var free: Int
        var waiting: [CheckedContinuation<Void, Never>] = []
        /// How many of `waiting` were let in: a queue that never shifts.
        var served = 0
    }

    private let state: Mutex<State>

    package init(places: Int) { state = Mutex(State(free: places)) }

    /// One that was let in. It leaves once, however often it is told to.
    package final class Pass: Sendable {
        private let turnstile: Turnstile
        private let isInside = Mutex(true)

        fileprivate init(_ turnstile: Turnstile) { self.turnstile = turnstile }

        package func leave() {
            let wasInside = isInside.withLock { isInside in
                defer { isInside = false }
                return isInside
            }
            if wasInside { turnstile.leave() }
        }
    }

    package func enter() async -> Pass {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                if state.free > 0 {
                    state.free -= 1
                    return true
                }
                state.waiting.append(continuation)
                return false
            }
            if isFree { continuation.resume() }
        }
        return Pass(self)
    }

    private func leave() {
        let next: CheckedContinuation<Void, Never>? = state.withLock { state in
            guard state.served < state.waiting.count else {
                state.free += 1
                state.waiting.removeAll(keepingCapacity: true)
                state.served = 0
                return nil
            }
            state.served += 1
            return state.waiting[state.served - 1]
        }
        next?.resume()
    }
}

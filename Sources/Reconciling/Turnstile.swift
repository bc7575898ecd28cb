internal import Synchronization

/// Lets at most so many through at once; the others wait their turn, first come first served, behind those who are urgent.
///
/// Nobody who waits is cancelled: an apply finishes what it began.
package final class Turnstile: Sendable {
    private struct State {
        var free: Int
        var urgent = Queue()
        var others = Queue()
    }

    private struct Queue {
        private var waiting: [CheckedContinuation<Void, Never>] = []
        /// How many of `waiting` were let in: a queue that never shifts.
        private var served = 0

        mutating func add(_ continuation: CheckedContinuation<Void, Never>) { waiting.append(continuation) }

        mutating func next() -> CheckedContinuation<Void, Never>? {
            guard served < waiting.count else {
                waiting.removeAll(keepingCapacity: true)
                served = 0
                return nil
            }
            served += 1
            return waiting[served - 1]
        }
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

    /// `isUrgent`: before all who are not.
    package func enter(isUrgent: Bool = false) async -> Pass {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                if state.free > 0 {
                    state.free -= 1
                    return true
                }
                if isUrgent { state.urgent.add(continuation) } else { state.others.add(continuation) }
                return false
            }
            if isFree { continuation.resume() }
        }
        return Pass(self)
    }

    private func leave() {
        let next: CheckedContinuation<Void, Never>? = state.withLock { state in
            if let next = state.urgent.next() ?? state.others.next() { return next }
            state.free += 1
            return nil
        }
        next?.resume()
    }
}

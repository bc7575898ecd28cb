internal import Synchronization

/// Bounds how many requests are under way, and lowers the bound while the server says that it is overloaded.
///
/// Additive increase, multiplicative decrease: 429 or 503 halves the limit, as many successes as the limit raise it
/// by one. Those who wait are served in their order.
package final class ConcurrencyLimiter: Sendable {
    /// The right to send one request; given back by `release`.
    package struct Permit: Sendable {
        /// How many decreases there were when it was given.
        fileprivate let decreases: Int
    }

    package enum Outcome: Sendable {
        case success
        /// 429 or 503.
        case overloaded
        /// Says nothing about the load.
        case other
    }

    private let maximum: Int
    private let state: Mutex<State>

    package init(maximum: Int) {
        precondition(maximum > 0, "without a permit no request is ever sent")
        self.maximum = maximum
        state = Mutex(State(limit: maximum))
    }

    /// How many may be under way now.
    package var limit: Int { state.withLock { $0.limit } }

    /// How many wait now.
    package var waiting: Int { state.withLock { $0.waiting.count } }

    /// Waits for a permit; nil when the task was cancelled first.
    package func acquire() async -> Permit? {
        let ticket = state.withLock { state in
            defer { state.nextTicket += 1 }
            return state.nextTicket
        }
        // A late cancellation leaves a mark that nobody reads.
        defer { state.withLock { _ = $0.cancelled.remove(ticket) } }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer = state.withLock { state -> Permit?? in
                    if state.cancelled.contains(ticket) { return .some(nil) }
                    if state.inUse < state.limit, state.waiting.isEmpty { return state.give() }
                    state.queue.append(ticket)
                    state.waiting[ticket] = continuation
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let continuation = state.withLock { state in
                let waiting = state.waiting.removeValue(forKey: ticket)
                // It has not begun to wait, or waits no more.
                if waiting == nil { state.cancelled.insert(ticket) }
                return waiting
            }
            continuation?.resume(returning: nil)
        }
    }

    /// Gives a permit back and tells how the server bore it.
    package func release(_ permit: Permit, _ outcome: Outcome) {
        let served = state.withLock { state in
            state.take(permit, outcome, maximum: maximum)
            return state.serve()
        }
        for (continuation, permit) in served { continuation.resume(returning: permit) }
    }
}

extension ConcurrencyLimiter {
    fileprivate typealias Waiting = CheckedContinuation<Permit?, Never>

    fileprivate struct State {
        var limit: Int
        var nextTicket = 0
        /// Tickets in their order from `first` on; one that is not in `waiting` any more was cancelled.
        var queue: [Int] = []
        var first = 0
        var waiting: [Int: Waiting] = [:]
        var cancelled: Set<Int> = []
        private(set) var inUse = 0
        private var successes = 0
        private var decreases = 0

        init(limit: Int) { self.limit = limit }

        mutating func give() -> Permit {
            inUse += 1
            return Permit(decreases: decreases)
        }

        mutating func take(_ permit: Permit, _ outcome: Outcome, maximum: Int) {
            inUse -= 1
            precondition(inUse >= 0, "a permit is given back once")
            switch outcome {
            case .other: break
            case .success:
                successes += 1
                guard successes >= limit else { break }
                successes = 0
                limit = min(maximum, limit + 1)
            case .overloaded:
                successes = 0
                // A burst that was sent before the last decrease tells nothing new.
                guard permit.decreases == decreases else { break }
                decreases += 1
                limit = max(1, limit / 2)
            }
        }

        /// Takes out those who may go on now.
        mutating func serve() -> [(Waiting, Permit)] {
            var served: [(Waiting, Permit)] = []
            while inUse < limit, first < queue.count {
                let continuation = waiting.removeValue(forKey: queue[first])
                first += 1
                if let continuation { served.append((continuation, give())) }
            }
            // Gives old tickets free, at a cost that adds up to one move each.
            if first == queue.count || first > 1024 {
                queue.removeFirst(first)
                first = 0
            }
            return served
        }
    }
}

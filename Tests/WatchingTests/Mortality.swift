import HTTP
import Reconciling
import Synchronization

/// The life of one daemon in a test: it ends in the middle of a request, and nothing that it began goes on.
final class Mortality: Transport {
    struct Dead: Error {}

    private struct State {
        var requests = 0
        /// The number of the request in whose place it dies.
        var last: Int?
        var isDead = false
        var frozen: [CheckedContinuation<Void, Never>] = []
        var witnesses: [CheckedContinuation<Void, Never>] = []
    }

    private let base: any Transport
    private let state = Mutex(State())

    init(_ base: any Transport) { self.base = base }

    var isDead: Bool { state.withLock { $0.isDead } }

    /// Dies `count` requests from now; nil: lives on.
    func die(in count: Int?) {
        state.withLock { state in state.last = count.map { state.requests + $0 } }
    }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        let witnesses = state.withLock { state in
            state.requests += 1
            if let last = state.last, state.requests >= last { state.isDead = true }
            defer { if state.isDead { state.witnesses = [] } }
            return state.isDead ? state.witnesses : []
        }
        for witness in witnesses { witness.resume() }
        if isDead {
            await withCheckedContinuation { continuation in state.withLock { $0.frozen.append(continuation) } }
            throw HTTPError(.cancelled, "the daemon is dead", request: request.label)
        }
        return try await base.send(request)
    }

    /// Does the work until it is done or the daemon is dead.
    func live(_ work: @escaping @Sendable () async -> Void) async {
        let (stream, end) = AsyncStream<Void>.makeStream()
        Task {
            await work()
            end.finish()
        }
        Task {
            await self.death()
            end.finish()
        }
        for await _ in stream {}
    }

    /// Returns when it is dead.
    private func death() async {
        await withCheckedContinuation { continuation in
            let isDead = state.withLock { state in
                if !state.isDead { state.witnesses.append(continuation) }
                return state.isDead
            }
            if isDead { continuation.resume() }
        }
    }

    /// Lets what is frozen end, once nobody cares any more.
    func bury() {
        let frozen = state.withLock { state in
            state.isDead = true
            defer { (state.frozen, state.witnesses) = ([], []) }
            return state.frozen + state.witnesses
        }
        for one in frozen { one.resume() }
    }
}

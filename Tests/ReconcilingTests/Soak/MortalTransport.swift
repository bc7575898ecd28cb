import HTTP
import Synchronization

/// The network of a process that ends at its nth request: from then on nothing is sent and nothing comes back.
final class MortalTransport: Transport {
    enum Moment: Sendable, CaseIterable {
        /// The request is not sent any more.
        case beforeRequest
        /// It is sent and carried out, and its answer is never read.
        case afterRequest
    }

    private struct State {
        var left: Int
        var isDead = false
    }

    private let base: any Transport
    private let moment: Moment
    private let state: Mutex<State>
    private let onDeath: @Sendable () -> Void

    /// `onDeath` runs at the very moment, before anything else of the process goes on.
    init(
        _ base: any Transport, diesAt number: Int, _ moment: Moment, onDeath: @escaping @Sendable () -> Void
    ) {
        self.base = base
        self.moment = moment
        self.onDeath = onDeath
        state = Mutex(State(left: number))
    }

    var isDead: Bool { state.withLock { $0.isDead } }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        let (wasDead, dies) = state.withLock { state in
            if state.isDead { return (true, false) }
            state.left -= 1
            guard state.left < 0 else { return (false, false) }
            state.isDead = moment == .beforeRequest
            return (false, true)
        }
        let gone = HTTPError(.cancelled, "the process has ended", request: request.label)
        if wasDead { throw gone }
        guard dies else {
            let response = try await base.send(request)
            if isDead { throw gone }
            return response
        }
        if moment == .afterRequest {
            _ = try? await base.send(request)
            state.withLock { $0.isDead = true }
        }
        onDeath()
        throw gone
    }
}

import HTTP
import StateStorage
import Synchronization

/// The network of a process that dies at its nth request: nothing is sent and nothing comes back from then on, and what it
/// remembers afterwards is lost.
final class KillSwitch: Transport {
    enum Moment: Sendable, CaseIterable {
        /// The request is never sent.
        case before
        /// It is carried out, and its answer is never read.
        case after
    }

    private struct State {
        var left: Int
        var store: MemoryStore?
    }

    private let base: any Transport
    private let moment: Moment
    private let store: MemoryStore
    private let state: Mutex<State>

    /// Lives for `requests` requests.
    init(_ base: any Transport, _ store: MemoryStore, after requests: Int, _ moment: Moment) {
        self.base = base
        self.store = store
        self.moment = moment
        state = Mutex(State(left: requests))
    }

    /// What the dead process left in the store; nil while it lives.
    var left: MemoryStore? { state.withLock { $0.store } }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        let gone = HTTPError(.unreachable, "the process is dead", request: request.label)
        let (isDead, dies) = state.withLock { state in
            state.left -= 1
            // In one step with the count: no other request goes out after this one.
            if state.left < 0, state.store == nil {
                state.store = store.copy()
                return (false, true)
            }
            return (state.store != nil, false)
        }
        if isDead { throw gone }
        if dies {
            if moment == .after { _ = try? await base.send(request) }
            throw gone
        }
        let answer = try await base.send(request)
        // It died while this one was under way.
        if left != nil { throw gone }
        return answer
    }
}

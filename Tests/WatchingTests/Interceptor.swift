import HTTP
import Synchronization

/// Stands between the watcher and the sandbox: counts writes, tells of each request, and lets some fail.
final class Interceptor: Transport {
    private struct State {
        var requests = 0
        var writes: [String] = []
        var isDown = false
        var status: Int?
        var hook: (@Sendable (HTTPRequest, Int) async throws -> Void)?
    }

    private let base: any Transport
    private let state = Mutex(State())

    init(_ base: any Transport) { self.base = base }

    /// The writes since the last look, as `METHOD path`.
    func takeWrites() -> [String] {
        state.withLock { state in
            defer { state.writes = [] }
            return state.writes
        }
    }

    /// The requests since the last look.
    func takeRequests() -> Int {
        state.withLock { state in
            defer { state.requests = 0 }
            return state.requests
        }
    }

    func setDown(_ isDown: Bool) { state.withLock { $0.isDown = isDown } }

    /// Answers everything with this status and nothing else; nil: no more.
    func setStatus(_ status: Int?) { state.withLock { $0.status = status } }

    /// Called before each write, with its number since the hook was set; what it throws is a lost connection.
    func onWrite(_ hook: (@Sendable (HTTPRequest, Int) async throws -> Void)?) {
        state.withLock { state in
            state.hook = hook
            state.writes = []
        }
    }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        let (hook, number, isDown, status) = state.withLock { state in
            state.requests += 1
            if request.method != .get { state.writes.append(request.label) }
            return (request.method == .get ? nil : state.hook, state.writes.count, state.isDown, state.status)
        }
        if isDown { throw HTTPError(.unreachable, "the test took it away", request: request.label) }
        if let status {
            return HTTPResponse(
                status: status, headers: [HTTPHeader("Content-Type", "application/json")], body: Array("{}".utf8))
        }
        if let hook {
            do { try await hook(request, number) } catch {
                throw HTTPError(.connectionLost, "the test cut it", request: request.label)
            }
        }
        return try await base.send(request)
    }
}

import Synchronization

/// What the server counted since it started.
final class ServerFigures: Sendable {
    struct Request: Hashable, Sendable, Comparable {
        let route: String
        let method: String
        let status: Int

        static func < (left: Request, right: Request) -> Bool {
            (left.route, left.method, left.status) < (right.route, right.method, right.status)
        }
    }

    struct Counts: Hashable, Sendable {
        /// Routes and methods are few, whatever is asked for.
        var requests: [Request: Int] = [:]
        var hooks: [HookDoor.Result: Int] = [:]
    }

    private let state = Mutex(Counts())

    var counts: Counts { state.withLock { $0 } }

    func add(_ request: Request) { state.withLock { $0.requests[request, default: 0] += 1 } }
    func add(_ result: HookDoor.Result) { state.withLock { $0.hooks[result, default: 0] += 1 } }
}

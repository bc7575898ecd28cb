import HTTP
import Synchronization

/// Counts the requests that pass through it.
final class CountingTransport: Transport {
    private let base: any Transport
    private let requests = Mutex(0)

    init(_ base: any Transport) { self.base = base }

    var count: Int { requests.withLock { $0 } }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        requests.withLock { $0 += 1 }
        return try await base.send(request)
    }
}

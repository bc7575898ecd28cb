import HTTP
import Resources
import StateStorage
import Synchronization

/// Sees to it that no write is sent that the journal does not know of.
final class JournalGuard: Transport {
    private let base: any Transport
    private let store: any StateStore
    private let environment: String
    private let unknown = Mutex<[String]>([])

    init(_ base: any Transport, _ store: any StateStore, _ environment: String) {
        self.base = base
        self.store = store
        self.environment = environment
    }

    /// The writes that were sent without an intent, as `METHOD path`.
    var violations: [String] { unknown.withLock { $0 } }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        // To abort a task is to write nothing.
        if request.method != .get, !request.label.hasPrefix("DELETE /futures/") {
            let intents = (try? await store.snapshot(of: environment).intents) ?? []
            if !intents.contains(where: { $0.call == request.label }) {
                unknown.withLock { $0.append(request.label) }
            }
        }
        return try await base.send(request)
    }
}
